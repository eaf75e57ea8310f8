"""Tokens of the API: made by people for programs, with scopes and an end. The secret is shown once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from config.clock import Clock
from config.errors import NotFound, Refused
from config.ids import new_id
from console.audit import Audit, Did
from console.errors import Forbidden, NotSignedIn
from console.identity.scopes import Scope, actions_of
from console.identity.users import RIGHTS, Action, Reach, User, may
from console.ports import UserStore

log = structlog.get_logger(__name__)

#: What every secret begins with, so that people and scanners of leaked secrets know it when they see it.
PREFIX = "hlt_"

_SECRET_BYTES = 32
_LONGEST = timedelta(days=366)
_LONGEST_NAME = 80
_MOST_OF_ONE_OWNER = 50

#: The last use is written at most this often.
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token without its secret. `owner` is the person in whose name it acts, `made_by` who made it."""

    id: str
    name: str
    owner: str
    scopes: tuple[Scope, ...]
    made_by: str
    made_at: datetime
    expires: datetime
    last_used: datetime | None = None
    revoked_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and now < self.expires


class TokenStore(Protocol):
    """Tokens under the digests of their secrets."""

    async def add(self, token: ApiToken, digest: str) -> None:
        """Keep a new token."""

    async def find(self, digest: str) -> ApiToken | None:
        """The token whose secret has this digest, or None."""

    async def token(self, token_id: str) -> ApiToken | None:
        """The token, or None."""

    async def all(self, owner: str | None = None) -> tuple[ApiToken, ...]:
        """The newest first; of one owner where one is named."""

    async def used(self, token_id: str, at: datetime) -> None:
        """Note the last use."""

    async def revoke(self, token_id: str, at: datetime) -> None:
        """It opens nothing from now on; the first revocation stands."""

    async def forget(self, owner: str) -> None:
        """Drop everything of one owner."""


class Tokens:
    """Makes, resolves and revokes tokens. The store keeps a keyed digest, as of sessions."""

    def __init__(self, store: TokenStore, users: UserStore, audit: Audit, clock: Clock, secret: str) -> None:
        self._store = store
        self._users = users
        self._audit = audit
        self._clock = clock
        self._secret = secret.encode()

    async def make(
        self, by: User, name: str, scopes: Iterable[Scope], lasts: timedelta, owner: str | None = None
    ) -> tuple[ApiToken, str]:
        """A new token and its secret, which nobody can find out again.

        It acts in the name of `owner`, by default of who makes it; only who manages people may name somebody else.
        `Forbidden` for others, `NotFound` for an unknown owner, `Refused` when name, scopes or time are not possible.
        """
        person = await self._owner(by, owner or by.id)
        wanted = tuple(sorted(set(scopes)))
        _check(person, name, wanted, lasts)
        now = self._clock.now()
        if sum(token.counts(now) for token in await self._store.all(person.id)) >= _MOST_OF_ONE_OWNER:
            raise Refused(f"{person.id} has {_MOST_OF_ONE_OWNER} tokens", remedy="revoke those that are not needed")
        token = ApiToken(new_id(), name.strip(), person.id, wanted, by.id, now, now + lasts)
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        await self._store.add(token, self._digest(secret))
        await self._audit.note(by.id, Did.TOKEN_MADE, person.id, f"{token.name}: {' '.join(wanted)}")
        log.info("token_made", token=token.id, owner=person.id, by=by.id)
        return token, secret

    async def all(self, by: User) -> tuple[ApiToken, ...]:
        """The newest first: everyone's for those who manage people, one's own for others."""
        _need_a_person(by)
        return await self._store.all(None if may(by, Action.MANAGE_PEOPLE) else by.id)

    async def revoke(self, by: User, token_id: str) -> None:
        """The token opens nothing from now on. `NotFound` when it is unknown, or somebody else's."""
        _need_a_person(by)
        token = await self._store.token(token_id)
        if token is None or (token.owner != by.id and not may(by, Action.MANAGE_PEOPLE)):
            raise NotFound("there is no such token", remedy="see the list of tokens")
        await self._store.revoke(token_id, self._clock.now())
        await self._audit.note(by.id, Did.TOKEN_REVOKED, token.owner, token.name)
        log.info("token_revoked", token=token_id, by=by.id)

    async def principal(self, secret: str) -> User:
        """The owner as they are now, with no more than the token's scopes. `NotSignedIn` when the token is unknown,
        revoked or expired, or its owner is gone, locked, or has not set a password of their own yet."""
        now = self._clock.now()
        token = await self._store.find(self._digest(secret))
        owner = await self._users.user(token.owner) if token is not None and token.counts(now) else None
        if token is None or owner is None or owner.locked or owner.must_change:
            raise NotSignedIn("the token is not valid", remedy="make another on the page Tokens")
        if token.last_used is None or now - token.last_used >= _USE_NOTED_EVERY:
            await self._store.used(token.id, now)
        return replace(owner, scopes=actions_of(token.scopes))

    async def _owner(self, by: User, owner: str) -> User:
        _need_a_person(by)
        if owner == by.id:
            return by
        if not may(by, Action.MANAGE_PEOPLE):
            raise Forbidden("you may make tokens for yourself only", remedy="ask an admin")
        person = await self._users.user(owner)
        if person is None:
            raise NotFound(f"there is no user {owner}", remedy="see the page People")
        return person

    def _digest(self, secret: str) -> str:
        return hmac.new(self._secret, secret.encode(), hashlib.sha256).hexdigest()


def _need_a_person(by: User) -> None:
    """A token makes and sees no tokens, whatever its scopes."""
    if not may(by, Action.MANAGE_SELF):
        raise Forbidden("only a person who signed in may manage tokens", remedy="sign in to the console")


def _check(owner: User, name: str, scopes: tuple[Scope, ...], lasts: timedelta) -> None:
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise Refused("the token needs a name", remedy=f"say what it is for, in up to {_LONGEST_NAME} characters")
    if not scopes:
        raise Refused("the token needs a scope", remedy="choose at least one")
    if not timedelta(0) < lasts <= _LONGEST:
        raise Refused("the token would last too long, or not at all", remedy=f"choose 1 to {_LONGEST.days} days")
    for scope in scopes:
        if all(RIGHTS[action][owner.role] is Reach.NONE for action in actions_of((scope,))):
            raise Refused(f"{scope} is more than a person who is {owner.role} may do", remedy="leave it out")
