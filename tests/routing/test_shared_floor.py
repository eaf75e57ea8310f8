"""Several nodes with one floor, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from config.clock import VirtualClock
from config.errors import DatabaseFault, NotFound
from config.hotline_file import HotlineFile
from routing.agents import AgentState
from routing.changes import (
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    LeftWhy,
    OfferTaken,
    WorkArrived,
    WorkClaimed,
    WorkEnded,
    WorkLeft,
)
from routing.events import WorkOffered
from routing.memory_floor_log import MemoryFloorLog
from routing.outcomes import AgentChanged, OfferMade, Outcome, WorkGone, WorkQueued, WorkStarted
from routing.replay import FloorOpened, replay
from routing.shared_floor import SharedFloor
from routing.work import Work
from tests.routing.floors import START, agent, call, hotline, promise

FILE = hotline({"kim": agent(), "lee": agent()})
NEWER = hotline({"kim": agent(), "choi": agent()})


class Mended:
    """What the rest of the house is told of losses; `fails` times it cannot be reached."""

    def __init__(self) -> None:
        self.lost: list[tuple[str, list[str], list[str]]] = []
        self.fails = 0

    async def mend(self, node: str, waited: Sequence[Work], in_hand: Sequence[Work]) -> None:
        if self.fails:
            self.fails -= 1
            raise DatabaseFault("away")
        self.lost.append((node, [work.id for work in waited], [work.id for work in in_hand]))


class Node:
    """One replica, and what it was told."""

    def __init__(self, name: str, log: MemoryFloorLog, clock: VirtualClock, mended: Mended) -> None:
        self.floor = SharedFloor(FILE, "1", name, log, mended, self.file_of, clock, f"https://{name}/desk")
        self.outcomes: list[Outcome] = []
        self.floor.subscribe(self.hear)
        self.clock = clock
        self.running = asyncio.create_task(self.floor.run())

    async def hear(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    @staticmethod
    async def file_of(version: str) -> HotlineFile:
        return {"1": FILE, "2": NEWER}[version]

    async def feed(self, change: Change) -> tuple[Outcome, ...]:
        """Feed, letting the time pass that it takes."""
        fed = asyncio.create_task(self.floor.feed(change))
        while not fed.done():
            await self.clock.advance(0.05)
        return fed.result()

    async def bring_in(self, name: str) -> None:
        await self.feed(AgentSignedIn(name))
        await self.feed(AgentReady(name))

    def state(self, name: str) -> AgentState:
        return next(seen.state for seen in self.floor.agents() if seen.id == name)

    def waiting(self) -> list[str]:
        return [waiting.work.id for waiting in self.floor.waiting()]

    async def die(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


class Nodes:
    """One, two and three, of which one leads."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.log = MemoryFloorLog(self.clock)
        self.mended = Mended()
        self.all: list[Node] = []

    async def add(self, name: str) -> Node:
        node = Node(name, self.log, self.clock, self.mended)
        self.all.append(node)
        await self.clock.advance(0.1)
        return node


@pytest.fixture
async def nodes() -> AsyncIterator[Nodes]:
    nodes = Nodes()
    yield nodes
    for node in nodes.all:
        await node.die()


