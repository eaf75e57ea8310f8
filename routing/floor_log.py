"""The log of a floor that several nodes share: what was told to it, by whom, in one order for all of them.

Every node keeps the whole floor and feeds it what the log says, so that all of them decide the same (state machine
replication: Schneider 1990). A node submits its changes; the one that leads puts them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.events import Event
from routing.changes import Change
from routing.receipts import Receipt
from routing.replay import Recorded


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What all floors are fed at this place. `position` rises; gaps mean nothing.

    `node` is who submitted it and `submission` the name they gave it; both are empty for what the leader adds.
    """

    position: int
    recorded: Recorded
    node: str = ""
    submission: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The receipts and events that came of the log up to and with this position."""

    position: int
    receipts: tuple[Receipt, ...]
    events: tuple[Event, ...]


class LogSession(Protocol):
    """A node's part in the log, as long as its connection holds. Every method raises `DatabaseFault` when it does not:
    the session is over then, and with it the lead and the place among the living."""

    async def lead(self) -> bool:
        """Whether this node leads from now on: it did already, or nobody else does."""

    async def let_go(self) -> None:
        """Lead no more, if it did."""

    async def entries(self, after: int | None, at_most: int) -> Sequence[LogEntry]:
        """What follows that position; None: from where the floor was opened last."""

    async def order(self, now: datetime) -> bool:
        """To be called by the leader: what was submitted joins the log, told at `now`. False: there was nothing."""

    async def append(self, recorded: Sequence[Recorded]) -> None:
        """To be called by the leader: something of its own joins the log."""

    async def living(self) -> frozenset[str]:
        """The nodes whose sessions hold."""

    async def desks(self) -> dict[str, str]:
        """Where the desks of the nodes are, as far as they have told."""

    async def told(self) -> int:
        """Up to which position receipts and events are saved."""

    async def wait(self, seconds: float) -> None:
        """Until something was submitted or joined the log, at most so long."""


class FloorLog(Protocol):
    """Where the log is kept."""

    def session(self, node: str, desk: str) -> AbstractAsyncContextManager[LogSession]:
        """Take part as this node for the length of the block; `desk` is the address of its desk, if it has one. Raises
        `DatabaseFault`."""

    async def submit(self, node: str, submission: str, change: Change) -> None:
        """Ask for a place in the log; once, however often the same submission is told. Raises `DatabaseFault`."""

    async def save(self, before: int, told: Told) -> None:
        """Keep what came of the log and publish the events, in one commit; nothing where another has moved on from the
        position `before`. Raises `DatabaseFault`."""
