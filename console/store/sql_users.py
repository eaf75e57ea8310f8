"""`UserStore` in the database: tables `users` and `sessions`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UnitOfWork, UtcDateTime, metadata
from config.errors import NotFound, Refused
from console.errors import LastAdmin
from console.identity.sessions import IDLE_LASTS, OpenSession
from console.identity.users import Role, User, is_active_admin

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("agent", sa.String(40), nullable=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("opened", UtcDateTime, nullable=False),
    sa.Column("expires", UtcDateTime, nullable=False),
    sa.Column("seen", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
)

_PERSON = (users.c.id, users.c.name, users.c.role, users.c.agent, users.c.locked, users.c.must_change)


class SqlUsers:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[User, ...]:
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(*_PERSON).order_by(users.c.id))
            return tuple(_user(*row) for row in rows)

    async def user(self, user_id: str) -> User | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(*_PERSON).where(users.c.id == user_id))).first()
            return _user(*row) if row else None

    async def password_hash(self, user_id: str) -> str | None:
        async with self._database.reading() as connection:
            kept: str | None = await connection.scalar(sa.select(users.c.password_hash).where(users.c.id == user_id))
            return kept

    async def save(self, user: User, password_hash: str) -> None:
        values = {**_values(user), "password_hash": password_hash}
        async with self._database.unit_of_work() as work:
            changed = await work.connection.execute(users.update().where(users.c.id == user.id).values(**values))
            if changed.rowcount == 0:
                await work.connection.execute(users.insert().values(id=user.id, **values))
            await _close_sessions_of(work, user.id)

    async def add(self, user: User, password_hash: str) -> None:
        row = {"id": user.id, **_values(user), "password_hash": password_hash}
        try:
            async with self._database.unit_of_work() as work:
                await work.connection.execute(users.insert().values(**row))
        except sa.exc.IntegrityError as fault:
            raise Refused(f"there is a user {user.id} already", remedy="choose another name to sign in with") from fault

    async def change(self, user: User) -> None:
        async with self._database.unit_of_work() as work:
            if not is_active_admin(user):
                await _need_another_admin(work, user.id)
            changed = await work.connection.execute(users.update().where(users.c.id == user.id).values(**_values(user)))
            _known(changed.rowcount, user.id)

    async def set_password(self, user_id: str, password_hash: str, *, must_change: bool) -> None:
        change = users.update().where(users.c.id == user_id)
        async with self._database.unit_of_work() as work:
            changed = await work.connection.execute(change.values(password_hash=password_hash, must_change=must_change))
            _known(changed.rowcount, user_id)
            await _close_sessions_of(work, user_id)

    async def rehash(self, user_id: str, old_hash: str, new_hash: str) -> None:
        same = users.update().where(users.c.id == user_id, users.c.password_hash == old_hash)
        async with self._database.unit_of_work() as work:
            await work.connection.execute(same.values(password_hash=new_hash))

    async def remove(self, user_id: str) -> None:
        async with self._database.unit_of_work() as work:
            await _need_another_admin(work, user_id)
            gone = await work.connection.execute(users.delete().where(users.c.id == user_id))
            _known(gone.rowcount, user_id)

    async def open_session(self, session: OpenSession) -> None:
        row = {
            "digest": session.digest,
            "user_id": session.user,
            "opened": session.opened,
            "expires": session.expires,
            "seen": session.seen,
            "source": session.source,
        }
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.insert().values(**row))

    async def session(self, digest: str) -> tuple[OpenSession, User] | None:
        query = sa.select(sessions, *_PERSON).join(users).where(sessions.c.digest == digest)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        width = len(sessions.c)
        return _session(*row[:width]), _user(*row[width:])

    async def sessions_of(self, user_id: str) -> tuple[OpenSession, ...]:
        query = sa.select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.opened.desc())
        async with self._database.reading() as connection:
            return tuple(_session(*row) for row in await connection.execute(query))

    async def seen(self, digest: str, at: datetime) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.update().where(sessions.c.digest == digest).values(seen=at))

    async def close_session(self, digest: str) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.delete().where(sessions.c.digest == digest))

    async def close_sessions_of(self, user_id: str) -> None:
        async with self._database.unit_of_work() as work:
            await _close_sessions_of(work, user_id)

    async def close_expired(self, now: datetime) -> None:
        over = sa.or_(sessions.c.expires <= now, sessions.c.seen <= now - IDLE_LASTS)
        async with self._database.unit_of_work() as work:
            await work.connection.execute(sessions.delete().where(over))


async def _close_sessions_of(work: UnitOfWork, user_id: str) -> None:
    await work.connection.execute(sessions.delete().where(sessions.c.user_id == user_id))


async def _need_another_admin(work: UnitOfWork, leaving: str) -> None:
    """Locks the admins' rows first: of two admins who demote each other at the same moment one is refused."""
    active = sa.select(users.c.id).where(users.c.role == Role.ADMIN.value, users.c.locked.is_(sa.false()))
    admins = set((await work.connection.execute(active.with_for_update())).scalars())
    if admins == {leaving}:
        raise LastAdmin


def _known(rowcount: int, user_id: str) -> None:
    if rowcount == 0:
        raise NotFound(f"there is no user {user_id}", remedy="see the page People")


def _values(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role.value,
        "agent": user.agent,
        "locked": user.locked,
        "must_change": user.must_change,
    }


def _user(user_id: str, name: str, role: str, agent: str | None, locked: bool, must_change: bool) -> User:
    return User(user_id, name, Role(role), agent, locked, must_change)


def _session(
    digest: str, user_id: str, opened: datetime, expires: datetime, seen: datetime, source: str
) -> OpenSession:
    return OpenSession(digest, user_id, opened, expires, seen, source)
