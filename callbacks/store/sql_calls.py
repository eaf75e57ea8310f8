"""Calls and their transcripts in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.calls.model import CallLine, CallPart, CallRecord, Speaker, known_already
from callbacks.store.sql_tables import ID, NAME, cases, contacts, promises
from config.database import Database, UnitOfWork, UtcDateTime, metadata
from config.events import Event
from config.sql_sealed import SealedText

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False),
    sa.Column("dialled", sa.String(64), nullable=False),
    sa.Column("tier", NAME, nullable=False),
    sa.Column("arrived_at", UtcDateTime, nullable=False, index=True),
    sa.Column("language", sa.String(2)),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("bridged_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", NAME),
    sa.Column("agent", sa.String(64)),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), index=True),
    sa.Column("promise_id", ID, sa.ForeignKey(promises.c.id), index=True),
    sa.Column("queue", NAME),
    sa.Column("urgency", NAME),
    sa.Column("category", NAME),
    sa.Column("mood", NAME),
    sa.Column("rating", sa.Integer),
    sa.Column("recording", sa.String(1000)),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("codec", sa.String(20)),
    sa.Column("packets_sent", sa.Integer),
    sa.Column("packets_received", sa.Integer),
    sa.Column("packets_lost", sa.Integer),
    sa.Column("lost_there", sa.Integer),
    sa.Column("jitter", sa.Float),
    sa.Column("jitter_there", sa.Float),
    sa.Column("round_trip", sa.Float),
    sa.Column("node", sa.String(80), nullable=False, server_default=""),
    sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
)
sa.Index("ix_calls_contact_arrived", calls.c.contact_id, calls.c.arrived_at)

call_lines = sa.Table(
    "call_lines",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("call_id", ID, sa.ForeignKey(calls.c.id), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("speaker", NAME, nullable=False),
    sa.Column("text", SealedText("call_lines.text"), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("heard_by", sa.String(80), nullable=False),
    sa.Column("why", sa.String(120), server_default="", nullable=False),
)

_LINKS = {"contact": "contact_id", "case": "case_id", "promise": "promise_id", "call": "call_id"}
_FIELDS = {column: name for name, column in _LINKS.items()}


def _row(value: CallRecord | CallLine) -> dict[str, Any]:
    return {_LINKS.get(name, name): content for name, content in asdict(value).items()}


def to_call(row: sa.Row[Any]) -> CallRecord:
    """A row of `calls` as a value."""
    return CallRecord(**_values(row))


def _to_line(row: sa.Row[Any]) -> CallLine:
    values = _values(row)
    del values["position"]
    return CallLine(**values | {"speaker": Speaker(values["speaker"])})


def _values(row: sa.Row[Any]) -> dict[str, Any]:
    return {_FIELDS.get(name, name): content for name, content in row._asdict().items()}


class SqlCallReader:
    """`CallReader` on a connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def call(self, call: str, *, lock: bool = False) -> CallRecord | None:
        query = calls.select().where(calls.c.id == call)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).one_or_none()
        return to_call(row) if row else None

    async def calls(self, contact: str, limit: int | None) -> tuple[CallRecord, ...]:
        query = calls.select().where(calls.c.contact_id == contact)
        query = query.order_by(calls.c.arrived_at.desc(), calls.c.id).limit(limit)
        return tuple(to_call(row) for row in await self.connection.execute(query))

    async def unfinished(self, node: str) -> tuple[CallRecord, ...]:
        query = calls.select().where(calls.c.ended_at.is_(None), calls.c.node == node).order_by(calls.c.id)
        return tuple(to_call(row) for row in await self.connection.execute(query))

    async def lines(self, call: str) -> tuple[CallLine, ...]:
        query = call_lines.select().where(call_lines.c.call_id == call).order_by(call_lines.c.position)
        return tuple(_to_line(row) for row in await self.connection.execute(query))

    async def ended_before(
        self, before: datetime, tier: str, part: CallPart, after: str, limit: int
    ) -> tuple[CallRecord, ...]:
        query = calls.select().where(calls.c.tier == tier, calls.c.ended_at < before, calls.c.id > after)
        if part is CallPart.RECORDING:
            query = query.where(calls.c.recording.is_not(None))
        elif part is CallPart.TRANSCRIPT:
            query = query.where(sa.exists().where(call_lines.c.call_id == calls.c.id))
        query = query.order_by(calls.c.id).limit(limit)
        return tuple(to_call(row) for row in await self.connection.execute(query))


class SqlCallUnit(SqlCallReader):
    """`CallUnit` on a unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        super().__init__(work.connection)
        self._work = work

    async def add(self, call: CallRecord) -> None:
        if await self.call(call.id) is not None:
            raise known_already(call.id)
        await self.connection.execute(calls.insert().values(_row(call)))

    async def change(self, call: CallRecord) -> None:
        await self.connection.execute(calls.update().where(calls.c.id == call.id).values(_row(call)))

    async def add_line(self, line: CallLine) -> None:
        await self.connection.execute(call_lines.insert().values(_row(line)))

    async def remove_lines(self, call: str) -> None:
        await self.connection.execute(call_lines.delete().where(call_lines.c.call_id == call))

    async def remove(self, call: str) -> None:
        await self.remove_lines(call)
        await self.connection.execute(calls.delete().where(calls.c.id == call))

    async def tell(self, event: Event) -> None:
        await self._work.tell(event)


class SqlCalls:
    """`CallStore` on the program's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[SqlCallUnit]:
        async with self._database.unit_of_work() as work:
            yield SqlCallUnit(work)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlCallReader]:
        async with self._database.reading() as connection:
            yield SqlCallReader(connection)
