"""Recognisers on loan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ivr.speech.vosk_pool import Pool


@dataclass
class Thing:
    number: int
    worn: bool = False


@pytest.fixture
def made() -> list[Thing]:
    return []


@pytest.fixture
def pool(made: list[Thing]) -> Iterator[Pool[Thing]]:
    def make() -> Thing:
        made.append(Thing(len(made)))
        return made[-1]

    pool = Pool(make, spare=2)
    yield pool
    pool.close()


def test_so_many_wait_ready(pool: Pool[Thing], made: list[Thing]) -> None:
    assert len(made) == 2
    assert {pool.take().number, pool.take().number} == {0, 1}


def test_nothing_is_lent_twice(pool: Pool[Thing]) -> None:
    assert len({pool.take().number for _ in range(10)}) == 10


def test_what_was_given_back_is_lent_again(pool: Pool[Thing], made: list[Thing]) -> None:
    for _ in range(5):
        pool.give_back(pool.take())
    assert len(made) == 2


def test_what_is_worn_is_replaced(pool: Pool[Thing], made: list[Thing]) -> None:
    worn = pool.take()
    worn.worn = True
    pool.give_back(worn)
    pool.close()
    assert len(made) == 3
    assert {pool.take().number, pool.take().number} == {1, 2}


def test_an_empty_pool_makes_one_more_for_the_next(pool: Pool[Thing], made: list[Thing]) -> None:
    for _ in range(3):
        pool.take()
    pool.close()
    assert len(made) == 4
