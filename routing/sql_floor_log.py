"""The log of a shared floor in PostgreSQL.

Who leads holds an advisory lock, and adds to the log through the very connection that holds it: when the connection
breaks, the server takes back both, so that there are never two (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS).
Each node holds a lock of its own by which the others see that it lives. NOTIFY wakes them all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from config.database import Database, advisory_key, metadata
from config.errors import DatabaseFault
from routing.changes import Change
from routing.floor_log import LogEntry, Told
from routing.replay import FloorOpened, Recorded, as_json, from_json
from routing.sql_receipts import change_row, floor_changes, receipt_row, receipts

floor_inbox = sa.Table(
    "floor_inbox",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("node", sa.String(80), nullable=False),
    sa.Column("submission", sa.String(32), nullable=False, unique=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("what", sa.JSON, nullable=False),
)

#: One row: who leads, for people to see, and up to where what came of the log is saved.
floor_lead = sa.Table(
    "floor_lead",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("node", sa.String(80), nullable=False),
    sa.Column("told", sa.BigInteger, nullable=False),
)

floor_nodes = sa.Table(
    "floor_nodes",
    metadata,
    sa.Column("node", sa.String(80), primary_key=True),
    sa.Column("lock", sa.BigInteger, nullable=False, unique=True),
    sa.Column("desk", sa.String(300), nullable=False),
)

_CHANNEL = "hotline_floor"
_THE_LEAD = 1
_NOTIFY = sa.select(sa.func.pg_notify(_CHANNEL, ""))
_SOON_FOUND_OUT = (
    "tcp_keepalives_idle = 1",
    "tcp_keepalives_interval = 1",
    "tcp_keepalives_count = 2",
    "tcp_user_timeout = 3000",
)
#: Until the end of the transaction. Who joins, lock in hand, and who takes away the rows of the dead, come one by one.
_NOBODY_JOINS = sa.select(sa.func.pg_advisory_xact_lock(advisory_key("nodes")))
#: The two halves of a lock's key stand in columns of their own.
_HELD = sa.text(
    "SELECT node FROM floor_nodes WHERE lock IN (SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
#: Who is submitted once stays once, also when its node asks again because it did not hear of the commit.
_ORDER = sa.text(
    "WITH taken AS (DELETE FROM floor_inbox RETURNING position, node, submission, kind, what)"
    " INSERT INTO floor_changes (at, kind, what, node, submission)"
    " SELECT :now, kind, what, node, submission FROM taken ORDER BY position"
    " ON CONFLICT (submission) DO NOTHING"
).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True)))


class SqlLogSession:
    """`LogSession` on a connection of its own."""

    def __init__(self, connection: AsyncConnection, driver: psycopg.AsyncConnection, node: str) -> None:
        self._connection = connection
        self._driver = driver
        self._node = node
        self._leads = False

    async def lead(self) -> bool:
        if not self._leads:
            with _holds():
                async with self._connection.begin():
                    lock = sa.select(sa.func.pg_try_advisory_lock(advisory_key("lead")))
                    self._leads = bool((await self._connection.execute(lock)).scalar_one())
                    if self._leads:
                        row = {"id": _THE_LEAD, "node": self._node, "told": 0}
                        insert = postgresql.insert(floor_lead).values(row)
                        ours = insert.on_conflict_do_update(index_elements=["id"], set_={"node": self._node})
                        await self._connection.execute(ours)
                        await self._connection.execute(_NOBODY_JOINS)
                        living = (await self._connection.execute(_HELD)).scalars().all()
                        dead = floor_nodes.c.node.not_in(living)
                        await self._connection.execute(floor_nodes.delete().where(dead))
        return self._leads

    async def let_go(self) -> None:
        if self._leads:
            self._leads = False
            with _holds():
                async with self._connection.begin():
                    await self._connection.execute(sa.select(sa.func.pg_advisory_unlock(advisory_key("lead"))))
                    await self._connection.execute(_NOTIFY)

    async def entries(self, after: int | None, at_most: int) -> Sequence[LogEntry]:
        since = floor_changes.c.position > after if after is not None else floor_changes.c.position >= _opening()
        query = floor_changes.select().where(since).order_by(floor_changes.c.position).limit(at_most)
        with _holds():
            async with self._connection.begin():
                rows = await self._connection.execute(query)
                return [
                    LogEntry(
                        row.position,
                        from_json({"at": row.at, "kind": row.kind, "what": row.what}),
                        row.node,
                        row.submission or "",
                    )
                    for row in rows
                ]

    async def order(self, now: datetime) -> bool:
        with _holds():
            async with self._connection.begin():
                added = (await self._connection.execute(_ORDER, {"now": now})).rowcount
                if added:
                    await self._connection.execute(_NOTIFY)
        return added > 0

    async def append(self, recorded: Sequence[Recorded]) -> None:
        with _holds():
            async with self._connection.begin():
                await self._connection.execute(floor_changes.insert(), [change_row(each) for each in recorded])
                await self._connection.execute(_NOTIFY)

    async def living(self) -> frozenset[str]:
        with _holds():
            async with self._connection.begin():
                return frozenset((await self._connection.execute(_HELD)).scalars())

    async def desks(self) -> dict[str, str]:
        query = floor_nodes.select().where(floor_nodes.c.desk != "")
        with _holds():
            async with self._connection.begin():
                return {row.node: row.desk for row in await self._connection.execute(query)}

    async def told(self) -> int:
        query = sa.select(floor_lead.c.told).where(floor_lead.c.id == _THE_LEAD)
        with _holds():
            async with self._connection.begin():
                return int((await self._connection.execute(query)).scalar_one())

    async def wait(self, seconds: float) -> None:
        with _holds():
            async for _ in self._driver.notifies(timeout=seconds, stop_after=1):
                pass


class SqlFloorLog:
    """`FloorLog` over the program's database, which has to be PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def session(self, node: str, desk: str) -> AsyncIterator[SqlLogSession]:
        with _holds():
            connection = await self._database.engine.connect()
        try:
            with _holds():
                await _join(connection, node, desk)
                driver = (await connection.get_raw_connection()).driver_connection
            if not isinstance(driver, psycopg.AsyncConnection):
                raise DatabaseFault("a floor is shared through PostgreSQL", remedy="set HOTLINE_DATABASE_URL to one")
            yield SqlLogSession(connection, driver, node)
        finally:
            # Not back to the pool: the server is to see that we are gone, and takes back the locks.
            await connection.invalidate()
            await connection.close()

    async def submit(self, node: str, submission: str, change: Change) -> None:
        value = as_json(Recorded(change, self._database.clock.now()))
        row = {"node": node, "submission": submission, "kind": value["kind"], "what": value["what"]}
        async with self._database.unit_of_work() as work:
            insert = postgresql.insert(floor_inbox).values(row).on_conflict_do_nothing()
            await work.connection.execute(insert)
            await work.connection.execute(_NOTIFY)

    async def save(self, before: int, told: Told) -> None:
        async with self._database.unit_of_work() as work:
            step = floor_lead.update().where(floor_lead.c.id == _THE_LEAD, floor_lead.c.told == before)
            moved = await work.connection.execute(step.values(told=told.position))
            if moved.rowcount == 0:
                return
            if told.receipts:
                await work.connection.execute(receipts.insert(), [receipt_row(receipt) for receipt in told.receipts])
            for event in told.events:
                await work.tell(event)


async def _join(connection: AsyncConnection, node: str, desk: str) -> None:
    key = advisory_key(node)
    async with connection.begin():
        # A machine that loses its power says no goodbye: the server is to find out within seconds.
        for setting in _SOON_FOUND_OUT:
            await connection.execute(sa.text(f"SET {setting}"))
        await connection.execute(sa.select(sa.func.pg_advisory_lock(key)))  # waits for our last connection to end
        await connection.execute(_NOBODY_JOINS)
        row = postgresql.insert(floor_nodes).values(node=node, lock=key, desk=desk)
        await connection.execute(row.on_conflict_do_nothing())
        await connection.execute(sa.text(f"LISTEN {_CHANNEL}"))


def _opening() -> sa.ScalarSelect[int]:
    opened = floor_changes.c.kind == FloorOpened.__name__
    return sa.select(sa.func.max(floor_changes.c.position)).where(opened).scalar_subquery()


@contextmanager
def _holds() -> Iterator[None]:
    try:
        yield
    except (sa.exc.DBAPIError, psycopg.Error) as fault:
        raise DatabaseFault(f"the connection to the shared floor is gone: {fault}") from fault
