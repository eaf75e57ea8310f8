from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.erlang import erlang_c
from routing.floor import Floor
from routing.rates import mean_waits, reaches, solved_rates
from tests.routing.floors import agent, hotline


@pytest.mark.parametrize(
    ("ratio", "waits"), [(1, (4.0, 4.0)), (2, (2.8235, 4.7059)), (5, (1.8947, 5.2632))], ids=["1", "2", "5"]
)
def test_two_classes_wait_as_the_formula_says_and_the_rates_are_found_again(
    ratio: float, waits: tuple[float, float]
) -> None:
    """One server, loads .3 and .5, waits in handling times: first in, first out they wait .8 / (1 - .8) on average."""
    assert mean_waits((0.3, 0.5), (ratio, 1.0), 4.0) == pytest.approx(waits, abs=5e-5)
    assert solved_rates((0.3, 0.5), waits) == pytest.approx((ratio, 1.0), rel=1e-3)


def test_three_classes_at_ten_servers_wait_as_the_formula_says() -> None:
    mean = erlang_c(10, 9.0) / (10 - 9)
    waits = mean_waits((0.18, 0.36, 0.36), (4, 2, 1), mean)
    assert waits == pytest.approx((0.3076, 0.5418, 0.9763), abs=5e-5)
    assert solved_rates((0.18, 0.36, 0.36), waits) == pytest.approx((4, 2, 1), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    loads=st.lists(st.floats(0.01, 0.19), min_size=1, max_size=5),
    steps=st.lists(st.floats(1, 20), min_size=5, max_size=5),
)
def test_waits_that_some_rates_lead_to_are_reached(loads: list[float], steps: list[float]) -> None:
    rates = [math.prod(steps[:n]) for n in range(len(loads))]
    waits = mean_waits(loads, rates, 1.0)
    assert reaches(loads, waits, solved_rates(loads, waits))


def test_a_class_without_load_gets_a_rate_too() -> None:
    loads, targets = (0.2, 0.0, 0.5), (20.0, 40.0, 60.0)
    rates = solved_rates(loads, targets)
    assert rates[0] > rates[1] > rates[2] == 1
    assert reaches(loads, targets, rates)


def test_ratios_that_strict_priority_cannot_reach_come_out_steep() -> None:
    rates = solved_rates((0.1, 0.1), (1.0, 100.0))
    assert rates[0] > 1000 * rates[1]
    assert not reaches((0.1, 0.1), (1.0, 100.0), rates)


@pytest.mark.parametrize("loads", [(0.0, 0.0), (0.8, 0.9)], ids=["none declared", "more than can be carried"])
def test_without_a_load_to_solve_for_the_rates_are_inverse_to_the_targets(loads: tuple[float, float]) -> None:
    assert solved_rates(loads, (20.0, 60.0)) == (3.0, 1.0)


@pytest.mark.parametrize(
    ("loads", "targets"), [((0.1,), (1.0, 2.0)), ((-0.1, 0.2), (1.0, 2.0)), ((0.1, 0.2), (0.0, 2.0))]
)
def test_what_makes_no_sense_is_refused(loads: tuple[float, ...], targets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="do not go together"):
        solved_rates(loads, targets)


def test_the_floor_goes_by_solved_rates_where_the_file_says_so() -> None:
    busy = {"queues": {"general": {"calls_per_hour": 12, "service_seconds": 240}, "spares": {}}}
    file = hotline({"kim": agent()}, scoring={"rates": "solve"}, **busy)
    tiers = Floor(file, "v1").file.tiers
    rates = [tiers["vip"].priority_rate, tiers["standard"].priority_rate]
    assert reaches((0.4, 0.4), (20.0, 60.0), rates)
    assert rates[1] == 1.0
    assert Floor(hotline({"kim": agent()}, **busy), "v1").file.tiers["vip"].priority_rate == 4.0
