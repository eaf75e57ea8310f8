"""`UserStore` in memory, for tests and demonstrations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from config.errors import NotFound, Refused
from console.errors import LastAdmin
from console.identity.sessions import OpenSession
from console.identity.users import User, is_active_admin


class MemoryUsers:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._users: dict[str, tuple[User, str]] = {}
        self._sessions: dict[str, OpenSession] = {}

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
        await self.close_sessions_of(user.id)

    async def add(self, user: User, password_hash: str) -> None:
        if user.id in self._users:
            raise Refused(f"there is a user {user.id} already", remedy="choose another name to sign in with")
        self._users[user.id] = (user, password_hash)

    async def change(self, user: User) -> None:
        before, kept = self._known(user.id)
        if not is_active_admin(user):
            self._need_another_admin(before)
        self._users[user.id] = (user, kept)

    async def set_password(self, user_id: str, password_hash: str, *, must_change: bool) -> None:
        user, _ = self._known(user_id)
        self._users[user_id] = (replace(user, must_change=must_change), password_hash)
        await self.close_sessions_of(user_id)

    async def rehash(self, user_id: str, old_hash: str, new_hash: str) -> None:
        user, kept = self._known(user_id)
        if kept == old_hash:
            self._users[user_id] = (user, new_hash)

    async def remove(self, user_id: str) -> None:
        self._need_another_admin(self._known(user_id)[0])
        del self._users[user_id]
        await self.close_sessions_of(user_id)

    async def open_session(self, session: OpenSession) -> None:
        self._sessions[session.digest] = session

    async def session(self, digest: str) -> tuple[OpenSession, User] | None:
        session = self._sessions.get(digest)
        return (session, self._users[session.user][0]) if session else None

    async def sessions_of(self, user_id: str) -> tuple[OpenSession, ...]:
        own = [session for session in self._sessions.values() if session.user == user_id]
        return tuple(sorted(own, key=lambda session: session.opened, reverse=True))

    async def seen(self, digest: str, at: datetime) -> None:
        if digest in self._sessions:
            self._sessions[digest] = replace(self._sessions[digest], seen=at)

    async def close_session(self, digest: str) -> None:
        self._sessions.pop(digest, None)

    async def close_sessions_of(self, user_id: str) -> None:
        self._keep_sessions(lambda session: session.user != user_id)

    async def close_expired(self, now: datetime) -> None:
        self._keep_sessions(lambda session: session.counts(now))

    def _keep_sessions(self, wanted: Callable[[OpenSession], bool]) -> None:
        self._sessions = {digest: session for digest, session in self._sessions.items() if wanted(session)}

    def _known(self, user_id: str) -> tuple[User, str]:
        if user_id not in self._users:
            raise NotFound(f"there is no user {user_id}", remedy="see the page People")
        return self._users[user_id]

    def _need_another_admin(self, leaving: User) -> None:
        others = (user for user, _ in self._users.values() if user.id != leaving.id)
        if is_active_admin(leaving) and not any(is_active_admin(user) for user in others):
            raise LastAdmin
