"""What a promise costs when a million others are open (PostgreSQL, a server of our own; SQLite: a hundred thousand)."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from callbacks.audit import difference
from callbacks.model import AttemptOutcome, Promise, PromiseKind
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.bench.full_book import RIPE, SHARE, fill_postgresql, fill_sqlite
from hotline.bench.own_postgres import own_postgres
from hotline.bench.row import Row

_MILLION, _FEWER = 1_000_000, 100_000
_DEEDS = 1000
_TARGET_P99 = 10.0
_JUDGED = frozenset({"claimed", "offered"})
#: Megabytes: what thousands of deeds may leave in the program beside a million promises.
_TARGET_GROWTH = 16.0
_SEED = 6
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def rows() -> Iterator[Row]:
    """Fill a book, then do with some of its promises what a hotline does."""
    yield from asyncio.run(_on_postgres())
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        yield from asyncio.run(_measure(url, _FEWER, f"{_FEWER:,} open, SQLite"))


async def _on_postgres() -> list[Row]:
    async with own_postgres() as url:
        return await _measure(url, _MILLION, f"{_MILLION:,} open, PostgreSQL")


class _Bench:
    """The book, and how long each deed took."""

    def __init__(self, book: PromiseBook, promises: list[str], contacts: int) -> None:
        self._book = book
        self._promises = promises
        self._contacts = contacts
        self._file, _ = read_hotline_file(default_hotline_file())
        self.seconds: dict[str, list[float]] = {}

    async def timed(self, name: str, deed: Awaitable[object]) -> None:
        """Wait for the deed, which has not begun yet."""
        started = time.perf_counter()
        await deed
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)

    async def work(self, deeds: int) -> None:
        """Some of each deed."""
        book, chance = self._book, random.Random(_SEED)
        due = sorted(await book.due_names())[:deeds]
        for number in range(deeds):
            name = self._promises.pop()
            await self.timed("claimed", book.claim(name, "agent"))
            await self.timed("made", self._make(f"contact-{chance.randrange(self._contacts)}"))
            if number < len(due):
                await self.timed("offered", book.offer(due[number], "agent"))
                await self.timed("dialled and kept", self._keep(due[number]))
            if number % 10 == 0:
                await self.timed("a tick with nothing to do", self._tick())
                await self.timed("promised windows of two days", self._windows())
                await self.timed("numbers of the wallboard", book.counts())
                await self.timed("what an agent owns", book.owned_by("agent"))
                await self.timed("what a team owes first", book.first_due((), ("en",), 200))

    async def _make(self, contact: str) -> Promise:
        now = self._book.clock.now()
        return await self._book.make(
            kind=PromiseKind.FOLLOW_UP,
            contact=contact,
            case=None,
            problem=None,
            tier=self._file.default_tier,
            urgency=Urgency.SERVICE,
            language="en",
            queue="service",
            skills=(),
            opens=now + timedelta(days=1),
            due=now + timedelta(days=1, hours=2),
        )

    async def _keep(self, name: str) -> None:
        running = await self._book.start_attempt(name, "agent")
        await self._book.end_attempt(name, running.attempt or "", AttemptOutcome.ANSWERED)

    async def _tick(self) -> None:
        await self._book.fall_due(self._book.clock.now())
        await self._book.due_names()

    async def _windows(self) -> None:
        await self._book.promised_calls(self._book.clock.now() + timedelta(days=2))


async def _measure(url: str, promises: int, size: str) -> list[Row]:
    clock = SystemClock()
    database = Database(url, EventBus(), clock)
    await database.create_tables()
    started = time.perf_counter()
    if url.startswith("sqlite"):
        fill_sqlite(url.partition("///")[2], promises)
    else:
        fill_postgresql(url, promises)
    filled = time.perf_counter() - started
    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
    try:
        async with book.store.reading() as reader:
            page = await reader.promises_after("", 6 * _DEEDS)
            ledgers = await reader.entries_of([promise.id for promise in page])
            wrong = [promise.id for promise in page if difference(promise, ledgers[promise.id])]
        ripe = await book.fall_due(clock.now())
        owed = [promise.id for promise in page if promise.id not in {one.id for one in ripe}]
        del page, ledgers
        random.Random(_SEED).shuffle(owed)
        bench = _Bench(book, owed, promises // SHARE)
        await bench.work(_DEEDS // 10)
        bench.seconds.clear()
        before = _resident()
        await bench.work(_DEEDS)
        growth = _resident() - before
        identity = await book.identity()
    finally:
        await database.close()
    made = bench.seconds["made"]
    sound = not wrong and identity.holds and identity.made > promises and len(ripe) == RIPE
    found = [
        Row("promises", f"book filled, {size}", promises / filled, "1/s", None, sound),
        Row("promises", f"given and committed, {size}", len(made) / sum(made), "1/s", None, None),
        Row("promises", f"memory grown, {size}", growth, "MB", _TARGET_GROWTH, growth <= _TARGET_GROWTH),
    ]
    for name, seconds in bench.seconds.items():
        p50, p99 = (float(value) * 1000 for value in np.percentile(seconds, (50, 99)))
        target = _TARGET_P99 if promises == _MILLION and name in _JUDGED else None
        ok = None if target is None else p99 <= target
        found.append(Row("promises", f"{name} p50, {size}", p50, "ms", None, None))
        found.append(Row("promises", f"{name} p99, {size}", p99, "ms", target, ok))
    return found


def _resident() -> float:
    """Megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_SIZE / 2**20
