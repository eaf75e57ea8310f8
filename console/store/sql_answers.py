"""`Answers` in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from config.database import Database, UnitOfWork, UtcDateTime, metadata
from console.web.idempotency import KEPT_FOR, Answer, Kept

kept_answers = sa.Table(
    "kept_answers",
    metadata,
    sa.Column("person", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False, index=True),
    sa.Column("status", sa.Integer),  # null: not answered yet
    sa.Column("headers", sa.JSON),
    sa.Column("body", sa.LargeBinary),
)


class SqlAnswers:
    """`Answers` on the program's database: the key is the primary one, so of two requests one has to wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, person: str, key: str, digest: str, now: datetime) -> Kept | None:
        async with self._database.unit_of_work() as work:
            await _forget_over(work, now)
            on_postgresql = work.connection.dialect.name == "postgresql"
            insert = (postgresql.insert if on_postgresql else sqlite.insert)(kept_answers)
            row = {"person": person, "key": key, "digest": digest, "begun_at": now}
            new = insert.values(row).on_conflict_do_nothing().returning(kept_answers.c.key)
            if await work.connection.scalar(new) is not None:
                return None
            found = await work.connection.execute(kept_answers.select().where(_named(person, key)).with_for_update())
            before = _kept(found.one())
            if not before.is_dead(now):
                return before
            again = kept_answers.update().where(_named(person, key)).values(digest=digest, begun_at=now)
            await work.connection.execute(again)
        return None

    async def settle(self, person: str, key: str, answer: Answer) -> None:
        values = {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": answer.body}
        async with self._database.unit_of_work() as work:
            await work.connection.execute(kept_answers.update().where(_named(person, key)).values(values))

    async def forget(self, person: str, key: str) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(kept_answers.delete().where(_named(person, key)))

    async def forget_over(self, now: datetime) -> int:
        async with self._database.unit_of_work() as work:
            return await _forget_over(work, now)

    async def forget_about(self, names: Collection[str]) -> None:
        async with self._database.unit_of_work() as work:
            for name in names:
                await work.connection.execute(kept_answers.delete().where(_has(work, name.encode())))


def _has(work: UnitOfWork, part: bytes) -> sa.ColumnElement[bool]:
    """Whether the body has these bytes in it; each database has its own word for that."""
    if work.connection.dialect.name == "postgresql":
        return sa.func.position(sa.literal(part).op("IN")(kept_answers.c.body)) > 0
    return sa.func.instr(kept_answers.c.body, part) > 0


async def _forget_over(work: UnitOfWork, now: datetime) -> int:
    over = kept_answers.c.begun_at <= now - KEPT_FOR
    return (await work.connection.execute(kept_answers.delete().where(over))).rowcount


def _named(person: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(kept_answers.c.person == person, kept_answers.c.key == key)


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    answer = None
    if row.status is not None:
        answer = Answer(row.status, tuple((str(name), str(value)) for name, value in row.headers), row.body)
    return Kept(row.digest, row.begun_at, answer)
