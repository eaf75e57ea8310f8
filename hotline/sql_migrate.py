"""Bringing the database to this program's version, and refusing one that a newer program has changed."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from callbacks.store import (
    sql_aftercare,
    sql_calls,
    sql_dialled,
    sql_personal,
    sql_problem_notes,
    sql_tables,
    sql_tally,
)
from config import sql_keys, sql_set_aside, sql_versions, sql_webhook_cursors
from config.database import Database, metadata
from config.errors import DatabaseFault, DatabaseTooNew
from console.store import sql_answers, sql_audit, sql_tokens, sql_users
from routing import sql_floor_log, sql_receipts

#: Whoever imports this module has every room's tables on `config.database.metadata`.
ROOMS_WITH_TABLES = (
    sql_aftercare,
    sql_answers,
    sql_audit,
    sql_calls,
    sql_dialled,
    sql_keys,
    sql_floor_log,
    sql_personal,
    sql_problem_notes,
    sql_receipts,
    sql_set_aside,
    sql_tables,
    sql_tally,
    sql_tokens,
    sql_users,
    sql_versions,
    sql_webhook_cursors,
)


def every_table() -> list[sa.Table]:
    """The tables of every room, those that others refer to first."""
    return metadata.sorted_tables


async def upgrade(database: Database) -> None:
    """Run every migration that is missing. Raises `DatabaseTooNew`, or `DatabaseFault` when it cannot be reached."""
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except sa.exc.DBAPIError as fault:
        raise DatabaseFault(
            f"the database cannot be used: {fault.orig}",
            where=_address(database),
            remedy="check that it exists, runs and may be written, or set HOTLINE_DATABASE_URL",
        ) from fault


async def check_version(database: Database) -> bool:
    """Whether the database is at this program's version. Raises like `upgrade`."""
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(lambda sync: _revision(sync) == _scripts().get_current_head())
    except sa.exc.DBAPIError as fault:
        raise DatabaseFault(f"the database cannot be used: {fault.orig}", where=_address(database)) from fault


async def revision_of(database: Database) -> str:
    """The migration that the database stands at; empty where there is no hotline's. Raises like `upgrade`."""
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(_revision) or ""
    except sa.exc.DBAPIError as fault:
        raise DatabaseFault(f"the database cannot be used: {fault.orig}", where=_address(database)) from fault


def reads_revision(revision: str) -> bool:
    """Whether this program can work on a database at this migration."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _upgrade(connection: sa.Connection) -> None:
    _refuse_newer(connection)
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _refuse_newer(connection: sa.Connection) -> None:
    found = _revision(connection)
    if found is not None and not reads_revision(found):
        raise DatabaseTooNew(
            f"the database is at version {found}, which a newer program has made",
            where=connection.engine.url.render_as_string(hide_password=True),
            remedy="run that newer version of hotline, or use another database",
        )


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(files("hotline") / "migrations"))
    return configuration


def _address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=True)
