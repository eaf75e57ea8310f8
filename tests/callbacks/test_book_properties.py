"""A whole book under random use: nothing is lost, nothing counted twice, and every row is its fold."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.model import AttemptOutcome, Promise, PromiseKind
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from config.clock import VirtualClock
from config.errors import Refused
from config.events import EventBus
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, NOON, RULES

_DEEDS = ("make", "offer", "start", "end", "correct", "meet", "leave", "keep", "renegotiate", "withdraw", "recover")
STEPS = st.lists(
    st.tuples(st.sampled_from(_DEEDS), st.integers(0, 7), st.sampled_from(AttemptOutcome), st.integers(0, 3000)),
    max_size=40,
)


class Bustle:
    """People at work on one book; what is refused changes nothing."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOON)
        self.book = PromiseBook(MemoryBook(EventBus()), self.clock, RULES, attempt_lease=300)

    async def work(self, steps: list[tuple[str, int, AttemptOutcome, int]]) -> None:
        contacts = [(await self.book.contact_by_number(str(1000 + n), "standard")).id for n in range(3)]
        for deed, choice, outcome, pause in steps:
            await self.clock.advance(pause)
            for due in await self.book.fall_due(self.clock.now()):
                assert due.due is not None
                assert due.due > self.clock.now()
            try:
                await self.do(deed, contacts[choice % 3], choice, outcome)
            except Refused:
                continue

    async def do(self, deed: str, contact: str, choice: int, outcome: AttemptOutcome) -> None:
        if deed == "make":
            await self.make(contact)
        elif deed == "meet":
            await self.book.meet_caller(contact, f"call-{choice % 2}")
        elif deed == "leave":
            await self.book.caller_left(contact, f"call-{choice % 2}")
        elif deed == "recover":
            await self.book.recover()
        else:
            async with self.book.store.reading() as reader:
                everything = await reader.promises_after("", 100)
            if everything:
                await self.change(deed, everything[choice % len(everything)], outcome)

    async def change(self, deed: str, promise: Promise, outcome: AttemptOutcome) -> None:
        now = self.clock.now()
        match deed:
            case "offer":
                await self.book.offer(promise.id, "jin")
            case "start":
                await self.book.start_attempt(promise.id, "jin")
            case "end":
                await self.book.end_attempt(promise.id, promise.attempt or "", outcome)
            case "correct":
                await self.book.correct_outcome(promise.id, outcome, "jin")
            case "keep":
                await self.book.keep_by_call(promise.id, "call-0")
            case "renegotiate":
                await self.book.renegotiate(promise.id, now, now + HOUR, "later", "jin")
            case "withdraw":
                await self.book.withdraw(promise.id, "asked", "jin")

    async def make(self, contact: str) -> None:
        now = self.clock.now()
        await self.book.make(
            kind=PromiseKind.CALLBACK,
            contact=contact,
            case=None,
            problem=None,
            tier="standard",
            urgency=Urgency.SERVICE,
            language="ko",
            queue="service",
            skills=(),
            opens=now,
            due=now + timedelta(hours=2),
        )


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_whatever_people_do_the_book_balances(steps: list[tuple[str, int, AttemptOutcome, int]]) -> None:
    async def run() -> None:
        bustle = Bustle()
        await bustle.work([("make", 0, AttemptOutcome.BUSY, 0), ("make", 1, AttemptOutcome.BUSY, 0), *steps])
        report = await bustle.book.audit()
        assert report.holds, report
        await bustle.book.recover()
        for _ in range(4):
            await bustle.clock.advance(3 * 3600)
            await bustle.book.fall_due(bustle.clock.now())
        identity = await bustle.book.identity()
        assert identity.open == 0
        assert identity.made == identity.kept + identity.renegotiated + identity.broken + identity.withdrawn

    asyncio.run(run())
