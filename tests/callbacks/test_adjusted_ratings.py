"""Ratings made comparable."""

from __future__ import annotations

import random

import pytest

from callbacks.aftercare.adjusted_ratings import AGENT_SHRINKAGE, adjusted_ratings
from callbacks.aftercare.ratings import Rating
from tests.callbacks.samples import NOON


def rating(agent: str | None, value: int | None, category: str = "refund", wait: float | None = 60.0) -> Rating:
    return Rating("visit", NOON, "contact", category, value, agent=agent, wait=wait)


def many(agent: str, values: list[int], category: str = "refund", wait: float | None = 60.0) -> list[Rating]:
    return [rating(agent, value, category, wait) for value in values]


def test_who_takes_the_hard_matters_is_not_worse_for_it() -> None:
    """Both take some of each; in the same matter hard-working jin does better, yet the plain mean says otherwise."""
    given = (
        many("jin", [3] * 40, "safety")
        + many("jin", [5] * 10, "refund")
        + many("mina", [2] * 10, "safety")
        + many("mina", [4] * 40, "refund")
    )
    best, other = adjusted_ratings(given)
    assert (best.agent, other.agent) == ("jin", "mina")
    assert best.mean < other.mean


def test_who_serves_after_long_waits_is_not_worse_for_it() -> None:
    given = (
        many("jin", [3] * 40, wait=1800)
        + many("jin", [5] * 10, wait=10)
        + many("mina", [2] * 10, wait=1800)
        + many("mina", [4] * 40, wait=10)
    )
    best, other = adjusted_ratings(given)
    assert (best.agent, other.agent) == ("jin", "mina")
    assert best.mean < other.mean


def test_two_bad_answers_say_little_of_a_beginner() -> None:
    given = many("jin", [4] * 200) + many("mina", [1] * 2)
    found = {one.agent: one for one in adjusted_ratings(given)}
    assert found["mina"].mean == 1.0
    assert found["mina"].adjusted > 3.2
    assert found["mina"].ratings == 2


def test_an_agent_keeps_the_share_of_the_residual_that_the_formula_says() -> None:
    """Two agents alike in everything but their ratings: +1 and -1, shrunk by n / (n + k)."""
    n = 24
    given = many("high", [5] * n) + many("low", [3] * n)
    high, low = adjusted_ratings(given)
    expected = n / (n + AGENT_SHRINKAGE)
    assert high.adjusted == pytest.approx(4 + expected, abs=1e-9)
    assert low.adjusted == pytest.approx(4 - expected, abs=1e-9)


def test_known_effects_are_found_again_in_simulated_ratings() -> None:
    """600 visits drawn from the model, with the matters dealt unevenly: agents come out in their true order."""
    dice = random.Random(11)
    true = {"a": 0.6, "b": 0.2, "c": -0.2, "d": -0.6}
    hard = {"a": 0.9, "b": 0.6, "c": 0.3, "d": 0.1}  # the better the agent, the harder the mix
    given = []
    for agent in true:
        for _ in range(150):
            category = "safety" if dice.random() < hard[agent] else "refund"
            level = 3.6 + true[agent] + (-1.0 if category == "safety" else 0.3) + dice.gauss(0, 0.5)
            given.append(rating(agent, max(1, min(5, round(level))), category))
    found = adjusted_ratings(given)
    assert [one.agent for one in found] == ["a", "b", "c", "d"]
    assert sorted(found, key=lambda one: -one.mean)[0].agent != "a"


def test_what_says_nothing_of_anybody_is_left_out() -> None:
    assert adjusted_ratings([rating(None, 5), rating("jin", None)]) == ()


def test_a_wait_that_was_not_measured_is_taken_for_a_usual_one() -> None:
    (only,) = adjusted_ratings([*many("jin", [4] * 5, wait=None)])
    assert only.adjusted == pytest.approx(4.0)
