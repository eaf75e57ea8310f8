"""The migrations make what the code declares, and a database of a newer program is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from config.clock import VirtualClock
from config.database import Database, metadata
from config.errors import DatabaseFault, DatabaseTooNew
from config.events import EventBus
from hotline.sql_migrate import check_version, upgrade


def database_at(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", EventBus(), VirtualClock(datetime(2026, 11, 22, tzinfo=UTC)))


def upgrade_to(connection: sa.Connection, revision: str) -> None:
    """As `upgrade` does, but only so far."""
    configuration = Config()
    configuration.set_main_option("script_location", str(files("hotline") / "migrations"))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, revision)


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
    tables = ("promise_entries", "case_notes", "problem_notes", "looks", "audit")
    assert {f"{table}_no_{verb}" for table in tables for verb in ("update", "delete", "replace")} <= triggers


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


async def test_what_people_said_moves_out_of_the_tables_that_are_never_changed(tmp_path: Path) -> None:
    database = database_at(tmp_path / "hotline.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade_to, "0003")
        await connection.run_sync(insert, _BEFORE_0004)
    await upgrade(database)
    async with database.engine.connect() as connection:
        entry = (await connection.execute(sa.text("SELECT entry FROM promise_entries"))).scalar_one()
        words = (await connection.execute(sa.text("SELECT promise_id, version, text FROM promise_texts"))).all()
        noted = (await connection.execute(sa.text("SELECT text FROM case_texts"))).scalars().all()
        known = sa.text("SELECT contact_id FROM contact_numbers WHERE number = '1005'")
        contact = (await connection.execute(known)).scalar()
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            await connection.execute(sa.text("DELETE FROM promise_entries"))
    await database.close()
    assert "smoke" not in entry
    assert words == [("p", 1, "smoke in the house")]
    assert noted == ["it smells of smoke"]
    assert contact == "c"


def insert(connection: sa.Connection, rows: dict[str, dict[str, object]]) -> None:
    """One row into each of these tables, as the database has them now."""
    found = sa.MetaData()
    found.reflect(connection)
    for table, row in rows.items():
        connection.execute(found.tables[table].insert().values(row))


_AT = datetime(2026, 11, 22, tzinfo=UTC)
_BEFORE_0004: dict[str, dict[str, object]] = {
    "contacts": {"id": "c", "number": "1005", "tier": "standard", "name": "Kim", "do_not_call": False},
    "cases": {
        "id": "k",
        "reference": "1",
        "contact_id": "c",
        "category": "repair",
        "urgency": "service",
        "wish": "none",
        "language": "en",
        "status": "open",
        "opened_at": _AT,
        "summary": "smoke",
        "repeat": False,
    },
    "case_notes": {"case_id": "k", "at": _AT, "by": "jin", "what": "noted", "text": "it smells of smoke"},
    "promises": {
        "id": "p",
        "reference": "2",
        "kind": "callback",
        "state": "withdrawn",
        "contact_id": "c",
        "tier": "standard",
        "urgency": "service",
        "language": "en",
        "queue": "general",
        "skills": [],
        "made_at": _AT,
        "attempts": 0,
        "version": 1,
        "note": "smoke in the house",
    },
    "promise_entries": {
        "promise_id": "p",
        "version": 1,
        "kind": "made",
        "at": _AT,
        "by": "jin",
        "entry": {"kind": "made", "note": "smoke in the house"},
    },
}
