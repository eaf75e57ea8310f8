"""Whoever dies, and whenever: every promise is kept, once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from callbacks.entries import AttemptEnded, AttemptStarted, Entry, Kept
from callbacks.model import AttemptOutcome, Contact, PromiseState
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.database import Database
from config.errors import DatabaseFault
from config.events import EventBus
from tests.live.crashing.hasty_clock import HastyClock
from tests.live.crashing.worker import PATIENT, calls

PROMISES = 1000
KILLS = 300
WORKERS = 2
#: A worker lives for some hundredths of a second: long enough to keep a promise or two.
LONGEST_PAUSE = 0.06
PATIENCE = 150.0


class Workers:
    """Processes that keep promises; one of them is killed whenever we like, and another one takes its place."""

    def __init__(self, nursery: subprocess.Popen[str], chance: random.Random) -> None:
        self._nursery = nursery
        self._chance = chance
        self._seeds = iter(range(KILLS + WORKERS))
        self._alive = [self._born() for _ in range(WORKERS)]

    def kill_one(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        place = self._chance.randrange(WORKERS)
        os.kill(self._alive[place], signal.SIGKILL)
        self._alive[place] = self._born()

    def end(self) -> None:
        """Kill all."""
        for worker in self._alive:
            os.kill(worker, signal.SIGKILL)

    def _born(self) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{next(self._seeds)}\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())


@contextmanager
def workers_on(url: str, rings: Path, clock: HastyClock, chance: random.Random) -> Iterator[Workers]:
    command = [sys.executable, "-m", "tests.live.crashing.worker", url, str(rings), str(clock.origin)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        workers = Workers(nursery, chance)
        try:
            yield workers
        finally:
            workers.end()


@asynccontextmanager
async def book_at(url: str, clock: HastyClock) -> AsyncIterator[PromiseBook]:
    database = Database(url, EventBus(), clock)
    try:
        await database.create_tables()
        yield PromiseBook(SqlBook(database), clock, PATIENT)
    finally:
        await database.close()


async def lives_cut_short(book: PromiseBook, workers: Workers, chance: random.Random) -> None:
    """Give promises all the while; between them a worker is killed, `KILLS` times, wherever it happens to be."""
    contacts = [f"contact-{number}" for number in range(PROMISES)]
    async with book.store.unit_of_work() as unit:
        for number, name in enumerate(contacts):
            await unit.add_contact(Contact(id=name, number=f"+8210{number:08}", tier="standard"))
    for kill in range(KILLS):
        await given(book, contacts[PROMISES * kill // KILLS : PROMISES * (kill + 1) // KILLS])
        await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))
        workers.kill_one()
        if kill % 10 == 0:
            identity = await book.identity()
            assert identity.made == identity.kept + identity.open, identity  # no other end in this run


async def given(book: PromiseBook, contacts: list[str]) -> None:
    """A callback to each. SQLite turns away a writer who has waited too long for its turn, and has written nothing
    then: whoever gives the promises asks again."""
    while True:
        try:
            async with book.store.unit_of_work() as unit:
                await calls(book, unit, contacts)
        except DatabaseFault:
            continue
        return


async def until_all_is_kept(book: PromiseBook) -> None:
    deadline = time.monotonic() + PATIENCE
    while (await book.identity()).open:
        assert time.monotonic() < deadline, await book.counts()
        await asyncio.sleep(0.05)


def seen(ledgers: dict[str, tuple[Entry, ...]], rings: list[str]) -> Counter[str]:
    """What happened, counted; every broken rule is an assertion."""
    rung = Counter(rings)
    assert set(rung.values()) <= {1}, "an attempt rang twice"
    table: Counter[str] = Counter(promises=len(ledgers), rings=len(rings))
    for name, entries in ledgers.items():
        started = [entry for entry in entries if isinstance(entry, AttemptStarted)]
        ended = {entry.attempt: entry for entry in entries if isinstance(entry, AttemptEnded)}
        (kept,) = (entry for entry in entries if isinstance(entry, Kept))
        assert entries[-1] == kept
        assert kept.attempt == started[-1].attempt
        assert f"{name} {kept.attempt}" in rung, "kept without a ring"
        for attempt in started:
            line = f"{name} {attempt.attempt}"
            outcome = ended[attempt.attempt].outcome
            if outcome is AttemptOutcome.LOST:
                assert ended[attempt.attempt].at >= attempt.lease_until, "given up while its lease ran"
                table["lost after the ring" if line in rung else "lost before the ring"] += 1
            else:
                table[f"attempts {outcome}"] += 1
            del rung[line]
        table["rung again after a crash"] += any(entry.outcome is AttemptOutcome.LOST for entry in ended.values())
    assert not rung, "a phone rang without a committed attempt"
    return table


@pytest.mark.timeout(600)  # twice as long as on a busy machine
async def test_workers_killed_at_random_keep_every_promise_once(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    began, rings, chance = time.monotonic(), tmp_path / "rings", random.Random(6)
    clock = HastyClock(began)
    async with book_at(database_url, clock) as book:
        with workers_on(database_url, rings, clock, chance) as workers:
            await lives_cut_short(book, workers, chance)
            killing = time.monotonic() - began
            await until_all_is_kept(book)
        async with book.store.reading() as reader:
            names = [promise.id for promise in await reader.promises(states=frozenset({PromiseState.KEPT}))]
            ledgers = await reader.entries_of(names)
        report = await book.audit()
    table = seen(ledgers, rings.read_text().splitlines())
    rows = "".join(f"\n  {count:6} {what}" for what, count in (Counter(kills=KILLS) + table).items())
    took = f"{killing:.0f} s of killing, {time.monotonic() - began:.0f} s in all"
    record_property("table", f"{database_url.partition(':')[0]}: {took}{rows}")
    assert report.holds, report
    assert len(ledgers) == PROMISES == report.identity.made
    assert table["lost before the ring"], "nobody died between the commit and the ring"
    assert table["lost after the ring"], "nobody died while a phone rang"
