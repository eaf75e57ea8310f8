"""What every `Clock` promises, the machine's and the virtual one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import Clock, SystemClock, VirtualClock

Pass = Callable[[float], Awaitable[None]]
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["system", "virtual"])
def clock_and_time(request: pytest.FixtureRequest) -> tuple[Clock, Pass]:
    """A clock, and what lets time pass for those who sleep on it."""
    if request.param == "system":
        return SystemClock(), asyncio.sleep
    virtual = VirtualClock(START)
    return virtual, virtual.advance


async def test_the_moment_is_aware_and_in_utc(clock_and_time: tuple[Clock, Pass]) -> None:
    clock, _ = clock_and_time
    assert clock.now().utcoffset() == timedelta(0)


async def test_both_readings_advance_by_the_time_that_passed(clock_and_time: tuple[Clock, Pass]) -> None:
    clock, let_pass = clock_and_time
    moment, seconds = clock.now(), clock.monotonic()
    await let_pass(0.02)
    assert clock.now() - moment >= timedelta(seconds=0.019)
    assert clock.monotonic() - seconds >= 0.019


async def test_a_sleeper_wakes_after_its_time_and_not_before(clock_and_time: tuple[Clock, Pass]) -> None:
    clock, let_pass = clock_and_time
    before = clock.monotonic()
    sleeper = asyncio.create_task(clock.sleep(0.02))
    await let_pass(0.0)
    assert not sleeper.done()
    await let_pass(0.06)
    assert sleeper.done()
    assert clock.monotonic() - before >= 0.02


async def test_sleepers_wake_in_the_order_of_their_due_times(clock_and_time: tuple[Clock, Pass]) -> None:
    clock, let_pass = clock_and_time
    woken: list[str] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    sleepers = [asyncio.create_task(sleep("late", 0.04)), asyncio.create_task(sleep("early", 0.01))]
    await let_pass(0.1)
    await asyncio.gather(*sleepers)
    assert woken == ["early", "late"]


async def test_a_cancelled_sleeper_does_not_hold_the_others_up(clock_and_time: tuple[Clock, Pass]) -> None:
    clock, let_pass = clock_and_time
    given_up = asyncio.create_task(clock.sleep(0.01))
    patient = asyncio.create_task(clock.sleep(0.02))
    await let_pass(0.0)
    given_up.cancel()
    await let_pass(0.06)
    assert given_up.cancelled()
    assert patient.done()
