"""The cumulated sum: how often it calls by chance, against published figures and against dice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from callbacks.problems.cusum import Level, false_alarms, level, reference


@pytest.mark.parametrize(
    ("rate", "run_length"),
    # For h = 6 and k = 2: J. Lawson, R package IAcsSPCR, `arl`, after Lucas (1985).
    [(1.88, 37.2), (1.88 + 0.9627 * math.sqrt(1.88), 5.49)],
)
def test_the_average_run_length_is_the_published_one(rate: float, run_length: float) -> None:
    assert 1 / false_alarms([rate], [2.0], 6.0) == pytest.approx(run_length, abs=0.06)


@pytest.mark.parametrize("peak", [1.0, 8.0])
def test_false_alarms_in_a_day_with_a_rush_hour_are_as_many_as_dice_give(peak: float) -> None:
    rates = [0.2] * 12 + [peak] * 4 + [0.2] * 8
    references = [reference(rate, 2.0) for rate in rates]
    threshold, days = 4.0, 40_000
    drawn = np.random.default_rng(7).poisson(np.tile(rates, days))
    height, alarms = 0.0, 0
    for count, k in zip(drawn.tolist(), references * days, strict=True):
        height = max(0.0, height + count - k)
        if height >= threshold:
            height, alarms = 0.0, alarms + 1
    assert false_alarms(rates, references, threshold) == pytest.approx(alarms / days, rel=0.15)


def test_the_higher_the_threshold_the_fewer_the_false_alarms() -> None:
    rates, references = [0.5], [reference(0.5, 2.0)]
    found = [false_alarms(rates, references, threshold) for threshold in (1, 2, 4, 8, 12)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.05
    assert found[-1] < 1e-4


def test_the_reference_lies_between_the_usual_rate_and_the_one_to_be_noticed() -> None:
    assert 1 < reference(1.0, 2.0) < 2
    assert reference(1.0, 1.0001) == pytest.approx(1.0, abs=1e-3)


def test_the_level_counts_what_exceeds_the_reference_and_forgets_below_zero() -> None:
    assert level([0, 0, 3, 2, 1], [1.0] * 5) == Level(3.0, 3)
    assert level([5, 0, 0, 0, 0, 0], [1.0] * 6) == Level(0.0, 0)
    assert level([], []) == Level(0.0, 0)
