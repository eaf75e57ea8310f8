"""The log of a shared floor in one process: for tests of several replicas, with a connection that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event
from routing.changes import Change
from routing.floor_log import LogEntry, Told
from routing.receipts import Receipt
from routing.replay import FloorOpened, Recorded

_AWAY = "the connection to the shared floor is gone"


class MemorySession:
    """`LogSession` of one node."""

    def __init__(self, log: MemoryFloorLog, node: str, desk: str) -> None:
        self._log = log
        self.node = node
        self.desk = desk
        self.holds = True

    def cut(self) -> None:
        """The connection breaks."""
        self.holds = False
        self._log.sessions.discard(self)
        if self._log.leader is self:
            self._log.leader = None
        self._log.wake()

    async def lead(self) -> bool:
        self._check()
        if self._log.leader is None:
            self._log.leader = self
        return self._log.leader is self

    async def let_go(self) -> None:
        self._check()
        if self._log.leader is self:
            self._log.leader = None
            self._log.wake()

    async def entries(self, after: int | None, at_most: int) -> Sequence[LogEntry]:
        self._check()
        opened = [entry.position for entry in self._log.entries if isinstance(entry.recorded.what, FloorOpened)]
        first = after + 1 if after is not None else max(opened, default=0)
        return [entry for entry in self._log.entries if entry.position >= first][:at_most]

    async def order(self, now: datetime) -> bool:
        self._check()
        taken = self._log.inbox[:]
        self._log.inbox.clear()
        known = {entry.submission for entry in self._log.entries}
        for node, submission, change in taken:
            if submission not in known:
                self._log.add(Recorded(change, now), node, submission)
        return bool(taken)

    async def append(self, recorded: Sequence[Recorded]) -> None:
        self._check()
        for each in recorded:
            self._log.add(each)

    async def living(self) -> frozenset[str]:
        self._check()
        return frozenset(session.node for session in self._log.sessions)

    async def desks(self) -> dict[str, str]:
        self._check()
        return {session.node: session.desk for session in self._log.sessions if session.desk}

    async def told(self) -> int:
        self._check()
        return self._log.told

    async def wait(self, seconds: float) -> None:
        self._check()
        woken = asyncio.ensure_future(self._log.woken.wait())
        over = asyncio.ensure_future(self._log.clock.sleep(seconds))
        try:
            await asyncio.wait((woken, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            over.cancel()
        self._check()

    def _check(self) -> None:
        if not self.holds or self._log.is_away:
            raise DatabaseFault(_AWAY)


class MemoryFloorLog:
    """`FloorLog` for every replica that is given it. `is_away`: the database does not answer."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: list[LogEntry] = []
        self.inbox: list[tuple[str, str, Change]] = []
        self.sessions: set[MemorySession] = set()
        self.leader: MemorySession | None = None
        self.told = 0
        self.receipts: list[Receipt] = []
        self.events: list[Event] = []
        self.is_away = False
        self.woken = asyncio.Event()

    @asynccontextmanager
    async def session(self, node: str, desk: str) -> AsyncIterator[MemorySession]:
        if self.is_away:
            raise DatabaseFault(_AWAY)
        session = MemorySession(self, node, desk)
        self.sessions.add(session)
        try:
            yield session
        finally:
            session.cut()

    async def submit(self, node: str, submission: str, change: Change) -> None:
        if self.is_away:
            raise DatabaseFault(_AWAY)
        if submission not in {waiting[1] for waiting in self.inbox}:
            self.inbox.append((node, submission, change))
        self.wake()

    async def save(self, before: int, told: Told) -> None:
        if self.is_away:
            raise DatabaseFault(_AWAY)
        if before == self.told:
            self.told = told.position
            self.receipts.extend(told.receipts)
            self.events.extend(told.events)

    def add(self, recorded: Recorded, node: str = "", submission: str = "") -> None:
        """The next entry."""
        self.entries.append(LogEntry(len(self.entries) + 1, recorded, node, submission))
        self.wake()

    def wake(self) -> None:
        """Whoever waits looks again."""
        self.woken.set()
        self.woken = asyncio.Event()
