"""`Versions` in the database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from config.database import Database, UtcDateTime, metadata
from config.versions import Version, VersionConflict, next_version, no_such_version, publication

hotline_versions = sa.Table(
    "hotline_versions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.Column("sha", sa.String(64), nullable=False),
)


class SqlVersions:
    """Rows are only ever added. The number is the primary key, so of two publishers at once one must fail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> Version | None:
        async with self._database.reading() as connection:
            return await _newest(connection)

    async def get(self, number: int) -> Version:
        async with self._database.reading() as connection:
            found = await _by_number(connection, number)
        if found is None:
            raise no_such_version(number)
        return found

    async def history(self) -> tuple[Version, ...]:
        async with self._database.reading() as connection:
            rows = await connection.execute(hotline_versions.select().order_by(hotline_versions.c.number.desc()))
            return tuple(_version(row) for row in rows)

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        try:
            async with self._database.unit_of_work() as work:
                current = await _newest(work.connection)
                if current is not None and current.number != base:
                    raise await _conflict(work.connection, base, current, text)
                version = next_version(current, text, author, reason, self._database.clock.now())
                await work.connection.execute(
                    hotline_versions.insert().values(
                        number=version.number,
                        text=version.text,
                        author=version.author,
                        reason=version.reason,
                        published_at=version.published_at,
                        sha=version.sha,
                    )
                )
                await work.tell(publication(version))
        except sa.exc.IntegrityError:  # another process took the number between our reading and writing
            async with self._database.reading() as connection:
                current = await _newest(connection)
                if current is None:
                    raise
                raise await _conflict(connection, base, current, text) from None
        return version


async def _newest(connection: AsyncConnection) -> Version | None:
    row = (
        await connection.execute(hotline_versions.select().order_by(hotline_versions.c.number.desc()).limit(1))
    ).first()
    return _version(row) if row else None


async def _by_number(connection: AsyncConnection, number: int) -> Version | None:
    row = (await connection.execute(hotline_versions.select().where(hotline_versions.c.number == number))).first()
    return _version(row) if row else None


async def _conflict(connection: AsyncConnection, base: int | None, current: Version, text: str) -> VersionConflict:
    return VersionConflict(None if base is None else await _by_number(connection, base), current, text)


def _version(row: sa.Row[tuple[object, ...]]) -> Version:
    return Version(row.number, row.text, row.author, row.reason, row.published_at, row.sha)
