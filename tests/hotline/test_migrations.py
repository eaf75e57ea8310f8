"""The migrations make what the code declares, and a database of a newer program is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from config.clock import VirtualClock
from config.database import Database, metadata
from config.errors import DatabaseFault, DatabaseTooNew
from config.events import EventBus
from hotline.sql_migrate import check_version, upgrade


def database_at(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", EventBus(), VirtualClock(datetime(2026, 11, 22, tzinfo=UTC)))


async def test_an_upgraded_database_has_exactly_the_declared_tables(tmp_path: Path) -> None:
    database = database_at(tmp_path / "hotline.db")
    await upgrade(database)
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await database.close()
    assert differences == []


async def test_the_ledger_of_an_upgraded_database_is_append_only(tmp_path: Path) -> None:
    database = database_at(tmp_path / "hotline.db")
    await upgrade(database)
    async with database.engine.connect() as connection:
        found = await connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        triggers = {row[0] for row in found}
    await database.close()
    assert {"promise_entries_no_update", "promise_entries_no_delete"} <= triggers


async def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    database = database_at(tmp_path / "hotline.db")
    await upgrade(database)
    await upgrade(database)
    assert await check_version(database)
    await database.close()


async def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    database = database_at(tmp_path / "hotline.db")
    await upgrade(database)
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="newer program") as refusal:
        await upgrade(database)
    await database.close()
    assert refusal.value.remedy


async def test_a_database_that_cannot_be_opened_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    database = database_at(tmp_path / "no such folder" / "hotline.db")
    with pytest.raises(DatabaseFault) as fault:
        await upgrade(database)
    await database.close()
    assert "HOTLINE_DATABASE_URL" in fault.value.remedy
