"""How far each webhook has come in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

#: Seconds: no transaction that tells an event lasts so long. PostgreSQL gives positions out before it commits, so that
#: an event may appear below others that were sent already.
LONGEST_TRANSACTION = 30.0


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `position` is settled, and so are those `ahead` of it, each with the second at which it was
    seen first; between them is room for what has not appeared yet. `gone_at`: since when nothing is wanted any more.
    """

    position: int
    ahead: Mapping[int, float] = field(default_factory=dict)
    gone_at: datetime | None = None

    def as_seen(self, now: float) -> Cursor:
        """The same, after a start: what is ahead counts as seen now, by this process's own clock."""
        return replace(self, ahead=dict.fromkeys(self.ahead, now))

    def settle(self, position: int, now: float) -> Cursor:
        """The event was taken, set aside or not wanted; `now` in seconds of a monotonic clock."""
        return replace(self, ahead={**self.ahead, position: now}).moved(now)

    def moved(self, now: float) -> Cursor:
        """Over everything that follows without a gap, and over gaps too old to be filled.

        What was seen so long ago had all lower positions given out before it; they have appeared or never will.
        """
        position = self.position
        ahead = dict(self.ahead)
        old = [place for place, seen in ahead.items() if now - seen >= LONGEST_TRANSACTION]
        position = max([position, *old])
        while position + 1 in ahead:
            position += 1
        return replace(self, position=position, ahead={p: seen for p, seen in ahead.items() if p > position})


class Cursors(Protocol):
    """The cursors of all webhooks, by name."""

    async def get(self, name: str) -> Cursor | None:
        """Where the webhook is; None for one that is new. When what is ahead was seen is not kept (`as_seen`)."""

    async def put(self, name: str, cursor: Cursor) -> None:
        """It has come so far."""

    async def everyone(self) -> Mapping[str, Cursor]:
        """Each webhook that ever was."""


class MemoryCursors:
    """`Cursors` that are gone with the process."""

    def __init__(self) -> None:
        self._cursors: dict[str, Cursor] = {}

    async def get(self, name: str) -> Cursor | None:
        return self._cursors.get(name)

    async def put(self, name: str, cursor: Cursor) -> None:
        self._cursors[name] = cursor

    async def everyone(self) -> Mapping[str, Cursor]:
        return dict(self._cursors)
