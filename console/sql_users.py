"""`UserStore` in the database: tables `users` and `sessions`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime, metadata
from config.errors import NotFound
from console.users import Role, User

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("agent", sa.String(40), nullable=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expires", UtcDateTime, nullable=False),
)

_PERSON = (users.c.id, users.c.name, users.c.role, users.c.agent)


class SqlUsers:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[User, ...]:
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(*_PERSON).order_by(users.c.id))
            return tuple(_user(row) for row in rows)

    async def user(self, user_id: str) -> User | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(*_PERSON).where(users.c.id == user_id))).first()
            return _user(row) if row else None

    async def password_hash(self, user_id: str) -> str | None:
        async with self._database.reading() as connection:
            kept: str | None = await connection.scalar(sa.select(users.c.password_hash).where(users.c.id == user_id))
            return kept

    async def save(self, user: User, password_hash: str) -> None:
        values = {"name": user.name, "role": user.role.value, "agent": user.agent, "password_hash": password_hash}
        async with self._database.unit_of_work() as work:
            changed = await work.connection.execute(users.update().where(users.c.id == user.id).values(**values))
            if changed.rowcount == 0:
                await work.connection.execute(users.insert().values(id=user.id, **values))
            await work.connection.execute(sessions.delete().where(sessions.c.user_id == user.id))

    async def remove(self, user_id: str) -> None:
        async with self._database.unit_of_work() as work:
            gone = await work.connection.execute(users.delete().where(users.c.id == user_id))
            if gone.rowcount == 0:
                raise NotFound(f"there is no user {user_id}")

    async def open_session(self, digest: str, user_id: str, expires: datetime) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.insert().values(digest=digest, user_id=user_id, expires=expires))

    async def session_user(self, digest: str, now: datetime) -> User | None:
        query = sa.select(*_PERSON).join(sessions).where(sessions.c.digest == digest).where(sessions.c.expires > now)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
            return _user(row) if row else None

    async def close_session(self, digest: str) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.delete().where(sessions.c.digest == digest))

    async def close_expired(self, now: datetime) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.delete().where(sessions.c.expires <= now))


def _user(row: sa.Row[str, str, str, str | None]) -> User:
    user_id, name, role, agent = row
    return User(user_id, name, Role(role), agent)
