"""Looking through the book in the database, page by page.

What is sorted by a column without an index of its own (contacts by when they rang, closed promises) costs a look at
every row: a supervisor's page, not a desk's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.lists import CaseFilter, ContactFilter, KnownContact, Place, PromiseFilter
from callbacks.model import Case, CaseStatus, Contact, Promise, PromiseState
from callbacks.ports import OPEN_STATES
from callbacks.store.sql_contacts import contact_numbers, read_contacts
from callbacks.store.sql_rows import to_case, to_promise
from callbacks.store.sql_tables import cases, contacts, promises


class SqlListReader:
    """`ListReader` on a connection."""

    connection: AsyncConnection

    async def contacts_listed(self, wanted: ContactFilter, after: Place | None, limit: int) -> tuple[KnownContact, ...]:
        query = contacts.select().where(sa.or_(contacts.c.number != "", contacts.c.name != ""))
        if wanted.digits:
            numbers = sa.select(contact_numbers.c.contact_id)
            has = contact_numbers.c.number.contains(wanted.digits, autoescape=True)
            query = query.where(contacts.c.id.in_(numbers.where(has)))
        if wanted.text:
            text = wanted.text.lower()
            named = (
                sa.func.lower(column).contains(text, autoescape=True) for column in (contacts.c.name, contacts.c.mail)
            )
            query = query.where(sa.or_(*named))
        if wanted.tier is not None:
            query = query.where(contacts.c.tier == wanted.tier)
        if wanted.do_not_call is not None:
            query = query.where(contacts.c.do_not_call == wanted.do_not_call)
        query = _page(query, contacts.c.seen_at, contacts.c.id, after, limit, newest_first=True)
        rows = (await self.connection.execute(query)).all()
        found = await self.contacts_named([row.id for row in rows])
        return tuple(KnownContact(found[row.id], row.seen_at) for row in rows)

    async def cases_listed(self, wanted: CaseFilter, after: Place | None, limit: int) -> tuple[Case, ...]:
        query = cases.select()
        conditions = (
            (cases.c.status, wanted.status),
            (cases.c.category, wanted.category),
            (cases.c.urgency, wanted.urgency),
            (cases.c.repeat, wanted.repeat),
        )
        for column, value in conditions:
            if value is not None:
                query = query.where(column == value)
        query = _owned(query, cases.c.owner, wanted.owner)
        if wanted.overdue_at is not None:
            query = query.where(cases.c.step_due <= wanted.overdue_at, cases.c.status == CaseStatus.OPEN)
        query = _page(query, cases.c.opened_at, cases.c.id, after, limit, newest_first=True)
        return tuple(to_case(row) for row in await self.connection.execute(query))

    async def promises_listed(self, wanted: PromiseFilter, after: Place | None, limit: int) -> tuple[Promise, ...]:
        query = _owned(promises.select().where(_in(wanted.states)), promises.c.owner, wanted.owner)
        if wanted.is_open:
            query = query.where(_in(OPEN_STATES))  # as the index by due time says it
        if wanted.kind is not None:
            query = query.where(promises.c.kind == wanted.kind)
        if wanted.due_by is not None:
            query = query.where(promises.c.due <= wanted.due_by)
        at = promises.c.due if wanted.is_open else promises.c.closed_at
        query = _page(query, at, promises.c.id, after, limit, newest_first=not wanted.is_open)
        return tuple(to_promise(row) for row in await self.connection.execute(query))

    async def contacts_named(self, names: Sequence[str]) -> dict[str, Contact]:
        found = await read_contacts(self.connection, contacts.select().where(contacts.c.id.in_(names)))
        return {contact.id: contact for contact in found}

    async def case_times(self, category: str, product: str | None, since: datetime) -> tuple[datetime, ...]:
        query = sa.select(cases.c.opened_at).where(cases.c.category == category, cases.c.opened_at >= since)
        if product is not None:
            query = query.where(cases.c.product == product)
        return tuple(await self.connection.scalars(query.order_by(cases.c.opened_at)))


def _in(states: frozenset[PromiseState]) -> sa.ColumnElement[bool]:
    return promises.c.state.in_(sa.bindparam(None, sorted(states), expanding=True, literal_execute=True))


def _owned(
    query: sa.Select[tuple[Any, ...]], column: sa.Column[str | None], owner: str | None
) -> sa.Select[tuple[Any, ...]]:
    if owner is None:
        return query
    return query.where(column == owner if owner else column.is_(None))


def _page(
    query: sa.Select[tuple[Any, ...]],
    at: sa.Column[Any],
    name: sa.Column[str],
    after: Place | None,
    limit: int,
    *,
    newest_first: bool,
) -> sa.Select[tuple[Any, ...]]:
    if after is not None:
        later = sa.and_(at.is_(None), name > after.id)
        if after.at is not None:
            beyond = at < after.at if newest_first else at > after.at
            later = sa.or_(beyond, sa.and_(at == after.at, name > after.id), at.is_(None))
        query = query.where(later)
    order = at.desc().nulls_last() if newest_first else at.asc().nulls_last()
    return query.order_by(order, name).limit(limit)
