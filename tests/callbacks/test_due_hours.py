"""What falls due in the next hours against what the floor can carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.due_hours import due_hours
from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from tests.routing.floors import GENERAL, agent, hotline

NINE = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # on a Monday, by the clock of Seoul
RULES = {"service_seconds": 300, "capacity_share": 0.5, "quiet_from": "21:00", "quiet_until": "08:00"}


def file(agents: int = 2, **sections: Any) -> HotlineFile:
    return hotline({f"a{n}": agent() for n in range(agents)}, **({"callbacks": RULES} | sections))


def promised(opens: float, due: float, count: int = 1) -> PromisedCalls:
    """A window in hours after nine."""
    return PromisedCalls(NINE + timedelta(hours=opens), NINE + timedelta(hours=due), GENERAL, count)


def test_each_hour_has_what_falls_due_in_it_and_half_of_the_agents_time() -> None:
    hours = due_hours(file(), [promised(0, 1, 3), promised(0, 1.5, 4), promised(1, 2), promised(0, 2.01)], NINE, 3)
    assert [(hour.due, hour.capacity) for hour in hours] == [(3, 12.0), (5, 12.0), (1, 12.0)]
    assert [hour.start for hour in hours] == [NINE + timedelta(hours=n) for n in range(3)]


def test_of_this_hour_only_what_is_left_counts_and_what_is_late_is_due_now() -> None:
    (first, _) = due_hours(file(), [promised(-3, -1)], NINE + timedelta(minutes=45), 2)
    assert (first.start, first.due, first.capacity) == (NINE, 1, 3.0)


def test_nobody_is_rung_in_the_night_or_when_the_queues_are_closed() -> None:
    evening = NINE + timedelta(hours=11)
    assert [hour.capacity for hour in due_hours(file(), [], evening, 2)] == [12.0, 0.0]
    hours = {"office": {"weekly": [{"days": ["mon"], "opens": "09:00", "closes": "18:00"}]}}
    queues = {"general": {"hours": "office"}, "spares": {"hours": "office"}}
    closing = due_hours(file(hours=hours, queues=queues), [], NINE + timedelta(hours=8), 2)
    assert [hour.capacity for hour in closing] == [12.0, 0.0]


def test_an_agent_counts_within_their_shift_and_for_their_queues() -> None:
    late = {"late": {"weekly": [{"days": ["mon"], "opens": "10:30", "closes": "18:00"}]}}
    early = {"early": {"weekly": [{"days": ["mon"], "opens": "09:00", "closes": "10:00"}]}}
    queues = {"general": {}, "spares": {"hours": "early"}}
    people = {"a": agent() | {"shift": "late"}, "b": agent(queues=("spares",))}
    hours = due_hours(hotline(people, hours=late | early, queues=queues, callbacks=RULES), [], NINE, 3)
    assert [hour.capacity for hour in hours] == [6.0, 3.0, 6.0]


@pytest.mark.parametrize(
    ("calls", "over"),
    [
        ([(0, 1, 12)], [False, False, False]),
        ([(0, 1, 13)], [True, False, False]),
        ([(0, 2, 24)], [False, False, False]),  # those due in the second hour may be made in the first
        ([(1, 2, 13)], [False, True, False]),  # but not those whose window opens later
        ([(0, 1, 6), (0, 2, 19)], [False, True, False]),
        ([(1, 2, 13), (0, 3, 5)], [False, True, False]),  # a lack in one hour is not told again in the next
        ([(-2, -1, 13)], [True, False, False]),
    ],
)
def test_an_hour_is_over_when_no_order_of_the_calls_keeps_all(
    calls: list[tuple[float, float, int]], over: list[bool]
) -> None:
    hours = due_hours(file(), [promised(*each) for each in calls], NINE, 3)
    assert [hour.over for hour in hours] == over


def test_what_falls_due_after_the_last_hour_is_not_shown() -> None:
    assert [hour.due for hour in due_hours(file(), [promised(0, 5)], NINE, 2)] == [0, 0]
