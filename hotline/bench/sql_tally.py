"""What is asked of a database, how large it is, and what its server works: for what a call costs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from config.database import Database

_SIZE = """SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public'"""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Tally:
    """What was asked of a database so far."""

    commits: int = 0
    looks: int = 0
    rows: int = 0
    events: int = 0

    def begin(self) -> None:
        """From nothing."""
        self.commits = self.looks = self.rows = self.events = 0

    def add(self, other: Tally) -> None:
        """What was counted elsewhere."""
        self.commits += other.commits
        self.looks += other.looks
        self.rows += other.rows
        self.events += other.events

    def watch(self, database: Database) -> None:
        """Count from now on: transactions that write, those that only read, and rows added."""
        engine = database.engine.sync_engine

        @sa.event.listens_for(engine, "commit")
        def on_commit(_connection: sa.Connection) -> None:
            self.commits += 1

        @sa.event.listens_for(engine, "rollback")
        def on_rollback(_connection: sa.Connection) -> None:
            self.looks += 1

        @sa.event.listens_for(engine, "after_cursor_execute")
        def on_executed(
            _connection: sa.Connection, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool
        ) -> None:
            if statement.startswith("INSERT"):
                self.rows += len(values) if is_many else 1
            if statement.startswith("INSERT INTO outbox"):
                self.events += 1


async def size_of(database: Database) -> float:
    """Bytes."""
    async with database.reading() as connection:
        if database.engine.dialect.name == "postgresql":
            return float((await connection.execute(sa.text(_SIZE))).scalar_one())
        pages = (await connection.execute(sa.text("PRAGMA page_count"))).scalar_one()
        return float(pages * (await connection.execute(sa.text("PRAGMA page_size"))).scalar_one())


async def server_time(database: Database) -> Mapping[int, float]:
    """Seconds of the processor that each of the server's processes has used."""
    if database.engine.dialect.name != "postgresql":
        return {}
    async with database.reading() as connection:
        pids = (await connection.execute(sa.text("SELECT pid FROM pg_stat_activity"))).scalars()
        return {pid: used for pid in pids if (used := _used(pid)) is not None}


def _used(pid: int) -> float | None:
    """None when it has ended."""
    try:
        fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS
