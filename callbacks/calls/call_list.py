"""Looking through the calls by time, and how to find those of which only the ids are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.calls.model import CallRecord
from callbacks.lists import Place


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Calls that arrived from `since` on and before `until`; None is no condition."""

    since: datetime | None = None
    until: datetime | None = None
    queue: str | None = None
    agent: str | None = None
    contact: str | None = None


class CallList(Protocol):
    """The calls, the oldest first: what is added while somebody reads comes on a later page."""

    async def listed(self, wanted: CallFilter, after: Place | None, limit: int) -> tuple[CallRecord, ...]:
        """At most `limit` calls of those that come after the place."""

    async def named(self, names: Sequence[str]) -> dict[str, CallRecord]:
        """The calls with these ids, by id; unknown ids are left out."""


def place_of_call(call: CallRecord) -> Place:
    """Where the call stands."""
    return Place(call.arrived_at, call.id)
