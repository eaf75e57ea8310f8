"""What a supervisor looks back on: the calls and the promises of the last days, read and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from callbacks.calls.model import CallRecord
from callbacks.lists import Place
from callbacks.wait_spread import CallWait


class CallOutcome(StrEnum):
    """What came of a call."""

    GOING_ON = "going-on"
    TALKED = "talked"  # an agent and the other side could hear each other
    LEFT_QUEUE = "left-queue"  # waited for an agent and spoke with none: hung up, or took a promise
    NO_AGENT = "no-agent"  # the hotline itself served them, or they hung up before they waited
    NOT_REACHED = "not-reached"  # we rang out and nobody came to the telephone


def outcome_of(call: CallRecord) -> CallOutcome:
    """By its record alone."""
    if call.ended_at is None:
        return CallOutcome.GOING_ON
    if call.bridged_at is not None:
        return CallOutcome.TALKED
    if call.promise is not None:
        return CallOutcome.NOT_REACHED
    return CallOutcome.NO_AGENT if call.queue is None else CallOutcome.LEFT_QUEUE


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Which calls; None is any. `since` is part of the stretch, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    queue: str | None = None
    category: str | None = None
    tier: str | None = None
    outcome: CallOutcome | None = None
    recorded: bool = False

    def agrees(self, call: CallRecord) -> bool:
        """Whether the call is one of them."""
        return (
            (self.since is None or call.arrived_at >= self.since)
            and (self.until is None or call.arrived_at < self.until)
            and self.queue in (None, call.queue)
            and self.category in (None, call.category)
            and self.tier in (None, call.tier)
            and self.outcome in (None, outcome_of(call))
            and (not self.recorded or call.recording is not None)
        )


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call, with the name and number of whom we spoke with and the reference of the case, empty where unknown."""

    call: CallRecord
    name: str = ""
    number: str = ""
    reference: str = ""


def place_of_call(found: FoundCall) -> Place:
    """Where the call stands."""
    return Place(found.call.arrived_at, found.call.id)


@dataclass(frozen=True, slots=True)
class KeptRate:
    """Promises that ended kept, and broken; those renegotiated or withdrawn are neither."""

    kept: int = 0
    broken: int = 0

    @property
    def share(self) -> float | None:
        """kept / (kept + broken), 0 to 1; None of none."""
        ended = self.kept + self.broken
        return self.kept / ended if ended else None


class Lookback(Protocol):
    """Reading what is over."""

    async def calls(self, wanted: CallsWanted, after: Place | None, limit: int) -> tuple[FoundCall, ...]:
        """Calls, the latest first; at most `limit`, of those that come after the place."""

    async def waits(self, since: datetime) -> tuple[CallWait, ...]:
        """How long those waited who rang in from then on and were put through to an agent, in any order."""

    async def kept_rate(self, since: datetime) -> KeptRate:
        """Of the promises that ended from then on."""
