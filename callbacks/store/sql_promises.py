"""Looking promises up in the database, each at the cost of what is asked for, however many are open.

Conditions on the state are written into the SQL as they stand: only so do both databases see that a partial index
(`callbacks.store.sql_tables`) holds all that is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.audit import Identity
from callbacks.entries import Entry
from callbacks.entry_json import entry_from_json
from callbacks.model import Promise, PromiseKind, PromiseState
from callbacks.ports import IN_HAND, OPEN_STATES, PromisedCalls
from callbacks.privacy.free_texts import with_text
from callbacks.store.sql_free_texts import promise_texts
from callbacks.store.sql_rows import Row, to_promise
from callbacks.store.sql_tables import cases, line_holds, promise_entries, promise_identity, promises
from callbacks.store.sql_tally import promise_tally
from routing.work import Needs

_TERMS = ("made", "kept", "renegotiated", "broken", "withdrawn", "open")
_SAME_ENTRY = sa.and_(
    promise_texts.c.promise_id == promise_entries.c.promise_id, promise_texts.c.version == promise_entries.c.version
)
#: So many names fit into one statement of either database.
_NAMES = 500


def _in(states: frozenset[PromiseState]) -> sa.ColumnElement[bool]:
    return promises.c.state.in_(sa.bindparam("states", sorted(states), expanding=True, literal_execute=True))


class SqlPromiseReader:
    """The part of `BookReader` about promises, on a connection. SQLite takes turns by whole transactions and ignores
    `lock`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def _one(self, query: sa.Select[tuple[object, ...]], *, lock: bool = False) -> Row | None:
        return (await self.connection.execute(query.with_for_update() if lock else query)).one_or_none()

    async def _all(self, query: sa.Select[tuple[object, ...]]) -> Iterable[Row]:
        return (await self.connection.execute(query)).all()

    async def references_taken(self, references: Collection[str]) -> frozenset[str]:
        found = sa.union_all(
            sa.select(cases.c.reference).where(cases.c.reference.in_(references)),
            sa.select(promises.c.reference).where(promises.c.reference.in_(references)),
        )
        return frozenset((await self.connection.scalars(found)).all())

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
        owner: str | None = None,
        states: frozenset[PromiseState] = OPEN_STATES,
    ) -> tuple[Promise, ...]:
        query = promises.select().where(_in(states))
        wanted = (
            (promises.c.contact_id, contact),
            (promises.c.case_id, case),
            (promises.c.problem_id, problem),
            (promises.c.kind, kind),
            (promises.c.owner, owner),
        )
        for column, value in wanted:
            if value is not None:
                query = query.where(column == value)
        query = query.order_by(promises.c.due.asc().nulls_last(), promises.c.made_at, promises.c.id)
        return tuple(to_promise(row) for row in await self._all(query))

    async def promises_named(self, names: Sequence[str]) -> tuple[Promise, ...]:
        found: list[Promise] = []
        for first in range(0, len(names), _NAMES):
            query = promises.select().where(promises.c.id.in_(names[first : first + _NAMES]))
            found += (to_promise(row) for row in await self._all(query))
        return tuple(found)

    async def promises_after(self, promise: str, limit: int) -> tuple[Promise, ...]:
        query = promises.select().where(promises.c.id > promise).order_by(promises.c.id).limit(limit)
        return tuple(to_promise(row) for row in await self._all(query))

    async def first_due(self, queues: Collection[str], languages: Collection[str], limit: int) -> tuple[Promise, ...]:
        asked = promises.select().where(_in(OPEN_STATES), promises.c.language.in_(languages))
        if queues:
            asked = asked.where(promises.c.queue.in_(queues))
        found: list[Promise] = []
        for has_window in (promises.c.due.is_not(None), promises.c.due.is_(None)):
            page = asked.where(has_window).order_by(promises.c.due, promises.c.id).limit(limit - len(found))
            found += (to_promise(row) for row in await self._all(page))
            if len(found) == limit:
                break
        return tuple(found)

    async def due_names(self) -> frozenset[str]:
        query = sa.select(promises.c.id).where(_in(IN_HAND), promises.c.state == PromiseState.DUE)
        return frozenset((await self.connection.scalars(query)).all())

    async def opening_in(self, queue: str, start: datetime, end: datetime) -> int:
        opens = promises.c.opens
        query = sa.select(sa.func.count()).where(promises.c.queue == queue, opens >= start, opens < end)
        return await self.connection.scalar(query) or 0

    async def promised_calls(self, until: datetime | None) -> tuple[PromisedCalls, ...]:
        skills = sa.cast(promises.c.skills, sa.Text)
        alike = (promises.c.opens, promises.c.due, promises.c.queue, promises.c.language, skills)
        query = sa.select(*alike, sa.func.count()).where(_in(OPEN_STATES), promises.c.opens.is_not(None))
        if until is not None:
            query = query.where(promises.c.opens < until)
        rows = await self.connection.execute(query.group_by(*alike))
        return tuple(
            PromisedCalls(opens, due, Needs(queue, language, tuple((s, level) for s, level in json.loads(text))), count)
            for opens, due, queue, language, text, count in rows
        )

    async def waiting_for_time(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Promise, ...]:
        held = sa.exists().where(line_holds.c.contact_id == promises.c.contact_id, line_holds.c.until > now)
        running = promises.c.state == PromiseState.DIALLING  # a lost attempt is seen even while its contact talks
        query = promises.select().where(promises.c.next_look <= now, sa.or_(running, ~held))
        query = query.order_by(promises.c.next_look, promises.c.id).limit(limit)
        if lock:
            query = query.with_for_update(skip_locked=True)
        return tuple(to_promise(row) for row in await self._all(query))

    async def entries(self, promise: str) -> tuple[Entry, ...]:
        return (await self.entries_of((promise,))).get(promise, ())

    async def entries_of(self, names: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for first in range(0, len(names), _NAMES):
            query = sa.select(promise_entries.c.promise_id, promise_entries.c.entry, promise_texts.c.text)
            query = query.select_from(promise_entries.outerjoin(promise_texts, _SAME_ENTRY))
            query = query.where(promise_entries.c.promise_id.in_(names[first : first + _NAMES]))
            for row in await self._all(query.order_by(promise_entries.c.promise_id, promise_entries.c.version)):
                found.setdefault(row.promise_id, []).append(with_text(entry_from_json(row.entry), row.text))
        return {name: tuple(entries) for name, entries in found.items()}

    async def counts(self) -> dict[PromiseState, int]:
        query = sa.select(promises.c.state, sa.func.count()).where(_in(IN_HAND)).group_by(promises.c.state)
        found = {PromiseState(state): int(count) for state, count in await self.connection.execute(query)}
        identity = await self.identity()
        found[PromiseState.OWED] = identity.open - sum(found.values())
        ends = {state: int(getattr(identity, state)) for state in PromiseState if not state.is_open}
        return dict.fromkeys(PromiseState, 0) | found | ends

    async def identity(self) -> Identity:
        return await self._identity(sa.select(*(promise_tally.c[term] for term in _TERMS)))

    async def recount(self) -> Identity:
        return await self._identity(sa.select(promise_identity))

    async def _identity(self, query: sa.Select[tuple[object, ...]]) -> Identity:
        row = (await self.connection.execute(query)).one()
        return Identity(**{name: int(value) for name, value in row._asdict().items()})
