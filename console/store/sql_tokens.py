"""`TokenStore` in the database: the table `api_tokens`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime, metadata
from console.identity.scopes import Scope
from console.identity.tokens import ApiToken

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("owner", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("expires", UtcDateTime, nullable=False),
    sa.Column("last_used", UtcDateTime, nullable=True),
    sa.Column("revoked_at", UtcDateTime, nullable=True),
)


class SqlTokens:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: ApiToken, digest: str) -> None:
        values = {
            "id": token.id,
            "digest": digest,
            "name": token.name,
            "owner": token.owner,
            "scopes": [scope.value for scope in token.scopes],
            "made_by": token.made_by,
            "made_at": token.made_at,
            "expires": token.expires,
            "last_used": token.last_used,
            "revoked_at": token.revoked_at,
        }
        async with self._database.unit_of_work() as work:
            await work.connection.execute(api_tokens.insert().values(**values))

    async def find(self, digest: str) -> ApiToken | None:
        return await self._one(api_tokens.c.digest == digest)

    async def token(self, token_id: str) -> ApiToken | None:
        return await self._one(api_tokens.c.id == token_id)

    async def all(self, owner: str | None = None) -> tuple[ApiToken, ...]:
        query = sa.select(api_tokens).order_by(api_tokens.c.made_at.desc(), api_tokens.c.id)
        if owner is not None:
            query = query.where(api_tokens.c.owner == owner)
        async with self._database.reading() as connection:
            return tuple(_token(row) for row in await connection.execute(query))

    async def used(self, token_id: str, at: datetime) -> None:
        await self._change(api_tokens.update().where(api_tokens.c.id == token_id).values(last_used=at))

    async def revoke(self, token_id: str, at: datetime) -> None:
        still = api_tokens.c.revoked_at.is_(None)
        await self._change(api_tokens.update().where(api_tokens.c.id == token_id, still).values(revoked_at=at))

    async def forget(self, owner: str) -> None:
        await self._change(api_tokens.delete().where(api_tokens.c.owner == owner))

    async def _one(self, condition: sa.ColumnElement[bool]) -> ApiToken | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(api_tokens).where(condition))).first()
            return _token(row) if row else None

    async def _change(self, statement: sa.Update | sa.Delete) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(statement)


def _token(row: sa.Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        owner=row.owner,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        made_by=row.made_by,
        made_at=row.made_at,
        expires=row.expires,
        last_used=row.last_used,
        revoked_at=row.revoked_at,
    )
