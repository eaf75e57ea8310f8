"""Telling open pages."""

from __future__ import annotations

from datetime import UTC, datetime

from config.clock import VirtualClock
from config.events import EventBus
from console.live import Live
from console.memory_floor import AgentChanged

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
