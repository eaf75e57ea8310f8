"""Erlang's formulas against printed tables, worked examples, and one another."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.erlang import answered_within, erlang_b, erlang_c, with_patience, without_patience_limit


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    [
        (1, 1.0, 0.5),
        (2, 2.0, 0.4),
        # The printed tables' loads at one call in a hundred blocked.
        (5, 1.361, 0.01),
        (10, 4.461, 0.01),
        (20, 12.03, 0.01),
        (50, 37.90, 0.01),
        (100, 84.06, 0.01),
    ],
)
def test_blocking_is_what_the_tables_say(agents: int, load: float, blocked: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(blocked, rel=2e-3)


def test_two_agents_half_busy_make_every_third_caller_wait() -> None:
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(1, 0.7) == pytest.approx(0.7)


def test_fifty_agents_with_forty_eight_calls_a_minute() -> None:
    found = without_patience_limit(50, 48 / 60, 60)
    assert found.waits == pytest.approx(0.69446, abs=5e-6)
    assert found.mean_wait == pytest.approx(20.83, abs=5e-3)


def test_the_same_with_callers_who_give_up_after_two_minutes() -> None:
    found = with_patience(50, 48 / 60, 60, 120)
    assert found.waits == pytest.approx(0.46777, abs=5e-6)
    assert found.gives_up == pytest.approx(0.03091, abs=5e-6)
    assert found.mean_wait == pytest.approx(3.709, abs=5e-4)


def test_overload_without_giving_up_has_no_end() -> None:
    assert without_patience_limit(3, 1.0, 4).mean_wait == math.inf
    assert answered_within(60, 3, 1.0, 4, None) == 0
    assert with_patience(3, 1.0, 4, 60).gives_up > 0.25


def test_nobody_waits_where_agents_are_plenty() -> None:
    assert erlang_b(1000, 1.0) == 0
    assert erlang_b(5, 0.0) == 0
    assert with_patience(1000, 0.01, 100, 60).waits == 0


def test_one_agent_and_one_impatience_as_long_as_a_call_is_a_poisson_queue() -> None:
    """With patience as long as service, each state n is left at the rate n: as many are there as with no limit."""
    load = 1.7
    found = with_patience(1, load / 60, 60, 60)
    assert found.waits == pytest.approx(1 - math.exp(-load))
    assert found.mean_wait == pytest.approx((load - 1 + math.exp(-load)) / (load / 60))


crowds = st.tuples(st.integers(1, 40), st.floats(0.1, 1.6), st.floats(0.2, 20))


@given(crowds)
def test_in_the_end_all_are_answered_but_those_who_gave_up(crowd: tuple[int, float, float]) -> None:
    agents, busy, patience = crowd
    arrivals = busy * agents / 60
    found = with_patience(agents, arrivals, 60, patience * 60)
    at_once = answered_within(0, agents, arrivals, 60, patience * 60)
    at_last = answered_within(1e9, agents, arrivals, 60, patience * 60)
    assert at_once == pytest.approx(1 - found.waits, abs=1e-9)
    assert at_last == pytest.approx(1 - found.gives_up, abs=1e-9)


@pytest.mark.parametrize(
    ("agents", "busy", "patience", "seconds"),
    [(1, 0.8, 60.0, 20.0), (6, 1.5, 300.0, 184.0), (3, 1.0, 30.0, 5.0), (50, 0.96, 120.0, 20.0), (4, 1.6, 600.0, 90.0)],
)
def test_the_service_level_is_what_small_steps_of_time_lead_to(
    agents: int, busy: float, patience: float, seconds: float
) -> None:
    """The stepping knows nothing of the beta distribution."""
    arrivals = busy * agents / 60
    expected = _answered_by_stepping(seconds, agents, arrivals, 60, patience)
    assert answered_within(seconds, agents, arrivals, 60, patience) == pytest.approx(expected, abs=5e-4)


def _answered_by_stepping(seconds: float, agents: int, arrivals: float, service: float, patience: float) -> float:
    states = [1.0]
    for n in range(1, agents + 60):
        departures = min(n, agents) / service + max(0, n - agents) / patience
        states.append(states[-1] * arrivals / departures)
    whole = sum(states)
    ahead = [weight / whole for weight in states[agents:]]  # waits with so many ahead
    answered = sum(states[:agents]) / whole
    steps = 2000
    step = seconds / steps
    for _ in range(steps):
        following = ahead[:]
        for n, share in enumerate(ahead):
            served_or_moved = share * (agents / service + n / patience) * step
            given_up = share * step / patience
            following[n] -= served_or_moved + given_up
            if n:
                following[n - 1] += served_or_moved
            else:
                answered += served_or_moved
        ahead = following
    return answered
