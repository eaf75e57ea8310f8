"""What is asked every second finds its rows by an index: no question costs more because more is owed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.contracts.promise_books import House, house_on

#: How SQLite says that it reads a whole table, or a whole index of it.
_ALL_OF_THEM = "SCAN promise"


@pytest.fixture
async def house(empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on("sqlite", empty_database) as made:
        yield made


async def plans(house: House, question: Callable[[House], Any]) -> list[str]:
    """How the database answers each statement of the question."""
    assert house.database is not None
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    sa.event.listen(house.database.engine.sync_engine, "before_cursor_execute", note)
    await question(house)
    sa.event.remove(house.database.engine.sync_engine, "before_cursor_execute", note)
    found = []
    async with house.database.engine.connect() as connection:
        for statement, parameters in asked:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [str(row.detail) for row in rows]
    return found


QUESTIONS: dict[str, Callable[[House], Any]] = {
    "what falls due": lambda house: house.book.fall_due(house.clock.now()),
    "what is due": lambda house: house.book.due_names(),
    "the wallboard": lambda house: house.book.counts(),
    "the identity": lambda house: house.book.identity(),
    "an agent's own": lambda house: house.book.owned_by("jin"),
    "the team's": lambda house: house.book.first_due(("service",), ("ko",), 200),
    "promised windows": lambda house: house.book.promised_calls(house.clock.now()),
    "owed to a contact": lambda house: house.book.owed_to("contact"),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_question_reads_every_promise(house: House, question: str) -> None:
    found = await plans(house, QUESTIONS[question])
    assert found
    assert [step for step in found if step.startswith(_ALL_OF_THEM) and "promise_tally" not in step] == []


async def test_the_guard_sees_a_question_that_does(house: House) -> None:
    found = await plans(house, lambda house: house.book.audit())
    assert any(step.startswith(_ALL_OF_THEM) for step in found)
