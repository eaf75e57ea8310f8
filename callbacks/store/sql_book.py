"""The promise book in a database, SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from callbacks.entries import Entry
from callbacks.entry_json import entry_to_json
from callbacks.model import Case, CaseException, Contact, Problem, Promise
from callbacks.ports import CaseNote, ProblemNote, StaleVersion
from callbacks.privacy.free_texts import without_text
from callbacks.store.sql_aftercare import SqlAftercareUnit
from callbacks.store.sql_contacts import add_contact, save_contact
from callbacks.store.sql_exceptions import case_exceptions
from callbacks.store.sql_free_texts import case_texts, promise_texts
from callbacks.store.sql_personal import SqlPersonalUnit
from callbacks.store.sql_problem_notes import problem_notes
from callbacks.store.sql_reader import SqlBookReader
from callbacks.store.sql_rows import to_row
from callbacks.store.sql_tables import (
    case_calls,
    case_notes,
    cases,
    line_holds,
    problems,
    promise_entries,
    promises,
)
from config.database import Database, UnitOfWork
from config.events import Event


class SqlBookUnit(SqlPersonalUnit, SqlAftercareUnit, SqlBookReader):
    """`BookUnit` on a unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        super().__init__(work.connection)
        self._work = work

    async def tell(self, event: Event) -> None:
        await self._work.tell(event)

    async def add_contact(self, contact: Contact) -> Contact:
        return await add_contact(self.connection, contact)

    async def save_contact(self, contact: Contact) -> None:
        await save_contact(self.connection, contact)
        await self.follow_tier(contact.id, contact.tier)

    async def save_case(self, case: Case) -> None:
        await self._put(cases, to_row(case), ("id",))

    async def note_case(self, note: CaseNote) -> None:
        row = to_row(note)
        text = row.pop("text")
        position = await self.connection.scalar(case_notes.insert().values(row).returning(case_notes.c.position))
        if text:
            await self.connection.execute(case_texts.insert().values(position=position, text=text))

    async def add_exception(self, exception: CaseException) -> None:
        await self.connection.execute(case_exceptions.insert().values(to_row(exception)))

    async def join_call(self, case: str, call: str, at: datetime) -> None:
        await self._put(case_calls, {"case_id": case, "call_id": call, "at": at}, None)

    async def save_problem(self, problem: Problem) -> None:
        await self._put(problems, to_row(problem), ("id",))

    async def note_problem(self, note: ProblemNote) -> None:
        await self.connection.execute(problem_notes.insert().values(to_row(note)))

    async def record(self, promise: Promise, entries: tuple[Entry, ...]) -> None:
        before = promise.version - len(entries)
        row = to_row(promise)
        if before == 0:
            await self.connection.execute(promises.insert().values(row))
        else:
            mine = sa.and_(promises.c.id == promise.id, promises.c.version == before)
            del row["id"]  # named among the changes, it would send SQLite looking for rows that follow this one
            changed = await self.connection.execute(promises.update().where(mine).values(row))
            if changed.rowcount != 1:
                raise StaleVersion(promise)
        parts = [without_text(entry) for entry in entries]
        await self.connection.execute(
            promise_entries.insert(),
            [
                {
                    "promise_id": promise.id,
                    "version": before + place,
                    "kind": entry.kind,
                    "at": entry.at,
                    "by": entry.by,
                    "entry": entry_to_json(entry),
                }
                for place, (entry, _) in enumerate(parts, start=1)
            ],
        )
        texts = [
            {"promise_id": promise.id, "version": before + place, "text": text}
            for place, (_, text) in enumerate(parts, start=1)
            if text
        ]
        if texts:
            await self.connection.execute(promise_texts.insert(), texts)

    async def hold(self, contact: str, call: str, until: datetime) -> None:
        row = {"contact_id": contact, "call_id": call, "until": until}
        await self._put(line_holds, row, ("contact_id", "call_id"))

    async def release(self, contact: str, call: str) -> None:
        mine = sa.and_(line_holds.c.contact_id == contact, line_holds.c.call_id == call)
        await self.connection.execute(line_holds.delete().where(mine))

    async def release_all(self) -> None:
        await self.connection.execute(line_holds.delete())

    async def _put(self, table: sa.Table, row: dict[str, Any], key: tuple[str, ...] | None) -> None:
        """Insert; where a row is in the way, replace the one with this key, or (without a key) let it stand."""
        on_postgresql = self.connection.dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(row)
        if key is None:
            await self.connection.execute(insert.on_conflict_do_nothing())
        else:
            changed = {name: value for name, value in row.items() if name not in key}
            await self.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed))


class SqlBook:
    """`BookStore` on the program's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[SqlBookUnit]:
        async with self._database.unit_of_work() as work:
            yield SqlBookUnit(work)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlBookReader]:
        async with self._database.reading() as connection:
            if connection.dialect.name == "postgresql":  # else each statement would see a moment of its own
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield SqlBookReader(connection)
