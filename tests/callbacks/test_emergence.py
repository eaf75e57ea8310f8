"""A rise in cases of one kind is noticed soon, and chance alone is seldom taken for one."""

from __future__ import annotations

import bisect
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from callbacks.ports import CaseSeen
from callbacks.problems.emergence import Kind, looks_back, rises
from config.hotline_file import Problems

SEOUL = ZoneInfo("Asia/Seoul")
#: A Tuesday, 13:00 in Seoul.
NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Problems()
WASHER: Kind = ("repair", "washer")


def drawn(dice: np.random.Generator, kind: Kind, rate: float, start: datetime, end: datetime) -> list[CaseSeen]:
    """Cases at so many an hour from 9 to 18 in Seoul, a tenth of that at other times."""
    found = []
    for n in range(int((end - start) / HOUR)):
        hour = start + HOUR * n
        usual = rate if 9 <= hour.astimezone(SEOUL).hour < 18 else rate / 10
        found += [CaseSeen(*kind, hour + HOUR * float(dice.random())) for _ in range(dice.poisson(usual))]
    return found


def usual_weeks(dice: np.random.Generator, kinds: list[Kind], rate: float, now: datetime = NOW) -> list[CaseSeen]:
    return [case for kind in kinds for case in drawn(dice, kind, rate, now - looks_back(RULES), now)]


def test_a_kind_that_comes_four_times_as_often_is_noticed_within_hours() -> None:
    dice = np.random.default_rng(3)
    kinds: list[Kind] = [WASHER, ("repair", "dryer"), ("refund", None)]
    seen = usual_weeks(dice, kinds, 0.5)
    assert rises(seen, RULES, SEOUL, NOW, {}) == ()
    noticed_after = None
    for hours in range(1, 9):
        now = NOW + HOUR * hours
        seen += [CaseSeen(*WASHER, now - HOUR * float(dice.random())) for _ in range(dice.poisson(2.0))]
        found = rises(seen, RULES, SEOUL, now, {})
        if found:
            noticed_after = hours
            assert [(rise.category, rise.product) for rise in found] == [WASHER]
            assert found[0].cases > 2 * found[0].expected
            break
    assert noticed_after is not None
    assert noticed_after <= 6


def test_what_is_usual_at_this_hour_of_the_week_is_no_rise() -> None:
    """Every Tuesday from 9 to 13 in Seoul four people an hour call, and nobody at any other time."""
    minutes = [timedelta(minutes=15 * n + 1) for n in range(16)]
    before = [CaseSeen(*WASHER, NOW - timedelta(weeks=week) - gone) for week in range(1, 9) for gone in minutes]
    assert rises(before + [CaseSeen(*WASHER, NOW - gone) for gone in minutes], RULES, SEOUL, NOW, {}) == ()
    thursday = NOW + timedelta(days=2)
    moved = before + [CaseSeen(*WASHER, thursday - gone) for gone in minutes]
    assert len(rises(moved, RULES, SEOUL, thursday, {})) == 1


@pytest.mark.long
@pytest.mark.parametrize(("budget", "least", "most"), [(1.0, 0, 5), (60.0, 10, 200)])
def test_chance_alone_is_taken_for_a_rise_about_as_seldom_as_the_budget_says(
    budget: float, least: int, most: int
) -> None:
    dice = np.random.default_rng(11)
    rules, weeks = Problems(false_alarms_a_month=budget, learn_weeks=4), 8
    start, end = NOW - looks_back(rules), NOW + timedelta(weeks=weeks)
    seen = [case for n in range(4) for case in drawn(dice, ("repair", f"product-{n}"), 0.5, start, end)]
    seen.sort(key=lambda case: case.at)
    alarms, judged = 0, dict[Kind, datetime]()
    for hour in range(0, weeks * 168, 6):
        now = NOW + HOUR * hour
        first = bisect.bisect_left(seen, now - looks_back(rules), key=lambda case: case.at)
        last = bisect.bisect_left(seen, now, key=lambda case: case.at)
        for rise in rises(seen[first:last], rules, SEOUL, now, judged):
            alarms += 1
            judged[rise.category, rise.product] = now
    assert least <= alarms <= most  # by the budget 2 and 120; rates that are learned are rough, and we look 4 x a day


def test_of_what_somebody_has_looked_at_only_what_came_after_counts() -> None:
    dice = np.random.default_rng(5)
    seen = usual_weeks(dice, [WASHER], 0.5)
    seen += [CaseSeen(*WASHER, NOW - HOUR * float(dice.random())) for _ in range(15)]
    assert len(rises(seen, RULES, SEOUL, NOW, {})) == 1
    assert rises(seen, RULES, SEOUL, NOW, {WASHER: NOW}) == ()
    assert len(rises(seen, RULES, SEOUL, NOW, {("repair", "dryer"): NOW})) == 1


def test_a_new_product_with_a_handful_of_cases_is_noticed_and_fewer_are_not() -> None:
    seen = usual_weeks(np.random.default_rng(5), [WASHER], 0.5)
    new = [CaseSeen("repair", "kettle", NOW - timedelta(minutes=7 * n + 1)) for n in range(8)]
    (found,) = rises([*seen, *new], RULES, SEOUL, NOW, {})
    assert (found.product, found.cases) == ("kettle", 8)
    assert rises([*seen, *new[:4]], RULES, SEOUL, NOW, {}) == ()


def test_a_hotline_that_is_new_or_does_not_watch_is_told_of_nothing() -> None:
    burst = [CaseSeen(*WASHER, NOW - timedelta(minutes=n + 1)) for n in range(30)]
    assert rises(burst, RULES, SEOUL, NOW, {}) == ()
    assert rises([], RULES, SEOUL, NOW, {}) == ()
    old = CaseSeen("refund", None, NOW - timedelta(weeks=6))
    assert len(rises([old, *burst], RULES, SEOUL, NOW, {})) == 1
    assert rises([old, *burst], Problems(false_alarms_a_month=None), SEOUL, NOW, {}) == ()


@pytest.mark.parametrize("budget", [0.01, 100.0])
def test_the_budget_decides_how_great_a_rise_must_be(budget: float) -> None:
    seen = usual_weeks(np.random.default_rng(5), [WASHER], 0.5)
    seen += [CaseSeen(*WASHER, NOW - timedelta(minutes=9 * n + 1)) for n in range(6)]
    found = rises(seen, Problems(false_alarms_a_month=budget), SEOUL, NOW, {})
    assert len(found) == (1 if budget > 1 else 0)
