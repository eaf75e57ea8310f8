"""How the bench finds out what is held."""

from __future__ import annotations

import pytest

from hotline.bench.edge.search import most_held


def found(capacity: int, step: int = 100, halvings: int = 2, limit: int = 1000) -> tuple[int, list[int]]:
    """What a search finds where that much is held, and what it tried."""
    search = most_held(step, halvings, limit)
    tried = [next(search)]
    while True:
        try:
            tried.append(search.send(tried[-1] <= capacity))
        except StopIteration as end:
            return end.value, tried


def test_upward_until_one_is_not_held_and_then_by_halves() -> None:
    assert found(330) == (325, [100, 200, 300, 400, 350, 325])


@pytest.mark.parametrize(("capacity", "held"), [(0, 0), (24, 0), (25, 25), (74, 50), (99, 75), (100, 100), (399, 375)])
def test_what_is_found_is_held_and_a_quarter_of_a_step_more_is_not(capacity: int, held: int) -> None:
    assert found(capacity)[0] == held


def test_there_is_an_end_to_trying() -> None:
    assert found(9999) == (1000, list(range(100, 1001, 100)))
