"""`UserStore` in memory, for tests and demonstrations."""

from __future__ import annotations

from datetime import datetime

from config.errors import NotFound
from console.users import User


class MemoryUsers:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._users: dict[str, tuple[User, str]] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}

    async def all(self) -> tuple[User, ...]:
        return tuple(self._users[key][0] for key in sorted(self._users))

    async def user(self, user_id: str) -> User | None:
        kept = self._users.get(user_id)
        return kept[0] if kept else None

    async def password_hash(self, user_id: str) -> str | None:
        kept = self._users.get(user_id)
        return kept[1] if kept else None

    async def save(self, user: User, password_hash: str) -> None:
        self._users[user.id] = (user, password_hash)
        self._close_sessions_of(user.id)

    async def remove(self, user_id: str) -> None:
        if self._users.pop(user_id, None) is None:
            raise NotFound(f"there is no user {user_id}")
        self._close_sessions_of(user_id)

    async def open_session(self, digest: str, user_id: str, expires: datetime) -> None:
        self._sessions[digest] = (user_id, expires)

    async def session_user(self, digest: str, now: datetime) -> User | None:
        user_id, expires = self._sessions.get(digest, ("", now))
        return await self.user(user_id) if now < expires else None

    async def close_session(self, digest: str) -> None:
        self._sessions.pop(digest, None)

    async def close_expired(self, now: datetime) -> None:
        self._sessions = {digest: kept for digest, kept in self._sessions.items() if now < kept[1]}

    def _close_sessions_of(self, user_id: str) -> None:
        self._sessions = {digest: kept for digest, kept in self._sessions.items() if kept[0] != user_id}
