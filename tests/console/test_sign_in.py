"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.errors import Refused
from console.errors import NotSignedIn, TooManyFailures
from console.memory_users import MemoryUsers
from console.passwords import generate, hash_password, matches
from console.sign_in import SignIn, add_user, ensure_first_admin
from console.users import Role
from tests.console.people import PASSWORD, PEOPLE, kept_password


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
async def users() -> MemoryUsers:
    store = MemoryUsers()
    await store.save(PEOPLE[0], kept_password())
    return store


@pytest.fixture
def sign_in(users: MemoryUsers, clock: VirtualClock) -> SignIn:
    return SignIn(users, clock, "a secret")


async def test_the_right_password_gives_a_token_that_names_the_person(sign_in: SignIn) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    assert await sign_in.user_of(token) == PEOPLE[0]


async def test_every_sign_in_gives_another_token(sign_in: SignIn) -> None:
    assert await sign_in.sign_in("minji", PASSWORD, "here") != await sign_in.sign_in("minji", PASSWORD, "here")


@pytest.mark.parametrize(
    ("user", "password"), [("minji", "wrong password"), ("nobody", PASSWORD), ("", ""), ("minji", "")]
)
async def test_a_wrong_password_and_an_unknown_name_are_told_alike(sign_in: SignIn, user: str, password: str) -> None:
    with pytest.raises(NotSignedIn, match="the name or the password is wrong"):
        await sign_in.sign_in(user, password, "here")


async def test_after_five_failures_even_the_right_password_waits(sign_in: SignIn, clock: VirtualClock) -> None:
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await sign_in.sign_in("minji", "wrong", "here")
    with pytest.raises(TooManyFailures) as locked:
        await sign_in.sign_in("minji", PASSWORD, "here")
    assert 30 <= locked.value.seconds <= 31
    assert await sign_in.sign_in("minji", PASSWORD, "elsewhere")
    await clock.advance(31)
    assert await sign_in.sign_in("minji", PASSWORD, "here")


async def test_a_token_ends_with_the_sign_out(sign_in: SignIn) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    await sign_in.sign_out(token)
    with pytest.raises(NotSignedIn):
        await sign_in.user_of(token)


async def test_a_token_ends_after_twelve_hours(sign_in: SignIn, clock: VirtualClock) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    await clock.advance(12 * 3600 - 1)
    assert await sign_in.user_of(token) == PEOPLE[0]
    await clock.advance(1)
    with pytest.raises(NotSignedIn):
        await sign_in.user_of(token)


async def test_a_token_made_with_another_secret_is_worth_nothing(users: MemoryUsers, clock: VirtualClock) -> None:
    token = await SignIn(users, clock, "one secret").sign_in("minji", PASSWORD, "here")
    with pytest.raises(NotSignedIn):
        await SignIn(users, clock, "another secret").user_of(token)


async def test_a_new_password_ends_the_sessions(sign_in: SignIn, users: MemoryUsers) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    await add_user(users, PEOPLE[0], "another password")
    with pytest.raises(NotSignedIn):
        await sign_in.user_of(token)


async def test_the_first_admin_gets_a_password_that_nobody_could_know(clock: VirtualClock) -> None:
    store = MemoryUsers()
    password = await ensure_first_admin(store)
    assert password is not None
    assert len(password) >= 16
    token = await SignIn(store, clock, "a secret").sign_in("admin", password, "here")
    assert (await SignIn(store, clock, "a secret").user_of(token)).role is Role.ADMIN
    assert await ensure_first_admin(store) is None


async def test_a_short_password_and_an_odd_name_are_refused(users: MemoryUsers) -> None:
    with pytest.raises(Refused, match="too short"):
        await add_user(users, PEOPLE[0], "short")
    with pytest.raises(Refused, match="cannot be a user's name"):
        await add_user(users, type(PEOPLE[0])("Min ji", "x", Role.AGENT), PASSWORD)


def test_passwords_are_kept_as_argon2id() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert matches(PASSWORD, kept)
    assert not matches(PASSWORD + "x", kept)
    assert not matches(PASSWORD, "no hash at all")
    assert generate() != generate()
