"""What every `DialledDays` promises, in the database and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from callbacks.dialled import (
    Ceiling,
    DialledDay,
    DialledDays,
    DiallingCeilingReached,
    Reached,
    as_money,
    in_parts,
)
from callbacks.store.memory_dialled import MemoryDialledDays
from callbacks.store.sql_dialled import SqlDialledDays
from config.clock import VirtualClock
from config.database import Database
from config.events import Event, EventBus
from tests.callbacks.samples import NOON
from tests.servers import DATABASES

DAY = date(2026, 11, 23)
TWO = Ceiling(calls=2)


@dataclass
class Counted:
    days: DialledDays
    told: list[Event]


@pytest.fixture(params=["memory", *DATABASES])
async def kept(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Counted]:
    bus, told = EventBus(), list[Event]()
    bus.subscribe(told.append)
    if request.param == "memory":
        yield Counted(MemoryDialledDays(bus), told)
        return
    database = Database(empty_database(request.param), bus, VirtualClock(NOON))
    await database.create_tables()
    yield Counted(SqlDialledDays(database), told)
    await database.close()


async def test_a_day_of_which_nothing_is_known_has_cost_nothing(kept: Counted) -> None:
    assert await kept.days.on(DAY) == DialledDay(DAY)


async def test_no_call_begins_above_the_ceiling_and_the_next_day_is_a_new_one(kept: Counted) -> None:
    assert [await kept.days.begin(DAY, TWO, NOON) for _ in range(4)] == [None, None, Reached.CALLS, Reached.CALLS]
    assert (await kept.days.on(DAY)).calls == 2
    assert await kept.days.begin(DAY + timedelta(days=1), TWO, NOON) is None


async def test_of_many_at_the_same_moment_no_more_begin_than_there_is_room_for(kept: Counted) -> None:
    begun = await asyncio.gather(*(kept.days.begin(DAY, TWO, NOON) for _ in range(6)))
    assert begun.count(None) == 2
    assert (await kept.days.on(DAY)).calls == 2


@pytest.mark.parametrize(
    ("ceiling", "reached"), [(Ceiling(minutes=2), Reached.MINUTES), (Ceiling(cost=1800), Reached.COST)]
)
async def test_minutes_and_money_add_up_exactly(kept: Counted, ceiling: Ceiling, reached: Reached) -> None:
    price = in_parts(Decimal("0.09"))
    assert await kept.days.begin(DAY, ceiling, NOON) is None
    await kept.days.add_minute(DAY, price, ceiling, NOON)
    assert await kept.days.begin(DAY, ceiling, NOON) is None
    await kept.days.add_minute(DAY, price, ceiling, NOON)
    assert await kept.days.begin(DAY, ceiling, NOON) is reached
    today = await kept.days.on(DAY)
    assert (today.calls, today.minutes, as_money(today.cost)) == (2, 2, "0.18")


async def test_that_the_ceiling_is_reached_is_told_once_a_day(kept: Counted) -> None:
    for _ in range(4):
        await kept.days.begin(DAY, TWO, NOON)
    await kept.days.add_minute(DAY, 900, TWO, NOON)
    [told] = kept.told
    assert isinstance(told, DiallingCeilingReached)
    assert (told.subject, told.ceiling, told.calls, told.cost) == ("2026-11-23", "calls", 2, "0")
    assert (await kept.days.on(DAY)).reached_at == NOON


async def test_a_ceiling_of_nothing_lets_nobody_be_called(kept: Counted) -> None:
    assert await kept.days.begin(DAY, Ceiling(calls=0), NOON) is Reached.CALLS
