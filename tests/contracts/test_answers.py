"""What every `Answers` promises, in the database and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from console.store.memory_answers import MemoryAnswers
from console.store.sql_answers import SqlAnswers
from console.web.idempotency import ANSWERED_WITHIN, KEPT_FOR, Answer, Answers
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MADE = Answer(201, (("content-type", "application/json"), ("location", "/api/v1/cases/1")), b'{"id":"\xc3\xa4"}')


@pytest.fixture(params=["memory", *DATABASES])
async def answers(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Answers]:
    if request.param == "memory":
        yield MemoryAnswers()
        return
    database = Database(empty_database(request.param), EventBus(), VirtualClock(NOW))
    await database.create_tables()
    yield SqlAnswers(database)
    await database.close()


async def test_an_answer_is_given_again_to_its_person_and_key_alone(answers: Answers) -> None:
    assert await answers.begin("ana", "k", "d", NOW) is None
    await answers.settle("ana", "k", MADE)
    kept = await answers.begin("ana", "k", "other", NOW + KEPT_FOR / 2)
    assert kept is not None
    assert (kept.digest, kept.begun_at, kept.answer) == ("d", NOW, MADE)
    assert await answers.begin("ben", "k", "d", NOW) is None
    assert await answers.begin("ana", "l", "d", NOW) is None


async def test_a_request_that_is_not_answered_yet_is_known(answers: Answers) -> None:
    assert await answers.begin("ana", "k", "d", NOW) is None
    kept = await answers.begin("ana", "k", "d", NOW + ANSWERED_WITHIN / 2)
    assert kept is not None
    assert kept.answer is None
    assert await answers.begin("ana", "k", "e", NOW + ANSWERED_WITHIN) is None  # the first has died
    kept = await answers.begin("ana", "k", "d", NOW + ANSWERED_WITHIN)
    assert kept is not None
    assert kept.digest == "e"


async def test_of_two_at_the_same_moment_one_goes_on(answers: Answers) -> None:
    begun = await asyncio.gather(*(answers.begin("ana", "k", "d", NOW) for _ in range(5)))
    assert begun.count(None) == 1


async def test_what_changed_nothing_is_forgotten(answers: Answers) -> None:
    await answers.begin("ana", "k", "d", NOW)
    await answers.forget("ana", "k")
    assert await answers.begin("ana", "k", "e", NOW) is None
    await answers.forget("ana", "unknown")


async def test_after_a_day_nothing_is_left(answers: Answers) -> None:
    await answers.begin("ana", "k", "d", NOW)
    await answers.settle("ana", "k", MADE)
    assert await answers.forget_over(NOW + KEPT_FOR) == 1
    assert await answers.forget_over(NOW + KEPT_FOR) == 0
    assert await answers.begin("ana", "k", "e", NOW) is None
    assert await answers.begin("ana", "k", "f", NOW + KEPT_FOR) is None  # beginning forgets, too
