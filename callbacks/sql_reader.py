"""Looking things up in the promise book's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.audit import Identity
from callbacks.entries import Entry
from callbacks.entry_json import entry_from_json
from callbacks.model import Case, CaseStatus, Contact, Problem, Promise, PromiseKind, PromiseState
from callbacks.ports import OPEN_STATES, CaseNote
from callbacks.sql_rows import Row, to_case, to_contact, to_note, to_problem, to_promise
from callbacks.sql_tables import (
    case_calls,
    case_notes,
    cases,
    contacts,
    line_holds,
    problems,
    promise_entries,
    promise_identity,
    promises,
)


class SqlBookReader:
    """`BookReader` on a connection. SQLite takes turns by whole transactions and ignores `lock`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def _one(self, query: sa.Select[tuple[object, ...]], *, lock: bool = False) -> Row | None:
        return (await self.connection.execute(query.with_for_update() if lock else query)).one_or_none()

    async def _all(self, query: sa.Select[tuple[object, ...]]) -> Iterable[Row]:
        return (await self.connection.execute(query)).all()

    async def contact(self, contact: str, *, lock: bool = False) -> Contact | None:
        row = await self._one(contacts.select().where(contacts.c.id == contact), lock=lock)
        return to_contact(row) if row else None

    async def contact_by_number(self, number: str) -> Contact | None:
        if not number:
            return None
        row = await self._one(contacts.select().where(contacts.c.number == number))
        return to_contact(row) if row else None

    async def case(self, case: str, *, lock: bool = False) -> Case | None:
        row = await self._one(cases.select().where(cases.c.id == case), lock=lock)
        return to_case(row) if row else None

    async def cases(
        self,
        *,
        contact: str | None = None,
        category: str | None = None,
        problem: str | None = None,
        status: CaseStatus | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        query = cases.select().order_by(cases.c.opened_at.desc(), cases.c.id).limit(limit)
        wanted = ((cases.c.contact_id, contact), (cases.c.category, category), (cases.c.problem_id, problem))
        for column, value in (*wanted, (cases.c.status, status)):
            if value is not None:
                query = query.where(column == value)
        return tuple(to_case(row) for row in await self._all(query))

    async def case_notes(self, case: str) -> tuple[CaseNote, ...]:
        query = case_notes.select().where(case_notes.c.case_id == case).order_by(case_notes.c.position)
        return tuple(to_note(row) for row in await self._all(query))

    async def case_calls(self, case: str) -> tuple[str, ...]:
        query = case_calls.select().where(case_calls.c.case_id == case).order_by(case_calls.c.at, case_calls.c.call_id)
        return tuple(row.call_id for row in await self._all(query))

    async def reference_taken(self, reference: str) -> bool:
        found = sa.union_all(
            sa.select(cases.c.id).where(cases.c.reference == reference),
            sa.select(promises.c.id).where(promises.c.reference == reference),
        )
        return (await self.connection.execute(found)).first() is not None

    async def problem(self, problem: str, *, lock: bool = False) -> Problem | None:
        row = await self._one(problems.select().where(problems.c.id == problem), lock=lock)
        return to_problem(row) if row else None

    async def open_problems(self, category: str | None = None) -> tuple[Problem, ...]:
        query = problems.select().where(problems.c.solved_at.is_(None))
        if category is not None:
            query = query.where(problems.c.category == category)
        query = query.order_by(problems.c.opened_at.desc(), problems.c.id)
        return tuple(to_problem(row) for row in await self._all(query))

    async def promise(self, promise: str, *, lock: bool = False) -> Promise | None:
        row = await self._one(promises.select().where(promises.c.id == promise), lock=lock)
        return to_promise(row) if row else None

    async def promise_by_reference(self, reference: str) -> Promise | None:
        row = await self._one(promises.select().where(promises.c.reference == reference))
        return to_promise(row) if row else None

    async def promises(
        self,
        *,
        contact: str | None = None,
        case: str | None = None,
        problem: str | None = None,
        kind: PromiseKind | None = None,
        states: frozenset[PromiseState] = OPEN_STATES,
    ) -> tuple[Promise, ...]:
        query = promises.select().where(promises.c.state.in_(sorted(states)))
        wanted = (
            (promises.c.contact_id, contact),
            (promises.c.case_id, case),
            (promises.c.problem_id, problem),
            (promises.c.kind, kind),
        )
        for column, value in wanted:
            if value is not None:
                query = query.where(column == value)
        query = query.order_by(promises.c.due.asc().nulls_last(), promises.c.made_at, promises.c.id)
        return tuple(to_promise(row) for row in await self._all(query))

    async def promises_after(self, promise: str, limit: int) -> tuple[Promise, ...]:
        query = promises.select().where(promises.c.id > promise).order_by(promises.c.id).limit(limit)
        return tuple(to_promise(row) for row in await self._all(query))

    async def waiting_for_time(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Promise, ...]:
        held = sa.exists().where(line_holds.c.contact_id == promises.c.contact_id, line_holds.c.until > now)
        running = promises.c.state == PromiseState.DIALLING  # a lost attempt is seen even while its contact talks
        query = promises.select().where(promises.c.next_look <= now, sa.or_(running, ~held))
        query = query.order_by(promises.c.next_look, promises.c.id).limit(limit)
        if lock:
            query = query.with_for_update(skip_locked=True)
        return tuple(to_promise(row) for row in await self._all(query))

    async def entries(self, promise: str) -> tuple[Entry, ...]:
        query = promise_entries.select().where(promise_entries.c.promise_id == promise)
        return tuple(entry_from_json(row.entry) for row in await self._all(query.order_by(promise_entries.c.version)))

    async def on_line(self, contact: str, now: datetime) -> bool:
        query = sa.select(line_holds.c.call_id).where(line_holds.c.contact_id == contact, line_holds.c.until > now)
        return (await self.connection.execute(query)).first() is not None

    async def counts(self) -> dict[PromiseState, int]:
        query = sa.select(promises.c.state, sa.func.count()).group_by(promises.c.state)
        found = {PromiseState(row[0]): int(row[1]) for row in (await self.connection.execute(query)).all()}
        return {state: found.get(state, 0) for state in PromiseState}

    async def identity(self) -> Identity:
        row = (await self.connection.execute(sa.select(promise_identity))).one()
        return Identity(**{name: int(value) for name, value in row._asdict().items()})
