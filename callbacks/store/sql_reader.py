"""Looking things up in the promise book's tables."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callbacks.model import Case, CaseException, CaseStatus, Contact, Problem, ProblemState
from callbacks.ports import CaseNote, CaseSeen, ProblemNote
from callbacks.store.sql_aftercare import SqlAftercareReader
from callbacks.store.sql_contacts import read_contact, read_contact_by_number
from callbacks.store.sql_exceptions import exceptions_of, to_exception
from callbacks.store.sql_free_texts import case_texts
from callbacks.store.sql_lists import SqlListReader
from callbacks.store.sql_personal import SqlPersonalReader
from callbacks.store.sql_problem_notes import problem_notes
from callbacks.store.sql_promises import SqlPromiseReader
from callbacks.store.sql_rows import to_case, to_note, to_problem, to_problem_note
from callbacks.store.sql_tables import (
    case_calls,
    case_notes,
    cases,
    line_holds,
    problems,
)


class SqlBookReader(SqlListReader, SqlPersonalReader, SqlAftercareReader, SqlPromiseReader):
    """`BookReader` on a connection."""

    async def contact(self, contact: str, *, lock: bool = False) -> Contact | None:
        return await read_contact(self.connection, contact, lock=lock)

    async def contact_by_number(self, number: str) -> Contact | None:
        if not number:
            return None
        return await read_contact_by_number(self.connection, number)

    async def case(self, case: str, *, lock: bool = False) -> Case | None:
        row = await self._one(cases.select().where(cases.c.id == case), lock=lock)
        return to_case(row) if row else None

    async def case_by_reference(self, reference: str) -> Case | None:
        row = await self._one(cases.select().where(cases.c.reference == reference))
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
        texts = case_notes.outerjoin(case_texts, case_texts.c.position == case_notes.c.position)
        query = sa.select(case_notes, case_texts.c.text).select_from(texts).where(case_notes.c.case_id == case)
        query = query.order_by(case_notes.c.position)
        return tuple(to_note(row) for row in await self._all(query))

    async def cases_late(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Case, ...]:
        query = cases.select().where(cases.c.step_due <= now, cases.c.status == CaseStatus.OPEN)
        query = query.order_by(cases.c.step_due, cases.c.id).limit(limit)
        if lock:
            query = query.with_for_update(skip_locked=True)
        return tuple(to_case(row) for row in await self._all(query))

    async def exceptions(self, contact: str) -> tuple[CaseException, ...]:
        return tuple(to_exception(row) for row in await self._all(exceptions_of(contact)))

    async def case_calls(self, case: str) -> tuple[str, ...]:
        query = case_calls.select().where(case_calls.c.case_id == case).order_by(case_calls.c.at, case_calls.c.call_id)
        return tuple(row.call_id for row in await self._all(query))

    async def problem(self, problem: str, *, lock: bool = False) -> Problem | None:
        row = await self._one(problems.select().where(problems.c.id == problem), lock=lock)
        return to_problem(row) if row else None

    async def problem_notes(self, problem: str) -> tuple[ProblemNote, ...]:
        query = problem_notes.select().where(problem_notes.c.problem_id == problem).order_by(problem_notes.c.position)
        return tuple(to_problem_note(row) for row in await self._all(query))

    async def open_problems(self, category: str | None = None) -> tuple[Problem, ...]:
        query = problems.select().where(problems.c.state == ProblemState.OPEN)
        if category is not None:
            query = query.where(problems.c.category == category)
        query = query.order_by(problems.c.opened_at.desc(), problems.c.id)
        return tuple(to_problem(row) for row in await self._all(query))

    async def problems_in(self, states: frozenset[ProblemState]) -> tuple[Problem, ...]:
        query = problems.select().where(problems.c.state.in_(sorted(states)))
        query = query.order_by(problems.c.opened_at.desc(), problems.c.id)
        return tuple(to_problem(row) for row in await self._all(query))

    async def cases_since(self, since: datetime) -> tuple[CaseSeen, ...]:
        query = sa.select(cases.c.category, cases.c.product, cases.c.opened_at).where(cases.c.opened_at >= since)
        return tuple(CaseSeen(*row) for row in await self.connection.execute(query))

    async def on_line(self, contact: str, now: datetime) -> bool:
        query = sa.select(line_holds.c.call_id).where(line_holds.c.contact_id == contact, line_holds.c.until > now)
        return (await self.connection.execute(query)).first() is not None
