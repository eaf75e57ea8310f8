"""The wallboard's figures over a floor, a book and calls in memory, and their pace."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from callbacks.calls.lookback import KeptRate
from callbacks.calls.records import CallRecords
from callbacks.model import AttemptOutcome, PromiseKind
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_lookback import MemoryLookback
from callbacks.wait_spread import WaitSpread
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.paced import Paced
from console.supervision.figures import TierLevel
from console.supervision.live_figures import LiveFigures, tier_levels
from routing.changes import AgentReady, AgentSignedIn, OfferTaken, WorkArrived
from routing.figures import DayFigures
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from routing.work import Needs, Work, WorkKind
from tests.callbacks.samples import HOUR, NOON, RULES
from tests.routing.floors import agent, hotline

FILE = hotline({"jin": agent(), "kim": agent()}, callbacks={"service_seconds": 300, "capacity_share": 0.5})


class House:
    """A hotline at noon (13:00 in Seoul)."""

    def __init__(self) -> None:
        self.clock, bus = VirtualClock(NOON), EventBus()
        store, calls = MemoryBook(bus), MemoryCalls(bus)
        self.book, self.calls = PromiseBook(store, self.clock, RULES), CallRecords(calls, self.clock)
        self.floor = FloorService(Floor(FILE, "v1"), MemoryReceipts(bus), self.clock)
        lookback = MemoryLookback(store, calls)
        self.figures = LiveFigures(self.floor, self.book, lookback, lambda: FILE, self.clock)

    async def promise(self, number: str) -> str:
        now, contact = self.clock.now(), await self.book.contact_by_number(number, "standard")
        made = await self.book.make(
            kind=PromiseKind.CALLBACK, contact=contact.id, case=None, problem=None, tier="standard",
            urgency=Urgency.SERVICE, language="en", queue="general", skills=(), opens=now + HOUR, due=now + 3 * HOUR,
        )  # fmt: skip
        return made.id


@pytest.fixture
def house() -> House:
    return House()


async def test_the_figures_are_of_the_floor_the_book_and_the_calls(house: House) -> None:
    kept = await house.promise("010-1111-2222")
    await house.promise("010-3333-4444")
    caller = (await house.book.contact_by_number("010-5555-6666", "vip")).id
    await house.calls.begin("call-1", contact=caller, dialled="100", tier="vip")
    for change in (AgentSignedIn("jin"), AgentReady("jin")):
        await house.floor.feed(change)
    needs = Needs("general", "en")
    await house.floor.feed(WorkArrived(Work("call-1", WorkKind.CALL, needs, "vip", Urgency.MONEY, NOON)))
    await house.clock.advance(12)
    await house.floor.feed(OfferTaken("jin", "call-1"))
    await house.calls.update("call-1", bridged_at=house.clock.now())
    await house.clock.advance(3600)
    await house.book.fall_due(house.clock.now())
    begun = await house.book.start_attempt(kept, "jin")
    await house.book.end_attempt(kept, begun.attempt or "", AttemptOutcome.ANSWERED)
    shown = await house.figures.now()
    assert shown.levels == (TierLevel("vip", 20, 1, 1, 1, 0), TierLevel("standard", 60, 0, 0, 0, 0))
    assert shown.kept_today == shown.kept_lately == KeptRate(1, 0)
    assert shown.waits_today == shown.waits_lately == (WaitSpread(13, "vip", 1, 12, 12, 12, 12, 12),)
    assert [(hour.due, hour.over) for hour in shown.due[:3]] == [(0, False), (1, False), (0, False)]
    assert shown.due[1].capacity == 12.0  # two agents, half of their hour, five minutes a call
    assert shown.sift.cases == 0
    assert shown.proposed == ()


async def test_today_ends_at_midnight_of_the_site(house: House) -> None:
    await house.promise("010-1111-2222")
    await house.clock.advance(3 * 3600 + 1)
    await house.book.fall_due(house.clock.now())
    assert (await house.figures.now()).kept_today == KeptRate(0, 1)
    await house.clock.advance(8 * 3600)  # past midnight in Seoul
    shown = await house.figures.now()
    assert (shown.kept_today, shown.kept_lately) == (KeptRate(), KeptRate(0, 1))


async def test_what_is_suspected_shows_at_once(house: House) -> None:
    await house.figures.now()
    proposed = await house.book.propose_problem("safety / X1: 9 > 2.1 (3 h)", "safety", "X1", cases=9, expected=2.1)
    assert (await house.figures.now()).proposed == (proposed,)


def test_a_tier_that_is_gone_from_the_file_is_held_to_the_standards_of_the_default() -> None:
    counts = {"gold": DayFigures(NOON.date(), 3, 2, 1, 1)}
    assert tier_levels(FILE, counts)[-1] == TierLevel("gold", 60, 3, 2, 1, 1)


async def test_a_costly_figure_is_worked_out_once_for_all_who_ask_and_again_when_it_is_old() -> None:
    clock, asked = VirtualClock(NOON), list[datetime]()

    async def work_out(now: datetime) -> int:
        asked.append(now)
        await asyncio.sleep(0)
        return len(asked)

    paced = Paced(work_out, 30.0, clock)
    both = await asyncio.gather(paced.value(), paced.value())
    assert list(both) == [(NOON, 1), (NOON, 1)]
    await clock.advance(29.9)
    assert await paced.value() == (NOON, 1)
    await clock.advance(0.1)
    assert await paced.value() == (NOON + timedelta(seconds=30), 2)


async def test_what_could_not_be_worked_out_is_tried_again() -> None:
    clock, fails = VirtualClock(NOON), [True]

    async def work_out(_now: datetime) -> str:
        if fails.pop() if fails else False:
            raise OSError("no disk")
        return "done"

    paced = Paced(work_out, 30.0, clock)
    with pytest.raises(OSError, match="no disk"):
        await paced.value()
    assert await paced.value() == (NOON, "done")
