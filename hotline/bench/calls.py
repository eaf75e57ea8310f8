"""What a call costs the main process and the database, by its kind: processor time, transactions, rows, events, bytes.

One call after another on virtual time, with the default hotline file, so that nothing is waited for. The processor time
is that of this process: call flow, understanding, floor, book and the database's driver; SQLite's own work is in it,
PostgreSQL's is told apart. Telephones, sound, ears, console and broker are not in it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from hotline.bench.calls_house import BEGINS, KEYED, PATIENT, SPOKEN, CallsHouse
from hotline.bench.own_postgres import own_postgres
from hotline.bench.row import Row
from hotline.bench.sql_tally import Tally, server_time, size_of

_CALLS = 12
#: Calls before those that count: what is made once (plans, caches, connections) is no call's cost.
_FIRST = 3
_WAIT = 300
Deed = Callable[[], Awaitable[None]]


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

    async def of(self, deed: Deed, before: Deed | None = None) -> Cost:
        """The median of the processor time, the mean of everything else; what is done `before` each does not count."""
        taken, server, grown = [], 0.0, 0.0
        counts = Tally()
        for number in range(-_FIRST, _CALLS):
            if before is not None:
                await before()
            used, size = await server_time(self.database), await size_of(self.database)
            self.tally.begin()
            began = time.process_time()
            await deed()
            ended = time.process_time()
            if number >= 0:
                taken.append(ended - began)
                counts.add(self.tally)
                server += _more(used, await server_time(self.database))
                grown += await size_of(self.database) - size
        numbers = (counts.commits, counts.looks, counts.rows, counts.events, grown)
        return Cost(median(taken), server / _CALLS, *(number / _CALLS for number in numbers))


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
        found += _told("a call answered, spoken", await meter.of(lambda: house.serves(SPOKEN)), kind)
        found += _told("a call answered, keys only", await meter.of(lambda: house.serves(KEYED)), kind)
        found += _told("a promise kept", await meter.of(house.keeps, house.owes), kind)
        await house.all_busy()
        found += _told("a call given up at once", await meter.of(lambda: house.waits(PATIENT, 0)), kind)
        found += _told(f"a call given up after {_WAIT} s", await meter.of(lambda: house.waits(PATIENT, _WAIT)), kind)
        found += _told(f"no call for {_WAIT} s", await meter.of(lambda: house.rests(_WAIT)), kind)
    return found


@asynccontextmanager
async def _metered(url: str) -> AsyncIterator[_Meter]:
    events, clock = EventBus(), VirtualClock(BEGINS)
    database = Database(url, events, clock)
    await database.create_tables()
    try:
        tally = Tally()
        tally.watch(database)
        house = CallsHouse(database, events, clock)

        async with house.open():
            yield _Meter(database, house, tally)
    finally:
        await database.close()


def _more(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """What those have used who are there now; who has gone meanwhile is a small part."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def _told(what: str, cost: Cost, kind: str) -> Iterator[Row]:
    label = f"{what}, {kind}"
    yield Row("sizing", f"processor time, {label}", 1000 * cost.here, "ms", None, None)
    if cost.server:
        yield Row("sizing", f"the server's processor time, {label}", 1000 * cost.server, "ms", None, None)
    yield Row("sizing", f"transactions that write, {label}", cost.commits, "", None, None)
    yield Row("sizing", f"transactions that read, {label}", cost.looks, "", None, None)
    yield Row("sizing", f"rows added, {label}", cost.rows, "", None, None)
    yield Row("sizing", f"events, {label}", cost.events, "", None, None)
    yield Row("sizing", f"database grown, {label}", cost.size / 1000, "kB", None, None)
