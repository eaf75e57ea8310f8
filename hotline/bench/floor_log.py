"""What the log of a shared floor carries, on a PostgreSQL of its own: several replicas in this process.

Changes are submitted as nodes submit them, at a steady rate and then as fast as so many at once are answered; a change
is answered when this replica was fed it and all before it. All replicas and the callers share one Python process here,
and its core with it: on machines of their own only the leader's part and the database are shared.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import numpy as np

from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.bench.own_postgres import own_postgres
from hotline.bench.row import Row
from routing.changes import WorkArrived, WorkLeft
from routing.shared_floor import SharedFloor
from routing.sql_floor_log import SqlFloorLog
from routing.work import Needs, Work, WorkKind

_REPLICAS = (1, 3)
_QUIET, _CHANGES, _AT_ONCE = 100, 2_000, 64
_JOINING = 60.0


class _Alone:
    """`Losses` where nobody is lost."""

    async def mend(self, node: str, waited: Sequence[Work], in_hand: Sequence[Work]) -> None:
        return None


def rows() -> Iterator[Row]:
    """With one replica, and with three."""
    for count in _REPLICAS:
        yield from asyncio.run(_measure(count))


async def _measure(count: int) -> list[Row]:
    async with own_postgres() as url:
        clock = SystemClock()
        database = Database(url, EventBus(), clock)
        await database.create_tables()
        file, _ = read_hotline_file(default_hotline_file())
        try:
            async with contextlib.AsyncExitStack() as running:
                floors = [await running.enter_async_context(_joined(f"n{n}", file, database)) for n in range(count)]
                quiet = await _ask(floors, _QUIET, 1)
                began, used = time.perf_counter(), time.process_time()
                busy = await _ask(floors, _CHANGES, _AT_ONCE)
                seconds, used = time.perf_counter() - began, time.process_time() - used
            began = time.process_time()
            async with _joined("late", file, database):
                joining = time.process_time() - began
        finally:
            await database.close()
    where = f"{count} replica{'s' if count > 1 else ''}, PostgreSQL"
    entries = _QUIET + _CHANGES
    return [
        Row("sizing", f"floor changes ordered and replayed, {where}", _CHANGES / seconds, "1/s", None, None),
        Row("sizing", f"processor time of a floor change, {where}", 1000 * used / _CHANGES, "ms", None, None),
        Row("sizing", f"a floor change answered p50, one at a time, {where}", _ms(quiet, 50), "ms", None, None),
        Row("sizing", f"a floor change answered p99, one at a time, {where}", _ms(quiet, 99), "ms", None, None),
        Row("sizing", f"a floor change answered p50, {_AT_ONCE} at once, {where}", _ms(busy, 50), "ms", None, None),
        Row("sizing", f"a floor change answered p99, {_AT_ONCE} at once, {where}", _ms(busy, 99), "ms", None, None),
        Row("sizing", f"entries a node replays as it joins, {where}", entries / joining, "1/s", None, None),
    ]


@contextlib.asynccontextmanager
async def _joined(node: str, file: HotlineFile, database: Database) -> AsyncIterator[SharedFloor]:
    async def file_of(_version: str) -> HotlineFile:
        return file

    floor = SharedFloor(file, "1", node, SqlFloorLog(database), _Alone(), file_of, SystemClock())
    running = asyncio.ensure_future(floor.run())
    try:
        await asyncio.wait_for(floor.joined.wait(), _JOINING)
        yield floor
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _ask(floors: Sequence[SharedFloor], changes: int, at_once: int) -> list[float]:
    """Callers come and go, so many at once, each at one of the nodes; seconds until each change was answered."""
    taken: list[float] = []
    numbers = iter(range(changes // 2))

    async def one_after_another(place: int) -> None:
        floor = floors[place % len(floors)]
        for number in numbers:
            work = _work(f"{at_once}-{number}")
            for change in (WorkArrived(work), WorkLeft(work.id)):
                began = time.perf_counter()
                await floor.feed(change)
                taken.append(time.perf_counter() - began)

    await asyncio.gather(*(one_after_another(place) for place in range(at_once)))
    return taken


def _work(name: str) -> Work:
    return Work(name, WorkKind.CALL, Needs("general", "en"), "standard", Urgency.SERVICE, SystemClock().now())


def _ms(seconds: Sequence[float], percentile: float) -> float:
    return 1000 * float(np.percentile(seconds, percentile))
