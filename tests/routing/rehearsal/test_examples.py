"""The worked examples of docs/rehearsal.md, through the floor that serves live calls, against what is known of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from routing.rehearsal.compare import differences
from routing.rehearsal.intervals import Figure
from routing.rehearsal.plan import Rehearsed, carry_out, plan_of_scenario
from routing.rehearsal.reading import read_scenario

pytestmark = pytest.mark.long
EXAMPLES = Path(__file__).parents[3] / "docs" / "rehearsal"
MINUTE = 60.0


@cache
def rehearsed(name: str) -> Rehearsed:
    path = EXAMPLES / f"{name}.yaml"
    read, faults = read_scenario(path.read_text(encoding="utf-8"), str(path))
    assert faults == ()
    assert read is not None
    return carry_out(plan_of_scenario(*read))


def figures(name: str) -> dict[tuple[str, str], Figure]:
    """By class and figure."""
    return {(row.name, key): figure for row in rehearsed(name).report for key, figure in row.figures.items()}


#: Truth, and how wide the interval may be at most on either side: else it would prove nothing.
KNOWN: dict[str, dict[tuple[str, str], tuple[float, float]]] = {
    "one-pool": {
        ("all", "waited"): (0.69446, 0.01),
        ("all", "mean_wait"): (20.83, 0.5),
    },
    "one-pool-impatient": {
        ("all", "waited"): (0.46777, 0.01),
        ("all", "abandoned"): (0.03091, 0.001),
        ("all", "mean_wait"): (3.709, 0.1),
    },
    "two-priorities-1": {
        ("vip", "mean_wait"): (4 * MINUTE, 6),
        ("standard", "mean_wait"): (4 * MINUTE, 6),
    },
    "two-priorities-2": {
        ("vip", "mean_wait"): (2.8235 * MINUTE, 6),
        ("standard", "mean_wait"): (4.7059 * MINUTE, 6),
    },
    "two-priorities-5": {
        ("vip", "mean_wait"): (1.8947 * MINUTE, 6),
        ("standard", "mean_wait"): (5.2632 * MINUTE, 6),
    },
    "three-priorities": {
        ("gold", "mean_wait"): (0.3076 * MINUTE, 1),
        ("silver", "mean_wait"): (0.5418 * MINUTE, 1),
        ("plain", "mean_wait"): (0.9763 * MINUTE, 1),
    },
    "six-skills-one": {("overall", "mean_wait"): (0.7223 * MINUTE, 1)},
    "six-skills-two": {("overall", "mean_wait"): (0.094 * MINUTE, 0.3)},
    "six-skills-all": {
        ("overall", "mean_wait"): (0.06866 * MINUTE, 0.1),
        ("overall", "waited"): (0.41196, 0.01),
    },
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_lies_within_the_interval(name: str) -> None:
    found = figures(name)
    for key, (truth, width) in KNOWN[name].items():
        figure = found[key]
        assert figure.half_width is not None
        assert figure.half_width < width, key
        assert figure.has(truth), (key, figure)


def test_nobody_is_overtaken_within_a_class_and_faster_tiers_overtake_slower_ones() -> None:
    rows = {row.name: row for row in rehearsed("two-priorities-2").report}
    assert rows["vip"].counts["overtaken"] == rows["standard"].counts["overtaken"] == 0
    assert rows["overall"].counts["overtaken"] > 1000


def test_due_dates_beat_a_queue_limit_on_live_waits_and_on_late_callbacks() -> None:
    due_dates, queue_limit = rehearsed("callbacks-due-dates"), rehearsed("callbacks-queue-limit")
    (row,) = differences(due_dates.runs, queue_limit.runs)
    for key in ("mean_wait", "late", "abandoned"):
        figure = row.figures[key]
        assert figure.half_width is not None
        assert figure.value - figure.half_width > 0, (key, figure)
