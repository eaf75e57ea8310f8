"""What is recorded of a call, and the store behind the record."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypedDict

from config.errors import Refused
from config.events import Event


class Speaker(StrEnum):
    """Whose words a line of the transcript holds."""

    CALLER = "caller"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. `bridged_at` is when an agent and the caller could first hear each other; `rating` is 1 to 5;
    `recording` its file, where it is recorded; `receipt` why this agent was chosen; `promise` the one this call
    was to keep, when the hotline dialled; `node` who had it, where there are several.

    The rest is what the line was like, by RTP and RTCP: packets of ours and theirs, those of theirs we missed, those of
    ours they say they missed, interarrival jitter at both ends and round trip in milliseconds; None where nothing told.
    """

    id: str
    contact: str
    dialled: str
    tier: str
    arrived_at: datetime
    language: str | None = None
    answered_at: datetime | None = None
    bridged_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    agent: str | None = None
    case: str | None = None
    promise: str | None = None
    queue: str | None = None
    urgency: str | None = None
    category: str | None = None
    mood: str | None = None
    rating: int | None = None
    recording: str | None = None
    receipt: str = ""
    codec: str | None = None
    packets_sent: int | None = None
    packets_received: int | None = None
    packets_lost: int | None = None
    lost_there: int | None = None
    jitter: float | None = None
    jitter_there: float | None = None
    round_trip: float | None = None
    node: str = ""


class CallChanges(TypedDict, total=False):
    """What becomes known while a call lasts, and in its wrap-up."""

    language: str
    answered_at: datetime
    bridged_at: datetime
    agent: str
    case: str
    promise: str
    queue: str
    urgency: str
    category: str
    mood: str
    rating: int
    recording: str
    receipt: str
    codec: str | None
    packets_sent: int | None
    packets_received: int | None
    packets_lost: int | None
    lost_there: int | None
    jitter: float | None
    jitter_there: float | None
    round_trip: float | None


@dataclass(frozen=True, slots=True)
class CallLine:
    """One line of a transcript. `confidence` is 0 to 1, and 1 for our own words; `heard_by` names the recogniser
    whose text stands, `why` the reason for it."""

    call: str
    at: datetime
    speaker: Speaker
    text: str
    confidence: float = 1.0
    heard_by: str = ""
    why: str = ""


class CallPart(StrEnum):
    """What of a call is removed when its time is over."""

    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    RECORD = "record"  # all of it


class CallReader(Protocol):
    """Looking calls up."""

    async def call(self, call: str, *, lock: bool = False) -> CallRecord | None:
        """The call."""

    async def calls(self, contact: str, limit: int | None) -> tuple[CallRecord, ...]:
        """The contact's calls, newest first."""

    async def unfinished(self, node: str) -> tuple[CallRecord, ...]:
        """The node's calls that have no end yet, by id."""

    async def lines(self, call: str) -> tuple[CallLine, ...]:
        """The call's transcript in order."""

    async def ended_before(
        self, before: datetime, tier: str, part: CallPart, after: str, limit: int
    ) -> tuple[CallRecord, ...]:
        """A page of the tier's calls that ended before the moment and of which the part is still there, by id after
        `after`."""


class CallUnit(CallReader, Protocol):
    """One transaction."""

    async def add(self, call: CallRecord) -> None:
        """Save a new call. Raises `Refused` when its id is known."""

    async def change(self, call: CallRecord) -> None:
        """Save a changed call."""

    async def add_line(self, line: CallLine) -> None:
        """Add to the transcript."""

    async def remove_lines(self, call: str) -> None:
        """Remove the call's transcript."""

    async def remove(self, call: str) -> None:
        """Remove the call and its transcript."""

    async def tell(self, event: Event) -> None:
        """Publish the event once the transaction has committed."""


class CallStore(Protocol):
    """Where calls are kept."""

    def unit_of_work(self) -> AbstractAsyncContextManager[CallUnit]:
        """A transaction that commits at the end of the block and is undone by an exception."""

    def reading(self) -> AbstractAsyncContextManager[CallReader]:
        """A consistent look."""


def known_already(call_id: str) -> Refused:
    """The fault of a second call under one id."""
    return Refused("a call with this id has begun already", where=f"call {call_id}")
