"""What a call costs the main process and the database, by its kind: processor time, transactions, rows, events, bytes.

One call after another on virtual time, with the default hotline file, so that nothing is waited for. The processor time
is that of this process: call flow, understanding, floor, book and the database's driver; SQLite's own work is in it,
PostgreSQL's is told apart. Telephones, sound, ears, console and broker are not in it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from hotline.bench.calls_house import BEGINS, CallsHouse, Conduct
from hotline.bench.own_postgres import own_postgres
from hotline.bench.row import Row

_CALLS = 12
#: Calls before those that count: what is made once (plans, caches, connections) is no call's cost.
_FIRST = 3
_WAIT = 300
SPOKEN = Conduct(("I was charged twice",))
KEYED = Conduct(("2", "4"))
#: The third yes is to the wait, and no to the callback offered beside it.
PATIENT = Conduct(("I was charged twice", "1", "2", "2", "2"))
_SIZE = """SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public'"""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Tally:
    """What was asked of a database so far."""

    commits: int = 0
    looks: int = 0
    rows: int = 0
    events: int = 0

    def watch(self, database: Database) -> None:
        """Count from now on: transactions that write, those that only read, and rows added."""
        engine = database.engine.sync_engine

        @sa.event.listens_for(engine, "commit")
        def on_commit(_connection: sa.Connection) -> None:
            self.commits += 1

        @sa.event.listens_for(engine, "rollback")
        def on_rollback(_connection: sa.Connection) -> None:
            self.looks += 1

        @sa.event.listens_for(engine, "after_cursor_execute")
        def on_executed(
            _connection: sa.Connection, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool
        ) -> None:
            if statement.startswith("INSERT"):
                self.rows += len(values) if is_many else 1
            if statement.startswith("INSERT INTO outbox"):
                self.events += 1


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one call. Seconds of the processor here and in PostgreSQL; bytes that the database grew by."""

    here: float
    server: float
    commits: float
    looks: float
    rows: float
    events: float
    size: float


@dataclass(slots=True)
class _Meter:
    database: Database
    house: CallsHouse
    tally: Tally
    pids: Callable[[], Awaitable[list[int]]]
    taken: list[float] = field(default_factory=list)

    async def of(self, deed: Callable[[], Awaitable[None]]) -> Cost:
        """The median of the processor time, the mean of everything else."""
        for _ in range(_FIRST):
            await deed()
        self.tally.commits = self.tally.looks = self.tally.rows = self.tally.events = 0
        size, server = await self._size(), await self._server()
        taken = []
        for _ in range(_CALLS):
            began = time.process_time()
            await deed()
            taken.append(time.process_time() - began)
        server, size = await self._server() - server, await self._size() - size
        counts = (self.tally.commits, self.tally.looks, self.tally.rows, self.tally.events, size)
        return Cost(median(taken), server / _CALLS, *(count / _CALLS for count in counts))

    async def _size(self) -> float:
        async with self.database.reading() as connection:
            if self.database.engine.dialect.name == "postgresql":
                return float((await connection.execute(sa.text(_SIZE))).scalar_one())
            pages = (await connection.execute(sa.text("PRAGMA page_count"))).scalar_one()
            return float(pages * (await connection.execute(sa.text("PRAGMA page_size"))).scalar_one())

    async def _server(self) -> float:
        """Seconds of the processor that the server's processes for us have used."""
        return sum(_used(pid) for pid in await self.pids())


def rows() -> Iterator[Row]:
    """On SQLite, then on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_on(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}", "SQLite"))
    yield from asyncio.run(_on_postgres())


async def _on_postgres() -> list[Row]:
    async with own_postgres() as url:
        return await _on(url, "PostgreSQL")


async def _on(url: str, kind: str) -> list[Row]:
    found: list[Row] = []
    async with _metered(url) as meter:
        house = meter.house
        await house.on_shift()
        found += _told("answered, spoken", await meter.of(lambda: house.serves(SPOKEN)), kind)
        found += _told("answered, keys only", await meter.of(lambda: house.serves(KEYED)), kind)
        await house.off_shift()
        found += _told("promised and kept", await meter.of(lambda: _promised_and_kept(house)), kind)
        await house.all_busy()
        found += _told("given up at once", await meter.of(lambda: house.waits(PATIENT, 0)), kind)
        found += _told(f"given up after {_WAIT} s", await meter.of(lambda: house.waits(PATIENT, _WAIT)), kind)
        found += _told(f"that does not come for {_WAIT} s", await meter.of(lambda: house.rests(_WAIT)), kind)
    return found


async def _promised_and_kept(house: CallsHouse) -> None:
    await house.begins_in_office_hours()
    await house.serves(SPOKEN)
    await house.on_shift()
    await house.keeps()
    await house.off_shift()


@asynccontextmanager
async def _metered(url: str) -> AsyncIterator[_Meter]:
    events, clock = EventBus(), VirtualClock(BEGINS)
    database = Database(url, events, clock)
    await database.create_tables()
    try:
        tally = Tally()
        tally.watch(database)
        house = CallsHouse(database, events, clock)

        async def pids() -> list[int]:
            if database.engine.dialect.name != "postgresql":
                return []
            async with database.reading() as connection:
                return list((await connection.execute(sa.text("SELECT pid FROM pg_stat_activity"))).scalars())

        async with house.open():
            yield _Meter(database, house, tally, pids)
    finally:
        await database.close()


def _used(pid: int) -> float:
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _told(what: str, cost: Cost, kind: str) -> Iterator[Row]:
    label = f"a call {what}, {kind}"
    yield Row("sizing", f"processor time, {label}", 1000 * cost.here, "ms", None, None)
    if cost.server:
        yield Row("sizing", f"the server's processor time, {label}", 1000 * cost.server, "ms", None, None)
    yield Row("sizing", f"transactions that write, {label}", cost.commits, "", None, None)
    yield Row("sizing", f"transactions that read, {label}", cost.looks, "", None, None)
    yield Row("sizing", f"rows added, {label}", cost.rows, "", None, None)
    yield Row("sizing", f"events, {label}", cost.events, "", None, None)
    yield Row("sizing", f"database grown, {label}", cost.size / 1000, "kB", None, None)


