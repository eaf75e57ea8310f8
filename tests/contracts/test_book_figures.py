"""What a scrape reads of the book, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from callbacks.model import PromiseKind, PromiseState
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from hotline.metrics.scrape import BookFigures
from hotline.metrics.sql_scrape import SqlBookFigures
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import House, house_on
from tests.servers import DATABASES


@pytest.fixture(params=DATABASES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made


@pytest.fixture
def figures(house: House) -> SqlBookFigures:
    assert house.database is not None
    return SqlBookFigures(house.database)


async def test_an_empty_book_owes_nothing(house: House, figures: SqlBookFigures) -> None:
    await figures.ping()
    assert await figures.read(house.clock.now()) == BookFigures()


async def test_open_promises_are_told_by_state_and_kind_with_how_late_the_oldest_is(
    house: House, figures: SqlBookFigures
) -> None:
    caller = await house.caller()
    promise = await house.callback(caller)
    assert promise.due is not None
    before = await figures.read(promise.due)
    assert before.promises_open == {(PromiseState.OWED, PromiseKind.CALLBACK): 1}
    assert before.overdue == 0
    assert before.outbox_unsent > 0  # nothing has been sent yet
    assert (await figures.read(promise.due + HOUR)).overdue == HOUR.total_seconds()


async def test_events_that_were_set_aside_are_counted_by_who_refused_them(
    house: House, figures: SqlBookFigures
) -> None:
    assert house.database is not None
    await house.callback(await house.caller())
    one, *_ = await SqlOutbox(house.database).unsent(9)
    await SqlSetAside(house.database).put("webhook:crm", one, "it answered 400", house.clock.now())
    assert (await figures.read(house.clock.now())).set_aside == {"webhook:crm": 1}
