"""Tables whose rows are facts: the database itself refuses to change, remove or replace them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

_FUNCTION = """CREATE OR REPLACE FUNCTION hotline_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"""


def append_only_ddl(table: str, key: Sequence[str], dialect: str) -> tuple[str, ...]:
    """The statements that guard a table with this primary key. Run again, they change nothing."""
    if dialect != "sqlite":
        guarded = f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        return (_FUNCTION, f"{guarded} FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only()")
    rows = sa.table(table, *(sa.column(name) for name in key))
    same = [rows.c[name] == sa.literal_column(f"NEW.{name}") for name in key]
    in_its_way: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(rows).where(*same)
    whens = {
        "update": "BEFORE UPDATE",
        "delete": "BEFORE DELETE",
        # INSERT OR REPLACE removes the row in its way without asking the other two (sqlite.org/lang_conflict.html)
        "replace": "BEFORE INSERT",
    }
    exists = f"WHEN EXISTS ({in_its_way.compile(dialect=sqlite.dialect())}) "
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} {when} ON {table} {exists if verb == 'replace' else ''}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb, when in whens.items()
    )


def guard(table: sa.Table) -> None:
    """Where the metadata creates the tables, as tests do."""

    @sa.event.listens_for(table, "after_create")
    def create(made: sa.Table, connection: sa.Connection, **_options: Any) -> None:
        key = [column.name for column in made.primary_key]
        for statement in append_only_ddl(made.name, key, connection.dialect.name):
            connection.exec_driver_sql(statement)
