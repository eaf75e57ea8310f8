"""Signing in and out, one's own password, and the first admin. No password is built in."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from dataclasses import replace

import structlog

from config.clock import Clock
from config.errors import Refused
from console.audit import Audit, Did, Outcome
from console.errors import NotSignedIn, PasswordRefused, PasswordToBeChanged
from console.identity.attempts import Attempts
from console.identity.passwords import NOBODY, generate, hash_again, hash_password, is_weaker, matches
from console.identity.sessions import SEEN_EVERY, SESSION_LASTS, OpenSession
from console.identity.tokens import PREFIX, Tokens
from console.identity.users import Role, User
from console.ports import UserStore
from console.web.source import masked

log = structlog.get_logger(__name__)

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

#: Each check of a password takes 64 MiB and a core.
_CHECKS_AT_ONCE = 2


class SignIn:
    """Turns a name and a password into a token, and a token into a person.

    The store keeps only a keyed digest of a token: who reads the database cannot use what is there, and who writes
    it cannot make sessions without the secret.
    """

    def __init__(
        self, users: UserStore, clock: Clock, secret: str, audit: Audit | None = None, tokens: Tokens | None = None
    ) -> None:
        """Without an `audit` nothing is written down; without `tokens` those of the API open nothing."""
        self._users = users
        self._clock = clock
        self._secret = secret.encode()
        self._audit = audit
        self._tokens = tokens
        self._attempts = Attempts()
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def sign_in(self, user_id: str, password: str, source: str) -> str:
        """A new token, never one that was known before. `source` is where the request comes from.

        `NotSignedIn` when name and password do not match or the person is locked, `TooManyFailures` after many of
        these.
        """
        user = await self._proved(user_id, password, source)
        token = await self._open(user.id, source)
        await self._note(user.id, Did.SIGNED_IN, user.id)
        log.info("signed_in", user=user.id)
        return token

    async def user_of(self, token: str) -> User:
        """The person whose token it is: of a session, or one of the API. `NotSignedIn` when it is unknown, ended or
        expired, `PasswordToBeChanged` when the person has to do that first."""
        if token.startswith(PREFIX) and self._tokens is not None:
            return await self._tokens.principal(token)
        user = (await self._session(token))[1]
        if user.must_change:
            raise PasswordToBeChanged
        return user

    async def person_of(self, token: str) -> User:
        """Whose session it is, even of one who has to change their password: for the page where that is done."""
        return (await self._session(token))[1]

    async def sign_out(self, token: str) -> None:
        """The session is over; nothing happens when it was before."""
        digest = self._digest(token)
        found = await self._users.session(digest)
        if found is not None:
            await self._users.close_session(digest)
            await self._note(found[1].id, Did.SIGNED_OUT, found[1].id)

    async def change_password(self, token: str, old: str, new: str, source: str) -> str:
        """A password of the person's own; ends all of their sessions and gives the token of a new one.

        `PasswordRefused` when the old password is wrong or the new one is no good; wrong ones count as failures to
        sign in.
        """
        user = await self.person_of(token)
        try:
            await self._proved(user.id, old, source)
        except NotSignedIn as fault:
            remedy = "try again, or ask an admin for a new one"
            raise PasswordRefused("wrong-old", "the old password is wrong", remedy) from fault
        if old == new:
            raise PasswordRefused("same", "the new password is the old one", "choose another")
        async with self._checks:
            hashed = await asyncio.to_thread(hash_password, new, user.id)
        await self._users.set_password(user.id, hashed, must_change=False)
        await self._note(user.id, Did.PASSWORD_CHANGED, user.id)
        return await self._open(user.id, source)

    async def sessions(self, user: User) -> tuple[OpenSession, ...]:
        """The person's sessions that still count, the newest first."""
        now = self._clock.now()
        return tuple(session for session in await self._users.sessions_of(user.id) if session.counts(now))

    async def end_session(self, user: User, digest: str) -> None:
        """End one of the person's own sessions; nothing happens when there is none."""
        if any(session.digest == digest for session in await self._users.sessions_of(user.id)):
            await self._users.close_session(digest)
            await self._note(user.id, Did.SESSION_ENDED, user.id)

    def is_of(self, token: str, session: OpenSession) -> bool:
        """Whether this is the session of the token."""
        return hmac.compare_digest(self._digest(token), session.digest)

    async def _proved(self, user_id: str, password: str, source: str) -> User:
        """The person, whose password it is. A weaker hash than today's is made anew."""
        now = self._clock.now()
        self._attempts.begin(user_id, source, now)
        kept = await self._users.password_hash(user_id)
        async with self._checks:
            right = await asyncio.to_thread(matches, password, kept or NOBODY)
        user = await self._users.user(user_id)
        if kept is None or user is None or not right or user.locked:
            # What was typed as a name may be a password: only names that exist are written down.
            await self._note("", Did.SIGN_IN_FAILED, user_id if kept else "", Outcome.REFUSED)
            log.warning("sign_in_failed", source=masked(source))
            raise NotSignedIn("the name or the password is wrong", remedy="check both; an admin can set a new password")
        self._attempts.succeeded(user_id, source)
        if is_weaker(kept):
            async with self._checks:
                await self._users.rehash(user_id, kept, await asyncio.to_thread(hash_again, password))
        return user

    async def _open(self, user_id: str, source: str) -> str:
        now = self._clock.now()
        await self._users.close_expired(now)
        token = secrets.token_urlsafe(32)
        opened = OpenSession(self._digest(token), user_id, now, now + SESSION_LASTS, now, masked(source))
        await self._users.open_session(opened)
        return token

    async def _session(self, token: str) -> tuple[OpenSession, User]:
        now = self._clock.now()
        found = await self._users.session(self._digest(token)) if token else None
        if found is None or found[1].locked or not found[0].counts(now):
            raise NotSignedIn("you are not signed in", remedy="sign in again")
        if now - found[0].seen >= SEEN_EVERY:
            await self._users.seen(found[0].digest, now)
        return found

    async def _note(self, by: str, what: Did, subject: str, outcome: Outcome = Outcome.DONE) -> None:
        if self._audit is not None:
            await self._audit.note(by, what, subject, outcome=outcome)

    def _digest(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()


def check_user_id(user_id: str) -> None:
    """`Refused` unless one can sign in by this name."""
    if not _USER_ID.fullmatch(user_id):
        raise Refused(f"{user_id!r} cannot be a user's name", remedy="use small letters, digits and . _ -")


async def add_user(store: UserStore, user: User, password: str) -> None:
    """Add a person, or set a new password, name, role and agent; ends their sessions."""
    check_user_id(user.id)
    await store.save(user, await asyncio.to_thread(hash_password, password))


async def ensure_first_admin(store: UserStore) -> str | None:
    """When there is nobody yet, add `admin` and return the generated password, to be shown once and to be changed at
    the first sign-in; else None."""
    if await store.all():
        return None
    password = generate()
    await add_user(store, replace(User("admin", "Admin", Role.ADMIN), must_change=True), password)
    return password
