"""`callbacks.calls.lookback.Lookback` on the program's database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callbacks.calls.lookback import CallOutcome, CallsWanted, FoundCall, KeptRate
from callbacks.lists import Place
from callbacks.model import PromiseState
from callbacks.store.sql_calls import calls, to_call
from callbacks.store.sql_tables import cases, contacts, promises
from callbacks.wait_spread import CallWait
from config.database import Database

_OVER = calls.c.ended_at.is_not(None)
_SILENT = sa.and_(_OVER, calls.c.bridged_at.is_(None))
_RANG_IN = sa.and_(_SILENT, calls.c.promise_id.is_(None))

#: `outcome_of`, as the database says it.
_OUTCOMES: dict[CallOutcome, sa.ColumnElement[bool]] = {
    CallOutcome.GOING_ON: ~_OVER,
    CallOutcome.TALKED: sa.and_(_OVER, calls.c.bridged_at.is_not(None)),
    CallOutcome.NOT_REACHED: sa.and_(_SILENT, calls.c.promise_id.is_not(None)),
    CallOutcome.LEFT_QUEUE: sa.and_(_RANG_IN, calls.c.queue.is_not(None)),
    CallOutcome.NO_AGENT: sa.and_(_RANG_IN, calls.c.queue.is_(None)),
}
#: So many rows are read at a time, so that calls and pages are served between them: a week can have 100,000.
_AT_ONCE = 500
_ENDS = (PromiseState.KEPT, PromiseState.BROKEN)


class SqlLookback:
    """Every method is one reading transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calls(self, wanted: CallsWanted, after: Place | None, limit: int) -> tuple[FoundCall, ...]:
        page = calls.select().where(*_conditions(wanted, after))
        page = page.order_by(calls.c.arrived_at.desc(), calls.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            found = [to_call(row) for row in await connection.execute(page)]
            people = sa.select(contacts.c.id, contacts.c.name, contacts.c.number)
            people = people.where(contacts.c.id.in_({call.contact for call in found}))
            named = {row.id: (row.name, row.number) for row in await connection.execute(people)}
            about = {call.case for call in found if call.case is not None}
            matters = sa.select(cases.c.id, cases.c.reference).where(cases.c.id.in_(about))
            references = {row.id: str(row.reference) for row in await connection.execute(matters)}
        return tuple(
            FoundCall(call, *named.get(call.contact, ("", "")), references.get(call.case or "", "")) for call in found
        )

    async def waits(self, since: datetime) -> tuple[CallWait, ...]:
        query = sa.select(calls.c.arrived_at, calls.c.tier, calls.c.bridged_at)
        query = query.where(calls.c.arrived_at >= since, calls.c.bridged_at.is_not(None), calls.c.promise_id.is_(None))
        found: list[CallWait] = []
        async with self._database.reading() as connection, connection.stream(query) as rows:
            async for some in rows.partitions(_AT_ONCE):
                for arrived, tier, bridged in some:
                    found.append(CallWait(arrived, tier, (bridged - arrived).total_seconds()))
        return tuple(found)

    async def kept_rate(self, since: datetime) -> KeptRate:
        query = sa.select(promises.c.state, sa.func.count()).group_by(promises.c.state)
        query = query.where(promises.c.closed_at >= since, promises.c.state.in_([state.value for state in _ENDS]))
        async with self._database.reading() as connection:
            counts = {state: int(count) for state, count in await connection.execute(query)}
        return KeptRate(counts.get(PromiseState.KEPT, 0), counts.get(PromiseState.BROKEN, 0))


def _conditions(wanted: CallsWanted, after: Place | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(calls.c.arrived_at >= wanted.since)
    if wanted.until is not None:
        found.append(calls.c.arrived_at < wanted.until)
    equal = ((calls.c.queue, wanted.queue), (calls.c.category, wanted.category), (calls.c.tier, wanted.tier))
    found += [column == value for column, value in equal if value is not None]
    if wanted.outcome is not None:
        found.append(_OUTCOMES[wanted.outcome])
    if wanted.recorded:
        found.append(calls.c.recording.is_not(None))
    if after is not None and after.at is not None:
        as_late = sa.and_(calls.c.arrived_at == after.at, calls.c.id < after.id)
        found.append(sa.or_(calls.c.arrived_at < after.at, as_late))
    return found
