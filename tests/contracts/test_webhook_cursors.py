"""What every `Cursors` promises, in the database and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from config.sql_webhook_cursors import SqlCursors
from config.webhook_cursors import Cursor, Cursors, MemoryCursors
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", *DATABASES])
async def cursors(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Cursors]:
    if request.param == "memory":
        yield MemoryCursors()
        return
    database = Database(empty_database(request.param), EventBus(), VirtualClock(NOW))
    await database.create_tables()
    yield SqlCursors(database)
    await database.close()


async def test_a_webhook_that_is_new_has_no_place(cursors: Cursors) -> None:
    assert await cursors.get("crm") is None
    assert await cursors.everyone() == {}


async def test_each_webhook_has_a_place_of_its_own(cursors: Cursors) -> None:
    await cursors.put("crm", Cursor(7))
    await cursors.put("erp", Cursor(2, gone_at=NOW))
    await cursors.put("crm", Cursor(8, {10: 0.0, 12: 0.0}))
    assert await cursors.get("crm") == Cursor(8, {10: 0.0, 12: 0.0})
    assert await cursors.everyone() == {"crm": Cursor(8, {10: 0.0, 12: 0.0}), "erp": Cursor(2, gone_at=NOW)}
