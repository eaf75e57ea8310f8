"""How fast promises are given, dialled and folded on an SQLite file that is safe against power cuts."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from callbacks.ledger import fold
from callbacks.model import AttemptOutcome, Promise, PromiseKind
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.sql_book import SqlBook
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.bench.row import Row

#: A hotline of 300 callers an hour that promises every one of them a call gives one each 12 s.
_TARGET_MADE = 20.0
#: Between the agent's *yes* and the ringing of a phone nobody notices a twentieth of a second.
_TARGET_DIAL_P99 = 50.0
_TARGET_FOLDED = 5_000.0
_CALLERS = 400


def rows() -> Iterator[Row]:
    """Give, dial and fold `_CALLERS` promises."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Row]:
    clock = SystemClock()
    database = Database(f"sqlite+aiosqlite:///{folder / 'bench.db'}", EventBus(), clock)
    await database.create_tables()
    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
    try:
        contacts = [await book.contact_by_number(str(1000 + n), file.default_tier) for n in range(_CALLERS)]
        promises: list[Promise] = []

        async def promise_to(number: int) -> None:
            promises.append(await _promise(book, contacts[number].id, file.default_tier))

        async def dial(number: int) -> None:
            await book.start_attempt(promises[number].id, "agent")

        made = await _each(promise_to)
        await book.fall_due(clock.now())
        dialled = await _each(dial)
        for promise in promises[: _CALLERS // 2]:
            running = await book.promise(promise.id)
            await book.end_attempt(promise.id, running.attempt or "", AttemptOutcome.ANSWERED)
        started = time.perf_counter()
        audit = await book.audit()
        audited = audit.entries / (time.perf_counter() - started)
        ledgers = [await book.entries(promise.id) for promise in promises]
        started = time.perf_counter()
        for ledger in ledgers:
            fold(ledger)
        folded = audit.entries / (time.perf_counter() - started)
    finally:
        await database.close()
    p99 = float(np.percentile(dialled, 99)) * 1000
    rate = _CALLERS / sum(made)
    return [
        Row("promises", "given and committed", round(rate), "1/s", _TARGET_MADE, rate >= _TARGET_MADE),
        Row("promises", "attempt committed, p99", round(p99, 1), "ms", _TARGET_DIAL_P99, p99 <= _TARGET_DIAL_P99),
        Row("promises", "entries folded", round(folded), "1/s", _TARGET_FOLDED, folded >= _TARGET_FOLDED),
        Row("promises", "entries audited", round(audited), "1/s", None, audit.holds),
    ]


async def _each(deed: Callable[[int], Awaitable[None]]) -> list[float]:
    """The seconds that each of `_CALLERS` deeds took, one after another."""
    seconds = []
    for number in range(_CALLERS):
        started = time.perf_counter()
        await deed(number)
        seconds.append(time.perf_counter() - started)
    return seconds


async def _promise(book: PromiseBook, contact: str, tier: str) -> Promise:
    now = book.clock.now()
    return await book.make(
        kind=PromiseKind.CALLBACK,
        contact=contact,
        case=None,
        problem=None,
        tier=tier,
        urgency=Urgency.SERVICE,
        language="en",
        queue="service",
        skills=(),
        opens=now,
        due=now + timedelta(hours=2),
    )
