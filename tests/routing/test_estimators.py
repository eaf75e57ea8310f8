"""The queue-length estimators against a simulation of the departures that they count."""

from __future__ import annotations

import random

import pytest

from routing.estimators import by_queue_length


def test_where_nobody_gives_up_each_one_ahead_takes_a_handling_time() -> None:
    assert by_queue_length(0, 1, 240, None) == 240
    assert by_queue_length(5, 3, 120, None) == 240


def test_patience_shortens_the_wait_and_endless_patience_does_not() -> None:
    assert by_queue_length(9, 2, 120, 60) < by_queue_length(9, 2, 120, 600) < by_queue_length(9, 2, 120, None)
    assert by_queue_length(9, 2, 120, 1e12) == pytest.approx(by_queue_length(9, 2, 120, None))


@pytest.mark.parametrize(("ahead", "agents", "patience"), [(0, 3, 60.0), (8, 3, 90.0), (20, 5, 300.0)])
def test_the_mean_wait_of_simulated_callers_is_the_estimate(ahead: int, agents: int, patience: float) -> None:
    """Each of those ahead has a patience of their own; the caller waits until nobody is ahead and an agent is free."""
    dice = random.Random(7)
    waits = []
    for _ in range(4000):
        gives_up = [dice.expovariate(1 / patience) for _ in range(ahead)]
        now = 0.0
        while True:
            now += dice.expovariate(agents / 120)  # an agent becomes free and takes the first who is still there
            gives_up = [moment for moment in gives_up if moment > now]
            if not gives_up:
                break
            gives_up.pop(0)
        waits.append(now)
    mean = sum(waits) / len(waits)
    assert mean == pytest.approx(by_queue_length(ahead, agents, 120, patience), rel=0.05)
