from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from config.clock import VirtualClock
from config.errors import DatabaseFault, NotFound
from config.events import Event, EventBus
from config.urgency import Urgency
from routing.agents import AgentState
from routing.changes import (
    AgentReady,
    AgentSignedIn,
    FailedWhy,
    OfferFailed,
    OfferTaken,
    WorkArrived,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.events import AgentStateChanged, WorkOffered, WorkTaken
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.outcomes import AgentChanged, OfferMade, Outcome, WorkReturned
from routing.receipts import Receipt
from routing.replay import Recorded, replay
from routing.service import FloorService
from tests.routing.floors import GENERAL, START, agent, call, hotline


class Shift:
    """A floor service on a virtual clock, with everything it tells."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.events: list[Event] = []
        bus = EventBus()
        bus.subscribe(self.events.append)
        self.store = MemoryReceipts(bus)
        self.service = FloorService(Floor(hotline({"kim": agent(), "lee": agent()}), "v1"), self.store, self.clock)
        self.outcomes: list[Outcome] = []
        self.service.subscribe(self.hear)

    async def hear(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    async def bring_in(self, name: str) -> None:
        await self.service.feed(AgentSignedIn(name))
        await self.service.feed(AgentReady(name))

    def state(self, name: str) -> AgentState:
        return next(seen.state for seen in self.service.agents() if seen.id == name)


async def test_a_decision_is_saved_told_as_events_and_heard_by_listeners() -> None:
    shift = Shift()
    await shift.bring_in("kim")
    outcomes = await shift.service.feed(WorkArrived(call("a")))
    await shift.service.feed(OfferTaken("kim", "a"))
    made = next(outcome for outcome in outcomes if isinstance(outcome, OfferMade))
    assert await shift.store.of_work("a") == (made.receipt,)
    assert made in shift.outcomes
    offered = next(event for event in shift.events if isinstance(event, WorkOffered))
    assert (offered.subject, offered.agent, offered.at) == ("a", "kim", START)
    assert [event.subject for event in shift.events if isinstance(event, WorkTaken)] == ["a"]
    assert [event.state for event in shift.events if isinstance(event, AgentStateChanged)] == [
        "paused",
        "ready",
        "offered",
        "talking",
    ]


async def test_time_is_fed_when_it_is_due_and_not_before() -> None:
    shift = Shift()
    running = asyncio.create_task(shift.service.run())
    await shift.clock.settle()
    await shift.bring_in("kim")
    await shift.service.feed(WorkArrived(call("a")))
    await shift.clock.advance(24.9)
    assert shift.state("kim") is AgentState.OFFERED
    await shift.clock.advance(0.1)
    assert shift.state("kim") is AgentState.UNREACHABLE
    assert WorkReturned("a") in shift.outcomes
    running.cancel()


async def test_the_watch_wakes_earlier_when_a_feed_brings_the_next_moment_nearer() -> None:
    shift = Shift()
    running = asyncio.create_task(shift.service.run())
    await shift.bring_in("kim")
    await shift.service.feed(WorkArrived(call("a")))
    await shift.service.feed(OfferTaken("kim", "a"))
    await shift.clock.advance(100)
    await shift.service.feed(WorkArrived(call("held", since=100, own_agent="kim")))
    await shift.clock.settle()
    await shift.service.feed(WorkEnded("kim", "a"))
    await shift.clock.advance(15)
    assert shift.state("kim") is AgentState.OFFERED
    running.cancel()


async def test_a_listener_may_feed_and_the_order_of_outcomes_stays() -> None:
    shift = Shift()

    async def decline(outcome: Outcome) -> None:
        if isinstance(outcome, OfferMade) and outcome.agent == "kim":
            await shift.service.feed(OfferFailed("kim", outcome.work.id, FailedWhy.DECLINED))

    shift.service.subscribe(decline)
    await shift.bring_in("kim")
    await shift.bring_in("lee")
    await shift.service.feed(WorkArrived(call("a")))
    assert shift.state("kim") is AgentState.PAUSED
    assert shift.state("lee") is AgentState.OFFERED
    states = [(o.agent, o.state) for o in shift.outcomes if isinstance(o, AgentChanged)]
    assert states[-3:] == [
        ("kim", AgentState.OFFERED),
        ("kim", AgentState.PAUSED),
        ("lee", AgentState.OFFERED),
    ]


async def test_one_listeners_fault_does_not_keep_the_others_from_being_told() -> None:
    shift = Shift()

    async def break_down(outcome: Outcome) -> None:
        raise RuntimeError("a fault in a listener")

    heard: list[Outcome] = []

    async def hear(outcome: Outcome) -> None:
        heard.append(outcome)

    shift.service.subscribe(break_down)
    shift.service.subscribe(hear)
    await shift.bring_in("kim")
    assert len(heard) == 2


async def test_what_was_decided_is_told_even_when_the_feeder_is_cancelled() -> None:
    shift = Shift()
    await shift.bring_in("kim")
    feeder = asyncio.create_task(shift.service.feed(WorkArrived(call("a"))))
    await asyncio.sleep(0)
    feeder.cancel()
    await shift.clock.settle()
    assert feeder.cancelled()
    assert any(isinstance(outcome, OfferMade) for outcome in shift.outcomes)


class FailingOnce(MemoryReceipts):
    """A store whose first save fails."""

    failed = False

    async def save(
        self, receipts: Sequence[Receipt], events: Sequence[Event], recorded: Sequence[Recorded] = ()
    ) -> None:
        if not self.failed:
            self.failed = True
            raise DatabaseFault("the disk is full")
        await super().save(receipts, events, recorded)


async def test_a_caller_is_served_though_the_record_cannot_be_saved_and_the_record_follows() -> None:
    clock, bus = VirtualClock(START), EventBus()
    store = FailingOnce(bus)
    floor = Floor(hotline({"kim": agent()}), "v1")
    service = FloorService(floor, store, clock)
    floor.feed(AgentSignedIn("kim"), START)
    floor.feed(AgentReady("kim"), START)
    outcomes = await service.feed(WorkArrived(call("a")))
    assert any(isinstance(outcome, OfferMade) for outcome in outcomes)
    assert await store.of_work("a") == ()
    await service.feed(OfferTaken("kim", "a"))
    assert len(await store.of_work("a")) == 1


async def test_an_unknown_agent_is_refused() -> None:
    with pytest.raises(NotFound):
        await Shift().service.feed(AgentReady("nobody"))


async def test_a_published_file_is_gone_by_at_once() -> None:
    shift = Shift()
    await shift.service.feed(WorkArrived(call("a")))
    await shift.bring_in("kim")
    await shift.service.feed(OfferTaken("kim", "a"))
    await shift.service.adopt(hotline({"kim": agent(), "choi": agent()}), "v2")
    assert [seen.id for seen in shift.service.agents()] == ["kim", "choi"]


async def test_what_the_service_was_told_replays_to_the_receipts_it_saved() -> None:
    shift = Shift()
    await shift.bring_in("kim")
    await shift.service.feed(WorkArrived(call("a")))
    await shift.clock.advance(30)
    await shift.service.feed(AgentReady("kim"))
    await shift.service.adopt(hotline({"kim": agent(), "choi": agent()}), "v2")
    await shift.bring_in("choi")
    await shift.service.feed(WorkArrived(call("b")))
    with pytest.raises(NotFound):
        await shift.service.feed(AgentReady("lee"))
    files = {"v1": hotline({"kim": agent(), "lee": agent()}), "v2": hotline({"kim": agent(), "choi": agent()})}
    recording = await shift.store.recording(shift.clock.now())
    saved = (*await shift.store.of_work("a"), *await shift.store.of_work("b"))
    assert len(saved) == 3
    assert tuple(replay(recording, files)) == saved


async def test_the_service_estimates_and_counts() -> None:
    shift = Shift()
    assert shift.service.estimate_wait(GENERAL, "vip", Urgency.SERVICE) is None
    await shift.bring_in("kim")
    assert shift.service.estimate_wait(GENERAL, "vip", Urgency.SERVICE) == timedelta(0)
    await shift.service.feed(WorkArrived(call("a")))
    await shift.service.feed(WorkArrived(call("b")))
    assert [waiting.work.id for waiting in shift.service.waiting()] == ["b"]
    await shift.service.feed(OfferTaken("kim", "a"))
    await shift.service.feed(WorkLeft("b"))
    figures = shift.service.figures()
    assert (figures.offered, figures.answered, figures.answered_in_time, figures.abandoned) == (2, 1, 1, 1)


async def test_what_callers_were_told_is_compared_with_what_they_waited() -> None:
    shift = Shift()
    await shift.bring_in("kim")
    await shift.service.feed(WorkArrived(call("a")))
    await shift.service.feed(OfferTaken("kim", "a"))
    await shift.service.feed(WorkArrived(call("b")))  # told 240 s: one handling time of the one agent at work
    await shift.clock.advance(100)
    await shift.service.feed(WorkEnded("kim", "a"))
    await shift.service.feed(WrapUpEnded("kim"))
    await shift.service.feed(OfferTaken("kim", "b"))
    [found] = shift.service.forecast_errors()
    assert (found.queue, found.tier, found.calls) == ("general", "standard", 2)
    assert found.mean_absolute == pytest.approx((0 + 140) / 2)
    assert found.bias == pytest.approx(70)
