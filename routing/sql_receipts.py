"""Receipts in the database, and what led to them: what is searched for as columns, the whole as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from config.database import Database, UtcDateTime, metadata
from config.errors import DatabaseFault
from config.events import Event
from routing.receipts import Receipt
from routing.replay import FloorOpened, Recorded, as_json, from_json

receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("work", sa.String(64), nullable=False, index=True),
    sa.Column("agent", sa.String(40), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("file_version", sa.String(64), nullable=False),
    sa.Column("receipt", sa.JSON, nullable=False),
)

floor_changes = sa.Table(
    "floor_changes",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("what", sa.JSON, nullable=False),
    # Where several nodes share the floor: who submitted it, by which name.
    sa.Column("node", sa.String(80), nullable=False, server_default=""),
    sa.Column("submission", sa.String(32)),
)
sa.Index("ix_floor_changes_submission", floor_changes.c.submission, unique=True)

_RECEIPT = TypeAdapter(Receipt)
_OPENING = FloorOpened.__name__


class SqlReceipts:
    """The `ReceiptStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, kept: Sequence[Receipt], events: Sequence[Event], recorded: Sequence[Recorded] = ()) -> None:
        try:
            async with self._database.unit_of_work() as work:
                if kept:
                    await work.connection.execute(receipts.insert(), [receipt_row(receipt) for receipt in kept])
                if recorded:
                    await work.connection.execute(floor_changes.insert(), [change_row(each) for each in recorded])
                for event in events:
                    await work.tell(event)
        except sa.exc.SQLAlchemyError as fault:
            raise DatabaseFault(f"receipts cannot be saved: {fault}") from fault

    async def of_work(self, work_id: str) -> tuple[Receipt, ...]:
        query = sa.select(receipts.c.receipt).where(receipts.c.work == work_id).order_by(receipts.c.position)
        return await self._read(query)

    async def latest(self, count: int) -> tuple[Receipt, ...]:
        return await self._read(sa.select(receipts.c.receipt).order_by(receipts.c.position.desc()).limit(count))

    async def recording(self, until: datetime) -> tuple[Recorded, ...]:
        told = floor_changes.c.at <= until
        opening = sa.select(sa.func.max(floor_changes.c.position)).where(told, floor_changes.c.kind == _OPENING)
        query = (
            sa.select(floor_changes)
            .where(told, floor_changes.c.position >= opening.scalar_subquery())
            .order_by(floor_changes.c.position)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return tuple(from_json({"at": row.at, "kind": row.kind, "what": row.what}) for row in rows)

    async def _read(self, query: sa.Select[tuple[Any]]) -> tuple[Receipt, ...]:
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return tuple(_RECEIPT.validate_python(row.receipt) for row in rows)


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    """As it is kept."""
    return {
        "at": receipt.at,
        "work": receipt.work,
        "agent": receipt.agent,
        "score": receipt.score,
        "file_version": receipt.file_version,
        "receipt": _RECEIPT.dump_python(receipt, mode="json"),
    }


def change_row(recorded: Recorded) -> dict[str, Any]:
    """As it is kept."""
    return as_json(recorded) | {"at": recorded.at}
