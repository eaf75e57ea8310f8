"""What admins do about people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.errors import NotFound, Refused
from console.audit import Did
from console.errors import Forbidden, LastAdmin, NotSignedIn, PasswordToBeChanged
from console.identity.accounts import Accounts
from console.identity.people import People
from console.identity.sign_in import SignIn
from console.identity.users import Role, User
from console.store.memory_audit import MemoryAudit
from console.store.memory_tokens import MemoryTokens
from console.store.memory_users import MemoryUsers
from tests.console.people import PASSWORD, PEOPLE, kept_password

MINJI, SAM, ROOT = PEOPLE


@dataclass
class House:
    accounts: Accounts
    people: People
    sign_in: SignIn

    async def log(self) -> list[tuple[str, Did, str, str]]:
        lines = await self.accounts.audit.newest(ROOT)
        return [(line.by, line.what, line.subject, line.detail) for line in reversed(lines)]


@pytest.fixture
async def house() -> House:
    clock, users = VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC)), MemoryUsers()
    for person in PEOPLE:
        await users.save(person, kept_password())
    accounts = Accounts.over(users, MemoryTokens(), MemoryAudit(), clock, "a secret")
    return House(accounts, accounts.people, SignIn(users, clock, "a secret"))


async def test_somebody_new_signs_in_with_the_shown_password_and_sets_their_own(house: House) -> None:
    shown = await house.people.add(ROOT, "wei", " Wei Chen ", Role.AGENT, "wei")
    token = await house.sign_in.sign_in("wei", shown, "here")
    with pytest.raises(PasswordToBeChanged):
        await house.sign_in.user_of(token)
    token = await house.sign_in.change_password(token, shown, "rain on tin roofs", "here")
    assert await house.sign_in.user_of(token) == User("wei", "Wei Chen", Role.AGENT, "wei")
    assert await house.log() == [("root", Did.PERSON_ADDED, "wei", "agent as wei")]


@pytest.mark.parametrize(
    ("user_id", "name"), [("Wei", "Wei"), ("", "Wei"), ("wei", " "), ("wei", "x" * 101), ("sam", "Sam")]
)
async def test_who_cannot_be_added_is_refused(house: House, user_id: str, name: str) -> None:
    with pytest.raises(Refused):
        await house.people.add(ROOT, user_id, name, Role.AGENT, None)
    assert await house.people.all(ROOT) == tuple(sorted(PEOPLE, key=lambda person: person.id))


async def test_another_role_ends_the_sessions_and_another_name_does_not(house: House) -> None:
    token = await house.sign_in.sign_in("sam", PASSWORD, "here")
    await house.people.change(ROOT, "sam", "Samuel", Role.SUPERVISOR, None)
    assert (await house.sign_in.user_of(token)).name == "Samuel"
    await house.people.change(ROOT, "sam", "Samuel", Role.AGENT, "sam")
    with pytest.raises(NotSignedIn):
        await house.sign_in.user_of(token)
    assert (await house.log())[-1] == ("root", Did.PERSON_CHANGED, "sam", "supervisor -> agent as sam")


async def test_a_change_that_changes_nothing_is_not_written_down(house: House) -> None:
    await house.people.change(ROOT, "minji", MINJI.name, MINJI.role, MINJI.agent)
    assert await house.log() == []


async def test_who_is_locked_is_out_at_once_and_cannot_come_in(house: House) -> None:
    token = await house.sign_in.sign_in("sam", PASSWORD, "here")
    await house.people.lock(ROOT, "sam")
    with pytest.raises(NotSignedIn):
        await house.sign_in.user_of(token)
    with pytest.raises(NotSignedIn, match="the name or the password is wrong"):
        await house.sign_in.sign_in("sam", PASSWORD, "here")
    await house.people.unlock(ROOT, "sam")
    assert await house.sign_in.sign_in("sam", PASSWORD, "here")
    assert [what for _, what, _, _ in await house.log()] == [Did.PERSON_LOCKED, Did.PERSON_UNLOCKED]


async def test_a_new_password_ends_the_sessions_and_has_to_be_changed(house: House) -> None:
    token = await house.sign_in.sign_in("sam", PASSWORD, "here")
    shown = await house.people.new_password(ROOT, "sam")
    with pytest.raises(NotSignedIn):
        await house.sign_in.user_of(token)
    with pytest.raises(NotSignedIn):
        await house.sign_in.sign_in("sam", PASSWORD, "here")
    with pytest.raises(PasswordToBeChanged):
        await house.sign_in.user_of(await house.sign_in.sign_in("sam", shown, "here"))
    assert shown not in repr(await house.log())


async def test_an_admin_signs_somebody_out_everywhere(house: House) -> None:
    tokens = [await house.sign_in.sign_in("sam", PASSWORD, "here") for _ in range(2)]
    await house.people.end_sessions(ROOT, "sam")
    for token in tokens:
        with pytest.raises(NotSignedIn):
            await house.sign_in.user_of(token)


async def test_the_last_admin_can_neither_go_nor_be_made_less(house: House) -> None:
    for act in (
        house.people.remove(ROOT, "root"),
        house.people.lock(ROOT, "root"),
        house.people.change(ROOT, "root", "Ada", Role.SUPERVISOR, None),
    ):
        with pytest.raises(LastAdmin):
            await act
    assert await house.log() == []
    await house.people.change(ROOT, "sam", "Sam", Role.ADMIN, None)
    await house.people.remove(ROOT, "root")


async def test_who_was_removed_is_gone(house: House) -> None:
    token = await house.sign_in.sign_in("sam", PASSWORD, "here")
    await house.people.remove(ROOT, "sam")
    with pytest.raises(NotSignedIn):
        await house.sign_in.user_of(token)
    with pytest.raises(NotFound):
        await house.people.lock(ROOT, "sam")


ACTS: tuple[Callable[[People, User], Awaitable[object]], ...] = (
    lambda people, by: people.all(by),
    lambda people, by: people.add(by, "wei", "Wei", Role.ADMIN, None),
    lambda people, by: people.change(by, by.id, "Me", Role.ADMIN, None),
    lambda people, by: people.new_password(by, "root"),
    lambda people, by: people.lock(by, "root"),
    lambda people, by: people.unlock(by, by.id),
    lambda people, by: people.end_sessions(by, "root"),
    lambda people, by: people.remove(by, "root"),
)


@pytest.mark.parametrize("by", [MINJI, SAM, User("root", "Ada", Role.ADMIN, scopes=frozenset())], ids=lambda by: by.id)
async def test_nobody_but_an_admin_who_signed_in_manages_people(house: House, by: User) -> None:
    for act in ACTS:
        with pytest.raises(Forbidden):
            await act(house.people, by)
    assert await house.log() == []
