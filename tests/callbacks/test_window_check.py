"""What an agent is about to promise, beside everything that is promised."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from callbacks.ports import PromisedCalls
from callbacks.window_check import WhyNot, WindowCheck, check_window, without
from routing.windows import Window
from tests.routing.floors import GENERAL, SAFETY, START, agent, hotline

HOUR = timedelta(hours=1)
#: One agent, all of whose time may be promised away; a call takes an hour. Nobody is rung at night.
FILE = hotline(
    {"kim": agent()},
    callbacks={
        "service_seconds": 3600,
        "start_increment": 900,
        "earliest_after": 0,
        "window": 7200,
        "capacity_share": 1.0,
        "quiet_from": "21:00",
        "quiet_until": "08:00",
    },
)


def looked_at(opens: datetime, due: datetime, *promised: PromisedCalls) -> WindowCheck:
    return check_window(FILE, promised, GENERAL, START, Window(opens, due))


def test_a_window_with_room_is_kept_and_nothing_else_is_offered() -> None:
    assert looked_at(START + HOUR, START + 3 * HOUR) == WindowCheck(None)


def test_looking_twice_takes_no_room_away() -> None:
    given = PromisedCalls(START + HOUR, START + 2 * HOUR, GENERAL, 1)
    first = looked_at(START + HOUR, START + 2 * HOUR, given)
    assert first == looked_at(START + HOUR, START + 2 * HOUR, given)
    assert first.why_not is WhyNot.FULL
    assert len(first.nearest) == 3


def test_a_window_whose_time_is_promised_away_is_full_and_the_nearest_free_ones_are_offered() -> None:
    given = PromisedCalls(START + HOUR, START + 3 * HOUR, GENERAL, 2)
    found = looked_at(START + HOUR, START + 3 * HOUR, given)
    assert found.why_not is WhyNot.FULL
    for window in found.nearest:
        assert looked_at(*window, given).why_not is None
    apart = [abs(window.opens - (START + HOUR)) for window in found.nearest]
    assert apart == sorted(apart)
    for one in found.nearest:
        assert all(one is other or one.due <= other.opens or one.opens >= other.due for other in found.nearest)


def test_the_call_that_moves_leaves_its_own_room() -> None:
    window = Window(START + HOUR, START + 2 * HOUR)
    given = (PromisedCalls(*window, GENERAL, 1),)
    assert looked_at(*window, *given).why_not is WhyNot.FULL
    assert looked_at(*window, *without(given, window, GENERAL)).why_not is None
    twice = (PromisedCalls(*window, GENERAL, 2), PromisedCalls(*window, SAFETY, 1))
    assert sorted(one.count for one in without(twice, window, GENERAL)) == [1, 1]
    assert without(given, window, SAFETY) == given


@pytest.mark.parametrize(
    ("opens", "due", "why_not"),
    [
        (2 * HOUR, HOUR, WhyNot.BACKWARDS),
        (HOUR, HOUR, WhyNot.BACKWARDS),
        (-HOUR, HOUR, WhyNot.PAST),
        (HOUR, HOUR + timedelta(minutes=10), WhyNot.TOO_SHORT),
    ],
)
def test_what_is_no_window_is_said_so(opens: timedelta, due: timedelta, why_not: WhyNot) -> None:
    found = looked_at(START + opens, START + due)
    assert found.why_not is why_not
    assert found.nearest


def test_this_very_minute_is_not_the_past() -> None:
    assert looked_at(START - timedelta(seconds=40), START + 2 * HOUR).why_not is None


def test_nobody_is_promised_a_call_at_night() -> None:
    days = (START + n * HOUR for n in range(48))
    found = [opens for opens in days if looked_at(opens, opens + HOUR).why_not is WhyNot.NIGHT]
    assert len(found) >= 20


def test_where_nobody_has_the_skills_capacity_decides_nothing() -> None:
    expert = SAFETY.__class__("general", "en", (("flying", 5),))
    window = Window(START + HOUR, START + 2 * HOUR)
    given = [PromisedCalls(*window, expert, 50)]
    assert check_window(FILE, given, expert, START, window) == WindowCheck(None)
