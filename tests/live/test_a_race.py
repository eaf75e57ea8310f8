"""A contact rings in at the moment we ring them: a thousand times on PostgreSQL, and on SQLite, where whoever writes is
alone in any case, three hundred times; on two connections of two threads."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from callbacks.entries import Kept
from callbacks.model import AttemptOutcome, Contact, PromiseState
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import VirtualClock
from config.database import Database
from config.errors import Refused
from config.events import EventBus
from tests.callbacks.samples import NOON
from tests.live.crashing.worker import PATIENT, calls

ROUNDS = {"postgresql": 1000, "sqlite": 300}
#: Neither side is always first: each waits up to so many seconds after the signal.
HEAD_START = 0.002


class Seen(NamedTuple):
    """What one side saw of one round: whether it had the contact, and how the promise stood."""

    had: bool
    state: PromiseState | None


Side = Callable[[PromiseBook, str, str], Coroutine[None, None, Seen]]


async def ring(book: PromiseBook, promise: str, contact: str) -> Seen:
    """The agent says yes: dial; the contact answers at once."""
    try:
        running = await book.start_attempt(promise, "jin")
    except Refused:
        return Seen(had=False, state=None)
    await book.end_attempt(promise, running.attempt or "", AttemptOutcome.ANSWERED)
    return Seen(had=True, state=running.state)


async def ring_in(book: PromiseBook, promise: str, contact: str) -> Seen:
    """The contact calls; unless our own call to them is on its way, they are served in this one."""
    met = await book.meet_caller(contact, f"call of {contact}")
    mine = [found for found in met if found.id == promise]
    served = bool(mine) and mine[0].state is not PromiseState.DIALLING
    if served:
        await book.keep_by_call(promise, f"call of {contact}")
    return Seen(had=served, state=mine[0].state if mine else None)


def play(side: Side, url: str, rounds: list[tuple[str, str]], start: threading.Barrier, seed: int) -> list[Seen]:
    """One side of every round, with a connection of its own."""

    async def run() -> list[Seen]:
        chance = random.Random(seed)
        database = Database(url, EventBus(), VirtualClock(NOON))
        book = PromiseBook(SqlBook(database), VirtualClock(NOON), PATIENT)
        seen = []
        try:
            for promise, contact in rounds:
                start.wait()
                await asyncio.sleep(chance.uniform(0, HEAD_START))
                seen.append(await side(book, promise, contact))
        except BaseException:
            start.abort()  # the other side waits for nobody
            raise
        finally:
            await database.close()
        return seen

    return asyncio.run(run())


@pytest.mark.timeout(300)
async def test_a_contact_who_rings_in_is_never_rung_at_the_same_moment(database_url: str) -> None:
    database = Database(database_url, EventBus(), VirtualClock(NOON))
    await database.create_tables()
    book = PromiseBook(SqlBook(database), VirtualClock(NOON), PATIENT)
    wanted = ROUNDS[database.engine.dialect.name]
    contacts = [f"contact-{number}" for number in range(wanted)]
    async with book.store.unit_of_work() as unit:
        for contact in contacts:
            await unit.add_contact(Contact(id=contact, number="", tier="standard"))
        await calls(book, unit, contacts)
    rounds = [(promise.id, promise.contact) for promise in await book.fall_due(NOON)]
    assert len(rounds) == wanted

    start = threading.Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        ringing = threads.submit(play, ring, database_url, rounds, start, 1)
        ringing_in = threads.submit(play, ring_in, database_url, rounds, start, 2)
        sides = await asyncio.gather(asyncio.wrap_future(ringing), asyncio.wrap_future(ringing_in))

    outcomes: Counter[str] = Counter()
    for rang, came in zip(*sides, strict=True):
        assert rang.had != came.had, (rang, came)
        if rang.had:
            outcomes["the caller was told of the call on its way" if came.state else "kept before they rang in"] += 1
        else:
            assert came.state is PromiseState.OWED  # stood down: nobody dials while the caller is on the line
            outcomes["the caller was first"] += 1
    async with book.store.reading() as reader:
        ledgers = await reader.entries_of([promise for promise, _ in rounds])
    report = await book.audit()
    await database.close()
    assert [sum(isinstance(entry, Kept) for entry in entries) for entries in ledgers.values()] == [1] * wanted
    assert report.holds, report
    assert report.identity.kept == wanted
    assert min(outcomes["the caller was first"], wanted - outcomes["the caller was first"]) > wanted // 20, outcomes
