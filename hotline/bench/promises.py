"""How fast promises are given, dialled and folded, on an SQLite file that is safe against power cuts, and on the
PostgreSQL server that `HOTLINE_TEST_POSTGRES` names, in a database of its own, where that is set."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import psycopg

from callbacks.ledger import fold
from callbacks.model import AttemptOutcome, Promise, PromiseKind
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import SystemClock
from config.database import Database
from config.errors import DatabaseFault
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.ids import new_id
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.bench.row import Row

#: A hotline of 300 callers an hour that promises every one of them a call gives one each 12 s.
_TARGET_MADE = 20.0
#: Between the agent's *yes* and the ringing of a phone nobody notices a twentieth of a second.
_TARGET_DIAL_P99 = 50.0
_TARGET_FOLDED = 5_000.0
_CALLERS = 300
_SERVER = "HOTLINE_TEST_POSTGRES"


def rows() -> Iterator[Row]:
    """Give, dial, end and fold `_CALLERS` promises."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measure(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}", "SQLite"))
    if server := os.environ.get(_SERVER):
        with _database_of_its_own(server) as url:
            yield from asyncio.run(_measure(url, "PostgreSQL"))


@contextmanager
def _database_of_its_own(server: str) -> Iterator[str]:
    """The address of an empty database on the server, for the length of the block."""
    name = f"bench_{new_id()}"
    try:
        connection = psycopg.connect(server.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    except psycopg.OperationalError as fault:
        raise DatabaseFault(
            f"cannot be reached: {str(fault).splitlines()[0]}", where=_SERVER, remedy="start the server, or unset it"
        ) from fault
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


async def _measure(url: str, kind: str) -> list[Row]:
    clock = SystemClock()
    database = Database(url, EventBus(), clock)
    await database.create_tables()
    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
    try:
        contacts = [await book.contact_by_number(str(1000 + n), file.default_tier) for n in range(_CALLERS)]
        promises: list[Promise] = []
        running: list[Promise] = []

        async def promise_to(number: int) -> None:
            promises.append(await _promise(book, contacts[number].id, file.default_tier))

        async def dial(number: int) -> None:
            running.append(await book.start_attempt(promises[number].id, "agent"))

        async def end(number: int) -> None:
            attempt = running[number]
            await book.end_attempt(attempt.id, attempt.attempt or "", AttemptOutcome.ANSWERED)

        made = await _each(promise_to)
        await book.fall_due(clock.now())
        dialled = await _each(dial)
        ended = await _each(end)
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
    rate, attempts = _CALLERS / sum(made), _CALLERS / (sum(dialled) + sum(ended))
    size = f"{_CALLERS} promises, {kind}"
    return [
        Row("promises", f"given and committed, {size}", rate, "1/s", _TARGET_MADE, rate >= _TARGET_MADE),
        Row("promises", f"attempts started and ended, {size}", attempts, "1/s", None, None),
        Row("promises", f"attempt committed p99, {size}", p99, "ms", _TARGET_DIAL_P99, p99 <= _TARGET_DIAL_P99),
        Row("promises", f"entries folded, {size}", folded, "1/s", _TARGET_FOLDED, folded >= _TARGET_FOLDED),
        Row("promises", f"entries read and audited, {size}", audited, "1/s", None, audit.holds),
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
