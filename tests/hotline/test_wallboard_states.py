"""What wallboards are told of how things stand."""

from __future__ import annotations

import json
from typing import Any

from callbacks.calls.records import CallRecords
from callbacks.model import AttemptOutcome, PromiseKind
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_lookback import MemoryLookback
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from hotline.wallboard_states import STATES, wallboard_states
from routing.changes import AgentReady, AgentSignedIn, OfferTaken, WorkArrived
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from routing.work import Needs, Work, WorkKind
from tests.callbacks.samples import HOUR, NOON, RULES
from tests.routing.floors import agent, hotline

FILE = hotline({"jin": agent(), "kim": agent()})
NEEDS = Needs("general", "en")


class House:
    def __init__(self) -> None:
        self.clock, bus = VirtualClock(NOON), EventBus()
        store, calls = MemoryBook(bus), MemoryCalls(bus)
        self.book = PromiseBook(store, self.clock, RULES)
        self.calls = CallRecords(calls, self.clock)
        self.floor = FloorService(Floor(FILE, "v1"), MemoryReceipts(bus), self.clock)
        self.states = wallboard_states(self.floor, self.book, MemoryLookback(store, calls), lambda: FILE, self.clock)

    async def read(self, name: str) -> Any:
        return json.loads(await self.states[name]())

    async def call(self, name: str, urgency: Urgency) -> None:
        await self.floor.feed(WorkArrived(Work(name, WorkKind.CALL, NEEDS, "standard", urgency, self.clock.now())))


def test_there_is_a_state_for_each_topic_that_is_documented() -> None:
    assert list(House().states) == list(STATES)


async def test_queues_tell_who_waits_since_when_and_what_the_day_was_like() -> None:
    house = House()
    assert (await house.read("queues"))["queues"][0]["calls"] == 0  # also where nobody waits
    await house.call("call-1", Urgency.SERVICE)
    await house.clock.advance(60)
    await house.call("call-2", Urgency.SAFETY)
    told = await house.read("queues")
    [general] = [one for one in told["queues"] if one["queue"] == "general"]
    assert (general["calls"], general["promises"]) == (2, 0)
    assert general["longest_call_since"] == NOON.isoformat().replace("+00:00", "Z")
    assert general["urgencies"] == {"safety": 1, "service": 1}
    assert (told["offered"], told["answered"]) == (2, 0)
    assert "call-1" not in json.dumps(told)


async def test_time_alone_changes_no_state_of_the_floor() -> None:
    house = House()
    await house.call("call-1", Urgency.SERVICE)
    before = await house.states["queues"](), await house.states["agents"]()
    await house.clock.advance(30)
    assert (await house.states["queues"](), await house.states["agents"]()) == before


async def test_agents_tell_what_they_do_and_not_with_whom() -> None:
    house = House()
    for change in (AgentSignedIn("jin"), AgentReady("jin")):
        await house.floor.feed(change)
    await house.call("call-1", Urgency.SERVICE)
    await house.floor.feed(OfferTaken("jin", "call-1"))
    told = (await house.read("agents"))["agents"]
    assert [(one["agent"], one["state"]) for one in told] == [("jin", "talking"), ("kim", "signed-out")]
    assert "call-1" not in json.dumps(told)


async def test_promises_tell_what_waits_what_comes_and_what_became_of_todays() -> None:
    house = House()
    now, names = house.clock.now(), []
    for number in ("010-1111-2222", "010-3333-4444"):
        contact = await house.book.contact_by_number(number, "standard")
        made = await house.book.make(
            kind=PromiseKind.CALLBACK, contact=contact.id, case=None, problem=None, tier="standard",
            urgency=Urgency.SERVICE, language="en", queue="general", skills=(), opens=now + HOUR, due=now + 3 * HOUR,
        )  # fmt: skip
        names.append(made.id)
    first = await house.read("promises")
    assert first == {"waiting": 0, "first_ends": None, "opening": 2, "kept_today": 0, "broken_today": 0}
    await house.clock.advance(3600)
    await house.book.fall_due(house.clock.now())
    due = Work(names[1], WorkKind.PROMISE, NEEDS, "standard", Urgency.SERVICE, now, now + HOUR, now + 3 * HOUR)
    await house.floor.feed(WorkArrived(due))
    begun = await house.book.start_attempt(names[0], "jin")
    await house.book.end_attempt(names[0], begun.attempt or "", AttemptOutcome.ANSWERED)
    told = await house.read("promises")
    assert told["waiting"] == 1
    assert told["first_ends"] == (now + 3 * HOUR).isoformat().replace("+00:00", "Z")
    assert (told["opening"], told["kept_today"], told["broken_today"]) == (1, 1, 0)
