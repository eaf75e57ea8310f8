"""Who may use the console: what admins do about people. Every change ends what the person had open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import structlog

from config.errors import NotFound, Refused
from console.audit import Audit, Did
from console.desk.service import need
from console.identity.passwords import generate, hash_password
from console.identity.sign_in import check_user_id
from console.identity.tokens import TokenStore
from console.identity.users import Action, Role, User
from console.ports import UserStore

log = structlog.get_logger(__name__)

_LONGEST_NAME = 100
_LONGEST_AGENT = 40


@dataclass(frozen=True, slots=True)
class People:
    """Every method raises `Forbidden` for those who may not manage people."""

    users: UserStore
    tokens: TokenStore
    audit: Audit

    async def all(self, by: User) -> tuple[User, ...]:
        """Everyone, by id."""
        need(by, Action.MANAGE_PEOPLE)
        return await self.users.all()

    async def add(self, by: User, user_id: str, name: str, role: Role, agent: str | None) -> str:
        """Add a person; the generated password, to be shown once and changed at the first sign-in. `Refused` when the
        id is taken or no good."""
        need(by, Action.MANAGE_PEOPLE)
        check_user_id(user_id)
        person = User(user_id, _name(name), role, _agent(agent), must_change=True)
        password = generate()
        await self.users.add(person, await asyncio.to_thread(hash_password, password))
        await self.audit.note(by.id, Did.PERSON_ADDED, user_id, _rights(person))
        log.info("person_added", user=user_id, role=role.value, by=by.id)
        return password

    async def change(self, by: User, user_id: str, name: str, role: Role, agent: str | None) -> None:
        """Another name, role or agent; another role or agent ends the person's sessions. `Refused` when it would leave
        no admin."""
        need(by, Action.MANAGE_PEOPLE)
        before = await self._known(user_id)
        after = replace(before, name=_name(name), role=role, agent=_agent(agent))
        if after == before:
            return
        await self.users.change(after)
        if _rights(after) != _rights(before):
            await self.users.close_sessions_of(user_id)
        await self.audit.note(by.id, Did.PERSON_CHANGED, user_id, f"{_rights(before)} -> {_rights(after)}")
        log.info("person_changed", user=user_id, role=role.value, by=by.id)

    async def new_password(self, by: User, user_id: str) -> str:
        """A generated password, to be shown once and changed at the next sign-in; ends the person's sessions."""
        need(by, Action.MANAGE_PEOPLE)
        password = generate()
        hashed = await asyncio.to_thread(hash_password, password)
        await self.users.set_password(user_id, hashed, must_change=True)
        await self.audit.note(by.id, Did.PASSWORD_CHANGED, user_id)
        return password

    async def lock(self, by: User, user_id: str) -> None:
        """The person cannot come in any more, nor can their tokens, from this moment. `Refused` for the last admin."""
        need(by, Action.MANAGE_PEOPLE)
        await self.users.change(replace(await self._known(user_id), locked=True))
        await self.users.close_sessions_of(user_id)
        await self.audit.note(by.id, Did.PERSON_LOCKED, user_id)

    async def unlock(self, by: User, user_id: str) -> None:
        """The person may come in again; tokens that were not revoked count again."""
        need(by, Action.MANAGE_PEOPLE)
        await self.users.change(replace(await self._known(user_id), locked=False))
        await self.audit.note(by.id, Did.PERSON_UNLOCKED, user_id)

    async def end_sessions(self, by: User, user_id: str) -> None:
        """Sign the person out everywhere."""
        need(by, Action.MANAGE_PEOPLE)
        await self.users.close_sessions_of((await self._known(user_id)).id)
        await self.audit.note(by.id, Did.SESSION_ENDED, user_id)

    async def remove(self, by: User, user_id: str) -> None:
        """Forget the person and their tokens; what they did stays in the audit log. `Refused` for the last admin."""
        need(by, Action.MANAGE_PEOPLE)
        await self.users.remove(user_id)
        await self.tokens.forget(user_id)
        await self.audit.note(by.id, Did.PERSON_REMOVED, user_id)
        log.info("person_removed", user=user_id, by=by.id)

    async def _known(self, user_id: str) -> User:
        user = await self.users.user(user_id)
        if user is None:
            raise NotFound(f"there is no user {user_id}", remedy="see the page People")
        return user


def _name(name: str) -> str:
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise Refused("the person needs a name", remedy=f"use up to {_LONGEST_NAME} characters")
    return name.strip()


def _agent(agent: str | None) -> str | None:
    named = (agent or "").strip()
    if len(named) > _LONGEST_AGENT:
        raise Refused("the name of the agent is too long", remedy="use the agent's id in the hotline file")
    return named or None


def _rights(user: User) -> str:
    return f"{user.role} as {user.agent}" if user.agent else user.role.value
