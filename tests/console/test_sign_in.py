"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from config.clock import VirtualClock
from config.errors import Refused
from console.audit import Audit, Did, Outcome
from console.errors import NotSignedIn, PasswordRefused, PasswordToBeChanged, TooManyFailures
from console.identity.passwords import generate, hash_password, is_weaker, matches
from console.identity.sign_in import SignIn, add_user, ensure_first_admin
from console.identity.users import Role
from console.store.memory_audit import MemoryAudit
from console.store.memory_users import MemoryUsers
from console.web.source import asked_from
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
    for _ in range(11):
        await clock.advance(3600)
        assert await sign_in.user_of(token) == PEOPLE[0]
    await clock.advance(3599)
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


async def test_the_first_admin_gets_a_password_that_nobody_could_know_and_has_to_change_it(clock: VirtualClock) -> None:
    store = MemoryUsers()
    password = await ensure_first_admin(store)
    assert password is not None
    assert len(password) >= 16
    sign_in = SignIn(store, clock, "a secret")
    token = await sign_in.sign_in("admin", password, "here")
    with pytest.raises(PasswordToBeChanged):
        await sign_in.user_of(token)
    token = await sign_in.change_password(token, password, "rain on tin roofs", "here")
    assert (await sign_in.user_of(token)).role is Role.ADMIN
    assert await ensure_first_admin(store) is None


async def test_ones_own_password_needs_the_old_one_and_ends_every_session(sign_in: SignIn) -> None:
    here = await sign_in.sign_in("minji", PASSWORD, "here")
    there = await sign_in.sign_in("minji", PASSWORD, "there")
    for old, new, reason in (
        ("wrong", "rain on tin roofs", "wrong-old"),
        (PASSWORD, PASSWORD, "same"),
        (PASSWORD, "short", "length"),
    ):
        with pytest.raises(PasswordRefused) as refused:
            await sign_in.change_password(here, old, new, "here")
        assert refused.value.reason == reason
    assert await sign_in.user_of(there) == PEOPLE[0]
    fresh = await sign_in.change_password(here, PASSWORD, "rain on tin roofs", "here")
    assert await sign_in.user_of(fresh) == PEOPLE[0]
    for old_token in (here, there):
        with pytest.raises(NotSignedIn):
            await sign_in.user_of(old_token)


async def test_guessing_the_old_password_is_slowed_down_like_a_sign_in(sign_in: SignIn) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    for _ in range(5):
        with pytest.raises(PasswordRefused):
            await sign_in.change_password(token, "wrong", "rain on tin roofs", "here")
    with pytest.raises(TooManyFailures):
        await sign_in.change_password(token, PASSWORD, "rain on tin roofs", "here")


async def test_a_session_that_nobody_uses_ends_after_two_hours(sign_in: SignIn, clock: VirtualClock) -> None:
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    for _ in range(3):
        await clock.advance(2 * 3600 - 1)
        assert await sign_in.user_of(token) == PEOPLE[0]
    await clock.advance(2 * 3600)
    with pytest.raises(NotSignedIn):
        await sign_in.user_of(token)


async def test_use_is_written_once_a_minute(sign_in: SignIn, users: MemoryUsers, clock: VirtualClock) -> None:
    token, opened = await sign_in.sign_in("minji", PASSWORD, "here"), clock.now()

    async def seen() -> datetime:
        await sign_in.user_of(token)
        return (await users.sessions_of("minji"))[0].seen

    await clock.advance(59)
    assert await seen() == opened
    await clock.advance(1)
    assert await seen() == clock.now()


async def test_one_sees_and_ends_ones_own_sessions(sign_in: SignIn, users: MemoryUsers, clock: VirtualClock) -> None:
    await users.save(PEOPLE[1], kept_password())
    mine = await sign_in.sign_in("minji", PASSWORD, "192.0.2.7")
    await clock.advance(5)
    another = await sign_in.sign_in("minji", PASSWORD, "198.51.100.7")
    sams = await sign_in.sign_in("sam", PASSWORD, "203.0.113.7")
    sessions = await sign_in.sessions(PEOPLE[0])
    assert [session.source for session in sessions] == ["198.51.100.0/24", "192.0.2.0/24"]
    assert [sign_in.is_of(mine, session) for session in sessions] == [False, True]
    await sign_in.end_session(PEOPLE[0], sessions[0].digest)
    for digest in (session.digest for session in await sign_in.sessions(PEOPLE[1])):
        await sign_in.end_session(PEOPLE[0], digest)
    with pytest.raises(NotSignedIn):
        await sign_in.user_of(another)
    assert await sign_in.user_of(mine) == PEOPLE[0]
    assert await sign_in.user_of(sams) == PEOPLE[1]


async def test_a_hash_of_less_work_is_made_anew_at_the_sign_in(sign_in: SignIn, users: MemoryUsers) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await users.save(PEOPLE[0], old)
    token = await sign_in.sign_in("minji", PASSWORD, "here")
    kept = await users.password_hash("minji")
    assert kept is not None
    assert kept != old
    assert not is_weaker(kept)
    assert await sign_in.user_of(token) == PEOPLE[0]
    assert await sign_in.sign_in("minji", PASSWORD, "here")


async def test_sign_ins_and_failures_are_written_down_with_the_network_and_never_what_was_typed(
    users: MemoryUsers, clock: VirtualClock
) -> None:
    audit = Audit(MemoryAudit(), clock)
    sign_in = SignIn(users, clock, "a secret", audit)
    asked_from.set("192.0.2.7")
    token = await sign_in.sign_in("minji", PASSWORD, "192.0.2.7")
    for user, password in (("minji", "wrong"), ("my password in the wrong field", "")):
        with pytest.raises(NotSignedIn):
            await sign_in.sign_in(user, password, "192.0.2.7")
    await sign_in.sign_out(token)
    await sign_in.sign_out(token)
    log = await audit.newest(PEOPLE[2])
    assert [(line.what, line.by, line.subject, line.outcome) for line in reversed(log)] == [
        (Did.SIGNED_IN, "minji", "minji", Outcome.DONE),
        (Did.SIGN_IN_FAILED, "", "minji", Outcome.REFUSED),
        (Did.SIGN_IN_FAILED, "", "", Outcome.REFUSED),
        (Did.SIGNED_OUT, "minji", "minji", Outcome.DONE),
    ]
    assert {line.source for line in log} == {"192.0.2.0/24"}
    assert "wrong" not in repr(log)


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
