"""What every `AuditStore` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from console.audit import EVERYTHING, AuditStore, Did, Entry, Outcome, Wanted
from console.store.memory_audit import MemoryAudit
from console.store.sql_audit import SqlAudit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def database_in(folder: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{folder / 'audit.db'}", EventBus(), VirtualClock(NOW))
    await database.create_tables()
    return database


@pytest.fixture(params=["memory", "sql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AuditStore]:
    if request.param == "memory":
        yield MemoryAudit()
        return
    database = await database_in(tmp_path)
    yield SqlAudit(database)
    await database.close()


def entry(number: int, by: str = "root", what: Did = Did.SIGNED_IN, subject: str = "root") -> Entry:
    at = NOW + timedelta(minutes=number)
    return Entry(0, at, by, what, subject, f"line {number}", "192.0.2.0/24", Outcome.DONE)


async def test_nothing_is_written_at_first(store: AuditStore) -> None:
    assert await store.newest(EVERYTHING, 10) == ()


async def test_a_line_comes_back_as_it_was_written(store: AuditStore) -> None:
    await store.append(Entry(0, NOW, "", Did.SIGN_IN_FAILED, "sam", "", "", Outcome.REFUSED))
    (found,) = await store.newest(EVERYTHING, 10)
    assert found == Entry(found.position, NOW, "", Did.SIGN_IN_FAILED, "sam", "", "", Outcome.REFUSED)
    assert found.position > 0


async def test_pages_follow_each_other_without_gap_or_repetition(store: AuditStore) -> None:
    for number in range(7):
        await store.append(entry(number))
    seen: list[str] = []
    before: int | None = None
    while page := await store.newest(EVERYTHING, 3, before):
        seen += [line.detail for line in page]
        before = page[-1].position
        await store.append(entry(100 + len(seen)))  # what is written meanwhile moves no page
    assert seen == [f"line {number}" for number in range(6, -1, -1)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(by="minji"), [1]),
        (Wanted(what=Did.TOKEN_MADE), [2]),
        (Wanted(about="sam"), [3, 2]),
        (Wanted(about="sam", by="root", what=Did.PERSON_LOCKED), [3]),
        (Wanted(since=NOW + timedelta(minutes=2)), [3, 2]),
        (Wanted(until=NOW + timedelta(minutes=2)), [1, 0]),
        (Wanted(by="nobody"), []),
    ],
)
async def test_lines_are_found_by_who_what_whom_and_when(store: AuditStore, wanted: Wanted, found: list[int]) -> None:
    await store.append(entry(0))
    await store.append(entry(1, by="minji", subject="minji"))
    await store.append(entry(2, what=Did.TOKEN_MADE, subject="sam"))
    await store.append(entry(3, what=Did.PERSON_LOCKED, subject="sam"))
    assert [line.detail for line in await store.newest(wanted, 10)] == [f"line {number}" for number in found]


async def test_the_database_refuses_to_change_or_remove_a_line(tmp_path: Path) -> None:
    database = await database_in(tmp_path)
    await SqlAudit(database).append(entry(1))
    for statement in (
        "UPDATE audit SET by = 'x'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            async with database.unit_of_work() as work:
                await work.connection.execute(sa.text(statement))
    assert [line.by for line in await SqlAudit(database).newest(EVERYTHING, 5)] == ["root"]
    await database.close()
