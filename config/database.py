"""The database: one engine, one `metadata` for all rooms' tables, and the unit of work.

A room's `sql_*` modules declare tables on `metadata` and take the unit of work's connection. Times are stored as
aware UTC (`UtcDateTime`), structured values as JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event, Events
from config.ids import new_id
from config.sqlite_connections import SqliteConnections

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_READING = "hotline_reading"
#: Where nodes tell each other of events: who tells, and the ids in the outbox. A note may have 8,000 bytes.
EVENTS_CHANNEL = "hotline_events"
_NAMES_IN_A_NOTE = 200
#: A server that restarts, or whose place another takes, is waited for: nothing has begun yet that could be lost.
_PATIENCE_SECONDS = 20.0
_TRY_AGAIN_SECONDS = 0.25


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. Naive datetimes are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("noun", sa.String(40), nullable=False),
    sa.Column("verb", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=True),
)
sa.Index(
    "ix_outbox_unsent",
    outbox.c.position,
    sqlite_where=outbox.c.sent_at.is_(None),
    postgresql_where=outbox.c.sent_at.is_(None),
)
sa.Index("ix_outbox_at", outbox.c.at)
sa.Index("ix_outbox_subject", outbox.c.subject, outbox.c.position)


class UnitOfWork:
    """One transaction: what `connection` changes and what is told by `tell` commit together, or not at all."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.told: list[Event] = []
        self.told_ids: list[str] = []

    async def tell(self, event: Event) -> None:
        """Save the event in the outbox; it is published once the transaction has committed."""
        name = new_id()
        await self.connection.execute(
            outbox.insert().values(
                id=name, noun=event.noun, verb=event.verb, subject=event.subject, at=event.at, data=event.data()
            )
        )
        self.told.append(event)
        self.told_ids.append(name)


class Database:
    """An engine for SQLite (`sqlite+aiosqlite:///…`) or PostgreSQL (`postgresql+psycopg://…`)."""

    def __init__(self, url: str, events: Events, clock: Clock) -> None:
        self._sqlite = SqliteConnections()
        try:
            address = sa.make_url(url)
            opening = {"async_creator_fn": self._sqlite.open} if address.get_backend_name() == "sqlite" else {}
            self.engine: AsyncEngine = create_async_engine(
                address,
                json_serializer=_to_json,
                connect_args=opening,
                pool_pre_ping=address.get_backend_name() == "postgresql",
            )
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as fault:
            raise DatabaseFault(
                f"the database address cannot be read: {fault}",
                where="HOTLINE_DATABASE_URL",
                remedy="use sqlite+aiosqlite:///PATH or postgresql+psycopg://USER@HOST/NAME",
            ) from fault
        self.clock = clock
        self.events = events
        self.node = ""  # of several that share a PostgreSQL
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """A transaction that commits at the end of the block; its events are published after the commit."""
        with _reachable():
            async with AsyncExitStack() as closing:
                connection = await self._connect(closing)
                await closing.enter_async_context(connection.begin())
                work = UnitOfWork(connection)
                yield work
                await self._tell_other_nodes(work)
        for event in work.told:
            await self.events.publish(event)

    async def _tell_other_nodes(self, work: UnitOfWork) -> None:
        """They hear of it when the transaction has committed, and look it up."""
        for first in range(0, len(work.told_ids) if self.node else 0, _NAMES_IN_A_NOTE):
            note = ",".join([self.node, *work.told_ids[first : first + _NAMES_IN_A_NOTE]])
            await work.connection.execute(sa.select(sa.func.pg_notify(EVENTS_CHANNEL, note)))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with; nothing done through it is kept."""
        with _reachable():
            async with AsyncExitStack() as closing:
                connection = await self._connect(closing)
                await connection.execution_options(**{_READING: True})
                yield connection

    async def _connect(self, closing: AsyncExitStack) -> AsyncConnection:
        """A connection that answers. A PostgreSQL that does not is asked again for a while."""
        patience = _PATIENCE_SECONDS if self.engine.dialect.name == "postgresql" else 0.0
        give_up = self.clock.monotonic() + patience
        while True:
            try:
                return await closing.enter_async_context(self.engine.connect())
            except (sa.exc.OperationalError, sa.exc.InterfaceError):
                if self.clock.monotonic() >= give_up:
                    raise
            await self.clock.sleep(_TRY_AGAIN_SECONDS)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Of all the nodes that share a PostgreSQL one is in such a block; SQLite is of one machine alone."""
        if self.engine.dialect.name != "postgresql":
            yield
            return
        with _reachable():
            async with AsyncExitStack() as closing:
                connection = await self._connect(closing)
                await closing.enter_async_context(connection.begin())
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(advisory_key("alone"))))
                yield

    async def create_tables(self) -> None:
        """Every table as the code declares it; for tests. Programs upgrade by migrations."""
        async with self.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def close(self) -> None:
        """Give back every connection; those that were cut off too have ended then."""
        await self.engine.dispose()
        await self._sqlite.ended()


def advisory_key(name: str) -> int:
    """The key of an advisory lock of PostgreSQL: 64 bits, here never negative."""
    return int.from_bytes(hashlib.sha256(f"hotline:{name}".encode()).digest()[:8], "big") >> 1


@contextmanager
def _reachable() -> Iterator[None]:
    """A database that is away, locked or full is a `DatabaseFault`; broken constraints stay what they are."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as fault:
        raise DatabaseFault(
            f"the database does not answer: {fault.orig}", remedy="hotline doctor looks into it"
        ) from fault


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Write-ahead log, foreign keys, waiting instead of failing, and write locks taken at the start of a transaction.

    A transaction that starts by reading and then writes would fail at once when another wrote meanwhile; `BEGIN
    IMMEDIATE` makes it wait its turn. (https://sqlite.org/lang_transaction.html)
    """

    @sa.event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
