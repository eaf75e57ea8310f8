"""How long a silence may last, and when it is broken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.aftercare.silence import last_window, look_from
from routing.hours import Spell
from tests.callbacks.samples import HOUR, NOON

DAY = timedelta(days=1)
#: Nine to eighteen, as offsets from a midnight at NOON.
SPELLS = tuple(Spell(NOON + day * DAY + 9 * HOUR, NOON + day * DAY + 18 * HOUR) for day in range(5))


def window(deadline: timedelta, now: timedelta = timedelta(0)) -> tuple[float, float] | None:
    found = last_window(SPELLS, NOON + deadline, 2 * HOUR, NOON + now)
    return ((found.start - NOON) / HOUR, (found.end - NOON) / HOUR) if found else None


@pytest.mark.parametrize(
    ("deadline", "now", "expected"),
    [
        (15 * HOUR, 0 * HOUR, (13, 15)),  # within the day: it ends at the deadline
        (30 * HOUR, 0 * HOUR, (16, 18)),  # the deadline is at night: the evening before
        (34 * HOUR, 0 * HOUR, (16, 18)),  # an hour into the morning there is no room: the evening before
        (35 * HOUR, 0 * HOUR, (33, 35)),
        (15 * HOUR, 14 * HOUR, (14, 16)),  # no whole window is left: the first that follows
        (5 * HOUR, 20 * HOUR, (33, 35)),  # too late already: as soon as may be
    ],
)
def test_the_report_is_promised_for_the_last_window_before_the_deadline(
    deadline: timedelta, now: timedelta, expected: tuple[float, float]
) -> None:
    assert window(deadline, now) == expected


def test_a_short_stretch_is_a_window_of_its_own() -> None:
    short = Spell(NOON, NOON + HOUR)
    assert last_window((short,), NOON + 9 * HOUR, 2 * HOUR, NOON) == short


def test_where_nobody_may_ever_be_rung_there_is_no_window() -> None:
    assert last_window((), NOON + DAY, HOUR, NOON) is None


def test_silences_are_looked_at_a_day_and_a_window_before_they_are_too_long() -> None:
    assert NOON - look_from(NOON, 3 * DAY, 2 * HOUR) == 3 * DAY - 26 * HOUR
    assert NOON - look_from(NOON, 8 * HOUR, 2 * HOUR) == 4 * HOUR
