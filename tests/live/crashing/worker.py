"""Processes that keep promises until they are killed: `python -m tests.live.crashing.worker URL RINGS ORIGIN`.

The program itself only waits: for each number it reads on standard input it forks a worker with that seed and answers
with its process id. So a new worker is there at once, without importing anything.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from callbacks.commands import FallDue, StartAttempt
from callbacks.ledger import LedgerRefusal
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseKind
from callbacks.ports import BookUnit
from callbacks.retry import RetryRules
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import Clock
from config.database import Database
from config.events import EventBus
from config.hotline_file import Callbacks
from config.urgency import Urgency
from routing.work import Needs
from tests.callbacks.samples import RULES, SEOUL
from tests.live.crashing.hasty_clock import RATE, HastyClock

#: Nobody gives up, and no night comes: a promise that is not kept in this run was lost.
PATIENT: BookRules = replace(
    RULES,
    retry=RetryRules(
        Callbacks(maximum_attempts=1000, quiet_from=time(0), quiet_until=time(0), retry_after={"busy": 300}), SEOUL
    ),
)
_LONGEST_RING = 0.01 * RATE
_IDLE = 0.005 * RATE


async def calls(book: PromiseBook, unit: BookUnit, contacts: list[str]) -> None:
    """Promise each of the contacts a call, from now on."""
    now = book.clock.now()
    for contact in contacts:
        await book.give(
            unit,
            now,
            kind=PromiseKind.CALLBACK,
            contact=contact,
            case=None,
            problem=None,
            tier="standard",
            urgency=Urgency.SERVICE,
            needs=Needs("service", "ko"),
            opens=now,
            due=now + timedelta(days=30),
        )


class Line:
    """A telephone line that writes each ring down, beyond the reach of a SIGKILL, before anything else happens."""

    def __init__(self, rings: Path, clock: Clock, chance: random.Random) -> None:
        self._rings = os.open(rings, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._clock = clock
        self._chance = chance

    async def ring(self, promise: Promise) -> AttemptOutcome:
        """Ring the contact, which takes a moment to begin, and say what came of it."""
        await self._clock.sleep(self._chance.uniform(0, _LONGEST_RING))
        os.write(self._rings, f"{promise.id} {promise.attempt}\n".encode())
        await self._clock.sleep(self._chance.uniform(0, _LONGEST_RING))
        return AttemptOutcome.BUSY if self._chance.random() < 0.1 else AttemptOutcome.ANSWERED


class Warmed(Exception):
    """Undoes the rehearsal."""


async def rehearse(book: PromiseBook, database: Database) -> None:
    """Do once, and undo, what workers do, so that those who are forked have every statement ready."""
    try:
        async with book.store.unit_of_work() as unit:
            contact = await unit.add_contact(Contact(id="rehearsal", number="", tier="standard"))
            await calls(book, unit, [contact.id])
            (promise,) = await unit.waiting_for_time(book.clock.now(), 1, lock=True)
            for command in (FallDue(), StartAttempt("attempt", "worker", 300.0)):
                promise = await book.carry_out(unit, promise, command, book.clock.now())
            raise Warmed
    except Warmed:
        await book.fall_due(book.clock.now())
        await book.due_names()
        await database.engine.dispose()


async def keep_promises(book: PromiseBook, rings: Path, seed: int) -> None:
    """Keep what is due, one promise after another, as long as the parent lives."""
    chance, parent = random.Random(seed), os.getppid()
    line = Line(rings, book.clock, chance)
    while os.getppid() == parent:
        await book.fall_due(book.clock.now())
        due = sorted(await book.due_names())
        if not due:
            await book.clock.sleep(_IDLE)
            continue
        try:
            running = await book.start_attempt(chance.choice(due), f"worker {seed}")
        except LedgerRefusal:
            continue  # the other worker has it
        outcome = await line.ring(running)
        try:
            await book.end_attempt(running.id, running.attempt or "", outcome)
        except LedgerRefusal:
            continue  # this process was held up for longer than its lease: it is seen as lost


def main(url: str, rings: str, origin: str) -> None:
    """Fork a worker for each line of standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    clock = HastyClock(float(origin))
    database = Database(url, EventBus(), clock)
    book = PromiseBook(SqlBook(database), clock, PATIENT)
    asyncio.run(rehearse(book, database))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(keep_promises(book, Path(rings), int(line)))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
