"""Telling open pages."""

from __future__ import annotations

from datetime import UTC, datetime

from config.clock import VirtualClock
from config.events import EventBus
from console.concerns import Concern, everything, of_agent, soon
from console.live import Live
from console.sample.memory_floor import AgentChanged, PromiseChanged
from routing.events import WorkOffered

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEWS = AgentChanged(subject="minji", at=NOW)


async def test_many_events_redraw_a_page_once() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append("page")

    live.join(refresh)
    for _ in range(50):
        await events.publish(NEWS)
    await clock.advance(1)
    assert drawn == ["page"]
    await events.publish(NEWS)
    await clock.advance(1)
    assert drawn == ["page", "page"]


async def test_what_happens_while_pages_are_redrawn_is_not_missed() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append("page")
        if len(drawn) == 1:
            await events.publish(NEWS)

    live.join(refresh)
    await events.publish(NEWS)
    await clock.advance(1)
    assert drawn == ["page", "page"]


async def test_one_pages_fault_does_not_keep_the_others_from_news() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def broken() -> None:
        raise RuntimeError("no such element")

    async def refresh() -> None:
        drawn.append("page")

    live.join(broken)
    live.join(refresh)
    await events.publish(NEWS)
    await clock.advance(1)
    assert drawn == ["page"]


async def test_a_page_that_left_is_told_nothing() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append("page")

    live.join(refresh)()
    await events.publish(NEWS)
    await clock.advance(1)
    assert drawn == []


async def test_a_page_that_can_wait_is_drawn_within_a_second_once_for_all_that_happened() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[datetime]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append(clock.now())

    live.join(refresh, soon)
    for _ in range(9):
        await events.publish(NEWS)
        await clock.advance(0.1)
    assert drawn == []
    await clock.advance(0.2)
    assert len(drawn) == 1


async def test_a_page_is_drawn_at_most_ten_times_a_second() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append("page")

    live.join(refresh)
    for _ in range(100):
        await events.publish(NEWS)
        await clock.advance(0.01)
    assert 8 <= len(drawn) <= 10


async def test_of_fifty_desks_the_one_that_an_offer_is_for_is_drawn_and_no_other() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    def desk(agent: str) -> None:
        async def refresh() -> None:
            drawn.append(agent)

        live.join(refresh, of_agent(agent, lambda: None))

    for number in range(50):
        desk(f"agent-{number}")
    await events.publish(
        WorkOffered(subject="call-1", at=NOW, agent="agent-7", score=1.0, waited=2.0, why="it is next")
    )
    await clock.advance(2)
    assert drawn == ["agent-7"]


def test_a_desk_shows_at_once_what_is_its_own_and_later_what_the_team_owes() -> None:
    concern = of_agent("minji", lambda: "call-1")
    assert concern(NEWS) is Concern.NOW
    assert concern(AgentChanged(subject="seo", at=NOW)) is Concern.NONE
    assert concern(AgentChanged(subject="call-1", at=NOW)) is Concern.NOW
    assert concern(PromiseChanged(subject="pr-1", at=NOW)) is Concern.LATER
    assert everything(NEWS) is Concern.NOW


async def test_a_desk_with_an_offer_is_drawn_before_pages_that_can_wait() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    def page(name: str) -> None:
        async def refresh() -> None:
            drawn.append(name)
            await clock.sleep(0.05)

        live.join(refresh, of_agent("minji", lambda: None) if name == "desk" else soon)

    for number in range(20):
        page(f"wallboard {number}")
    page("desk")
    await events.publish(PromiseChanged(subject="pr-1", at=NOW))
    await clock.advance(1.03)
    await events.publish(NEWS)
    assert "desk" not in drawn
    await clock.advance(2)
    assert drawn[4] == "desk"
    assert len(set(drawn)) == 21


async def test_after_the_end_no_page_is_being_drawn() -> None:
    clock, events, drawn = VirtualClock(NOW), EventBus(), list[str]()
    live = Live(events, clock)

    async def refresh() -> None:
        drawn.append("begun")
        await clock.sleep(5)
        drawn.append("done")

    live.join(refresh)
    await events.publish(NEWS)
    await clock.advance(1)
    await live.close()
    await events.publish(NEWS)
    await clock.advance(9)
    assert drawn == ["begun"]
