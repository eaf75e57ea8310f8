"""Signing in and out, and the first admin. No password is built in."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

import structlog

from config.clock import Clock
from config.errors import Refused
from console.errors import NotSignedIn, TooManyFailures
from console.lockout import Lockout
from console.passwords import NOBODY, generate, hash_password, matches
from console.ports import UserStore
from console.users import Role, User

log = structlog.get_logger(__name__)

#: A long shift; after it one signs in again.
SESSION_LASTS = timedelta(hours=12)

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class SignIn:
    """Turns a name and a password into a token, and a token into a person.

    The store keeps only a keyed digest of a token: who reads the database cannot use what is there, and who writes
    it cannot make sessions without the secret.
    """

    def __init__(self, users: UserStore, clock: Clock, secret: str) -> None:
        self._users = users
        self._clock = clock
        self._secret = secret.encode()
        self._lockout = Lockout()

    async def sign_in(self, user_id: str, password: str, source: str) -> str:
        """A new token, never one that was known before. `source` is where the request comes from.

        `NotSignedIn` when name and password do not match, `TooManyFailures` while locked.
        """
        now = self._clock.now()
        key = f"{source} {user_id.lower()[:64]}"
        wait = self._lockout.wait(key, now)
        if wait:
            raise TooManyFailures(int(wait.total_seconds()) + 1)
        self._lockout.tried(key, now)
        kept = await self._users.password_hash(user_id)
        right = await asyncio.to_thread(matches, password, kept or NOBODY)
        if kept is None or not right:
            log.warning("sign_in_failed", source=source)
            raise NotSignedIn("the name or the password is wrong", remedy="check both; an admin can set a new password")
        self._lockout.succeeded(key)
        await self._users.close_expired(now)
        token = secrets.token_urlsafe(32)
        await self._users.open_session(self._digest(token), user_id, now + SESSION_LASTS)
        log.info("signed_in", user=user_id)
        return token

    async def user_of(self, token: str) -> User:
        """The person whose token it is; `NotSignedIn` when it is unknown, ended or expired."""
        user = await self._users.session_user(self._digest(token), self._clock.now()) if token else None
        if user is None:
            raise NotSignedIn("you are not signed in", remedy="sign in again")
        return user

    async def sign_out(self, token: str) -> None:
        """The token is worth nothing from now on."""
        await self._users.close_session(self._digest(token))

    def _digest(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()


async def add_user(store: UserStore, user: User, password: str) -> None:
    """Add a person, or set a new password, name, role and agent; ends their sessions."""
    if not _USER_ID.fullmatch(user.id):
        raise Refused(f"{user.id!r} cannot be a user's name", remedy="use small letters, digits and . _ -")
    await store.save(user, await asyncio.to_thread(hash_password, password))


async def ensure_first_admin(store: UserStore) -> str | None:
    """When there is nobody yet, add `admin` and return the generated password, to be shown once; else None."""
    if await store.all():
        return None
    password = generate()
    await add_user(store, User("admin", "Admin", Role.ADMIN), password)
    return password
