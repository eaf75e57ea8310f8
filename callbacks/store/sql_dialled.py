"""`DialledDays` in the database: one row a day, which every call locks for a moment."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from callbacks.dialled import Ceiling, DialledDay, Reached, counted
from config.database import Database, UnitOfWork, UtcDateTime, metadata

dialled_days = sa.Table(
    "dialled_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("cost", sa.BigInteger, nullable=False),
    sa.Column("reached_at", UtcDateTime),
)


class SqlDialledDays:
    """SQLite writes one transaction at a time; PostgreSQL waits for the day's row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def on(self, day: date) -> DialledDay:
        async with self._database.reading() as connection:
            row = (await connection.execute(dialled_days.select().where(dialled_days.c.day == day))).first()
        return DialledDay(day) if row is None else _day(row)

    async def begin(self, day: date, ceiling: Ceiling, now: datetime) -> Reached | None:
        async with self._database.unit_of_work() as work:
            before = await _locked(work, day)
            reached = before.reached(ceiling)
            if reached is None:
                await _write(work, before, 1, 0, 0, ceiling, now)
        return reached

    async def add_minute(self, day: date, price: int, ceiling: Ceiling, now: datetime) -> None:
        async with self._database.unit_of_work() as work:
            await _write(work, await _locked(work, day), 0, 1, price, ceiling, now)


async def _locked(work: UnitOfWork, day: date) -> DialledDay:
    """The day's row, made where there is none."""
    new = {"day": day, "calls": 0, "minutes": 0, "cost": 0}
    dialect = sqlite if work.connection.dialect.name == "sqlite" else postgresql
    await work.connection.execute(dialect.insert(dialled_days).values(new).on_conflict_do_nothing())
    return _day(
        (await work.connection.execute(dialled_days.select().where(dialled_days.c.day == day).with_for_update())).one()
    )


async def _write(
    work: UnitOfWork, before: DialledDay, calls: int, minutes: int, cost: int, ceiling: Ceiling, now: datetime
) -> None:
    after, told = counted(before, calls, minutes, cost, ceiling, now)
    changed = {"calls": after.calls, "minutes": after.minutes, "cost": after.cost, "reached_at": after.reached_at}
    await work.connection.execute(dialled_days.update().where(dialled_days.c.day == after.day).values(changed))
    if told is not None:
        await work.tell(told)


def _day(row: sa.Row[tuple[date, int, int, int, datetime | None]]) -> DialledDay:
    return DialledDay(row.day, row.calls, row.minutes, row.cost, row.reached_at)