async def test_all_see_the_same_floor_and_only_who_brought_the_caller_rings_for_them(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await one.bring_in("kim")
    outcomes = await two.feed(WorkArrived(call("a")))
    assert any(isinstance(outcome, OfferMade) for outcome in outcomes)
    await nodes.clock.advance(0.1)
    assert one.state("kim") == two.state("kim") == AgentState.OFFERED
    assert [type(outcome) for outcome in two.outcomes if not isinstance(outcome, AgentChanged)] == [
        WorkQueued,
        OfferMade,
    ]
    assert all(isinstance(outcome, AgentChanged) for outcome in one.outcomes)
    assert [event.subject for event in nodes.log.events if isinstance(event, WorkOffered)] == ["a"]


async def test_an_agent_finds_the_desk_that_shows_their_call(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.feed(WorkArrived(call("a")))
    await nodes.clock.advance(0.1)
    assert (one.floor.desk_of("a"), two.floor.desk_of("a"), one.floor.desk_of("gone")) == ("https://two/desk", "", "")


async def test_one_leads_the_first(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    assert (one.floor.lead.is_ours, two.floor.lead.is_ours) == (True, False)
    assert one.floor.lead.is_alone


async def test_time_passes_for_all_alike(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await one.bring_in("kim")
    await two.feed(WorkArrived(call("a")))
    await nodes.clock.advance(26)
    assert one.state("kim") == two.state("kim") == AgentState.UNREACHABLE
    assert one.waiting() == two.waiting() == ["a"]


async def test_when_the_leader_dies_another_leads_within_five_seconds_and_its_callers_are_seen_to(
    nodes: Nodes,
) -> None:
    one, two, three = [await nodes.add(name) for name in ("one", "two", "three")]
    await one.feed(WorkArrived(call("lost", since=-10)))
    await two.feed(WorkArrived(call("stays")))
    await one.die()
    await nodes.clock.advance(5)
    assert two.floor.lead.is_ours
    assert nodes.mended.lost == [("one", ["lost"], [])]
    assert two.waiting() == three.waiting() == ["stays"]
    await three.bring_in("kim")
    assert any(isinstance(outcome, OfferMade) and outcome.work.id == "stays" for outcome in two.outcomes)


async def test_callers_wait_on_and_new_ones_are_queued_while_nobody_leads(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.feed(WorkArrived(call("a")))
    await one.die()
    await two.feed(WorkArrived(call("b")))
    assert two.waiting() == ["a", "b"]


async def test_an_agent_who_talked_at_a_node_that_died_is_free_after_the_wrap_up(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.bring_in("kim")
    await two.feed(WorkArrived(call("a")))
    await two.feed(OfferTaken("kim", "a"))
    await two.die()
    await nodes.clock.advance(4)
    assert nodes.mended.lost == [("two", [], ["a"])]
    assert one.state("kim") is AgentState.WRAP_UP


async def test_a_loss_that_cannot_be_written_down_is_told_again(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.feed(WorkArrived(call("a")))
    nodes.mended.fails = 1
    await two.die()
    await nodes.clock.advance(8)
    assert nodes.mended.lost == [("two", ["a"], [])]
    assert one.waiting() == []


async def test_a_promise_is_carried_out_by_the_node_whose_agent_claims_it(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    owed = promise("p", 0, -10, 600)
    await one.feed(WorkArrived(owed))
    await two.feed(AgentSignedIn("kim"))
    await two.feed(WorkClaimed("kim", owed))
    await nodes.clock.advance(0.1)
    assert [outcome for outcome in two.outcomes if isinstance(outcome, WorkStarted)] == [WorkStarted(owed, "kim")]
    assert not any(isinstance(outcome, WorkStarted) for outcome in one.outcomes)


async def test_while_the_database_is_away_nothing_is_lost_and_everybody_comes_back(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.feed(WorkArrived(call("a")))
    nodes.log.is_away = True
    fed = asyncio.create_task(two.floor.feed(WorkArrived(call("b"))))
    await nodes.clock.advance(10)
    assert not one.floor.lead.is_ours
    assert not two.floor.lead.is_ours
    assert not fed.done()
    nodes.log.is_away = False
    await nodes.clock.advance(1)
    assert fed.done()
    assert sorted(one.waiting()) == ["a", "b"]
    assert nodes.mended.lost == []
    assert one.floor.lead.is_ours != two.floor.lead.is_ours


async def test_a_node_that_was_away_for_too_long_brings_its_callers_to_their_old_places(nodes: Nodes) -> None:
    _, two = await nodes.add("one"), await nodes.add("two")
    await two.feed(WorkArrived(call("a", since=-30)))
    session = next(session for session in nodes.log.sessions if session.node == "two")
    await nodes.clock.leap(0.3)
    nodes.log.sessions.discard(session)  # the network between two and the database is cut: one cannot see it any more
    await nodes.clock.advance(4)
    nodes.log.sessions.add(session)
    await nodes.clock.advance(1)
    assert nodes.mended.lost == [("two", ["a"], [])]
    assert [waiting.work for waiting in two.floor.waiting()] == [call("a", since=-30)]


async def test_who_joins_late_sees_the_floor_as_it_is_and_is_told_nothing_of_the_past(nodes: Nodes) -> None:
    one = await nodes.add("one")
    await one.bring_in("kim")
    await one.feed(WorkArrived(call("a")))
    late = await nodes.add("late")
    assert late.state("kim") is AgentState.OFFERED
    assert late.outcomes == []


async def test_receipts_and_events_are_saved_once_and_by_the_next_leader_where_the_last_could_not(
    nodes: Nodes,
) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.bring_in("kim")
    saved = nodes.log.told
    await two.feed(WorkArrived(call("a")))
    nodes.log.told = saved  # as if the leader had died before it could save what came of the caller's arrival
    kept = len(nodes.log.receipts)
    nodes.log.receipts.clear()
    await one.die()
    await nodes.clock.advance(3)
    assert [receipt.work for receipt in nodes.log.receipts] == ["a"]
    assert kept == 1


async def test_what_the_nodes_were_told_replays_to_the_receipts_that_were_saved(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await one.bring_in("kim")
    await two.feed(WorkArrived(call("a")))
    await one.feed(WorkArrived(call("b")))
    await two.feed(OfferTaken("kim", "a"))
    await two.feed(WorkEnded("kim", "a"))
    await nodes.clock.advance(60)
    replayed = [*replay((entry.recorded for entry in nodes.log.entries), {"1": FILE})]
    assert replayed == nodes.log.receipts
    assert [receipt.work for receipt in replayed][:2] == ["a", "b"]


async def test_a_published_file_is_gone_by_everywhere_from_the_same_entry_on(nodes: Nodes) -> None:
    one, two = await nodes.add("one"), await nodes.add("two")
    await two.floor.adopt(NEWER, "2")
    await nodes.clock.advance(2)
    assert [seen.id for seen in one.floor.agents()] == ["kim", "lee"]  # the leader has not been told
    await one.floor.adopt(NEWER, "2")
    await nodes.clock.advance(2)
    assert [seen.id for seen in one.floor.agents()] == [seen.id for seen in two.floor.agents()] == ["kim", "choi"]


async def test_an_unknown_agent_is_refused_to_whoever_named_them(nodes: Nodes) -> None:
    one = await nodes.add("one")
    with pytest.raises(NotFound):
        await one.feed(AgentReady("nobody"))


async def test_an_empty_floor_with_a_long_past_is_opened_anew(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.shared_floor._LONG", 5)
    one = await nodes.add("one")
    await one.bring_in("kim")
    for name in "abc":
        await one.feed(WorkArrived(call(name)))
        await one.feed(WorkLeft(name, LeftWhy.HUNG_UP))
    assert sum(isinstance(entry.recorded.what, FloorOpened) for entry in nodes.log.entries) == 1
    await one.feed(AgentSignedOut("kim"))
    await nodes.clock.advance(2)
    assert isinstance(nodes.log.entries[-1].recorded.what, FloorOpened)
    assert not any(isinstance(outcome, WorkGone) and outcome.why is LeftWhy.LOST for outcome in one.outcomes)
