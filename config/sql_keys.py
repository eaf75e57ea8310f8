"""Which keys a database needs, so that one without them is refused before anything is read or written."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from config.database import Database, UtcDateTime, metadata
from config.encryption import Keyring, missing_keys
from config.sql_sealed import use_keys

#: The keys that something kept here may be encrypted with, by their ids: texts, and the recordings of these calls.
encryption_keys = sa.Table(
    "encryption_keys",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False),
)


async def unlock(database: Database, keyring: Keyring) -> None:
    """Use these keys from now on. Raises `EncryptionFault` where one is missing that something was encrypted with."""
    needed = await keys_needed(database)
    if missing := needed - keyring.ids:
        raise missing_keys(missing)
    if keyring.current is not None and keyring.current.id.hex() not in needed:
        async with database.unit_of_work() as work:
            on_postgresql = work.connection.dialect.name == "postgresql"
            insert = (postgresql.insert if on_postgresql else sqlite.insert)(encryption_keys)
            row = {"id": keyring.current.id.hex(), "since": database.clock.now()}
            await work.connection.execute(insert.values(row).on_conflict_do_nothing())
    use_keys(database, keyring)


async def keys_needed(database: Database) -> frozenset[str]:
    """The ids of every key that something may be encrypted with; none in a database of an older program."""
    async with database.reading() as connection:
        there = await connection.run_sync(lambda sync: sa.inspect(sync).has_table(encryption_keys.name))
        return await _known(connection) if there else frozenset()


async def forget_other_keys(database: Database, kept: str) -> frozenset[str]:
    """Nothing is encrypted with any key but this one any more; the ids of those that were forgotten."""
    async with database.unit_of_work() as work:
        gone = await _known(work.connection) - {kept}
        await work.connection.execute(encryption_keys.delete().where(encryption_keys.c.id != kept))
    return gone


async def _known(connection: AsyncConnection) -> frozenset[str]:
    return frozenset(await connection.scalars(sa.select(encryption_keys.c.id)))
