"""Tokens of the API: no more than the owner may, no longer than the owner may, and never again to be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import VirtualClock
from config.errors import NotFound, Refused
from console.audit import Did
from console.errors import Forbidden, NotSignedIn
from console.identity.accounts import Accounts
from console.identity.scopes import ACTIONS_OF, PEOPLE_ONLY, Scope, actions_of
from console.identity.sign_in import SignIn
from console.identity.tokens import PREFIX, Tokens
from console.identity.users import Action, Role, User, may
from console.store.memory_audit import MemoryAudit
from console.store.memory_tokens import MemoryTokens
from console.store.memory_users import MemoryUsers
from tests.console.people import PEOPLE, kept_password

MINJI, SAM, ROOT = PEOPLE
MONTH = timedelta(days=30)


@dataclass
class House:
    clock: VirtualClock
    accounts: Accounts
    tokens: Tokens
    store: MemoryTokens
    users: MemoryUsers


@pytest.fixture
async def house() -> House:
    clock, users, store = VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC)), MemoryUsers(), MemoryTokens()
    for person in PEOPLE:
        await users.save(person, kept_password())
    accounts = Accounts.over(users, store, MemoryAudit(), clock, "a secret")
    return House(clock, accounts, accounts.tokens, store, users)


def test_every_action_is_in_a_scope_or_for_people_only() -> None:
    assert set(ACTIONS_OF) == set(Scope)
    assert actions_of(Scope) | PEOPLE_ONLY == set(Action)
    assert not actions_of(Scope) & PEOPLE_ONLY


async def test_a_token_acts_as_its_owner_within_its_scopes(house: House) -> None:
    _, secret = await house.tokens.make(MINJI, "form", [Scope.CASES_READ, Scope.DESK], MONTH)
    user = await house.tokens.principal(secret)
    assert (user.id, user.role, user.agent) == ("minji", Role.AGENT, "minji")
    assert may(user, Action.SEE_CASES)
    assert may(user, Action.SERVE, "minji")
    assert not may(user, Action.SERVE, "wei"), "never more than the owner's role"
    assert not may(user, Action.SEE_CONTACTS), "never more than the scopes"
    assert not may(user, Action.MANAGE_SELF)


async def test_the_sign_in_takes_a_token_as_it_takes_a_session(house: House) -> None:
    sign_in = SignIn(house.users, house.clock, "a secret", house.accounts.audit, house.tokens)
    _, secret = await house.tokens.make(SAM, "wall", [Scope.FIGURES_READ], MONTH)
    assert (await sign_in.user_of(secret)).scopes == actions_of([Scope.FIGURES_READ])
    with pytest.raises(NotSignedIn):
        await SignIn(house.users, house.clock, "a secret").user_of(secret)


async def test_the_secret_is_long_known_by_its_beginning_and_not_kept(house: House) -> None:
    token, secret = await house.tokens.make(ROOT, "form", [Scope.CASES_READ], MONTH)
    assert secret.startswith(PREFIX)
    assert len(secret) - len(PREFIX) >= 43, "256 bits in base64"
    assert secret not in repr(vars(house.store))
    assert secret not in repr(token)
    _, another = await house.tokens.make(ROOT, "form", [Scope.CASES_READ], MONTH)
    assert another != secret


async def test_a_token_made_with_another_key_or_made_up_is_worth_nothing(house: House) -> None:
    _, secret = await house.tokens.make(ROOT, "form", [Scope.CASES_READ], MONTH)
    keyed_otherwise = Tokens(house.store, house.users, house.accounts.audit, house.clock, "another secret")
    for tokens, tried in ((keyed_otherwise, secret), (house.tokens, secret + "x"), (house.tokens, PREFIX)):
        with pytest.raises(NotSignedIn):
            await tokens.principal(tried)


async def test_a_token_ends_on_its_day_and_when_revoked(house: House) -> None:
    _, day = await house.tokens.make(ROOT, "day", [Scope.CASES_READ], timedelta(days=1))
    month, secret = await house.tokens.make(ROOT, "month", [Scope.CASES_READ], MONTH)
    await house.clock.advance(24 * 3600 - 1)
    assert (await house.tokens.principal(day)).id == "root"
    await house.clock.advance(1)
    with pytest.raises(NotSignedIn):
        await house.tokens.principal(day)
    await house.tokens.revoke(ROOT, month.id)
    with pytest.raises(NotSignedIn):
        await house.tokens.principal(secret)


async def test_what_happens_to_a_person_happens_to_their_tokens_at_once(house: House) -> None:
    _, secret = await house.tokens.make(SAM, "wall", [Scope.FIGURES_READ, Scope.CALLS_READ], MONTH)
    people = house.accounts.people
    await people.change(ROOT, "sam", SAM.name, Role.AGENT, None)
    assert not may(await house.tokens.principal(secret), Action.SEE_CALLS)
    await people.lock(ROOT, "sam")
    with pytest.raises(NotSignedIn):
        await house.tokens.principal(secret)
    await people.unlock(ROOT, "sam")
    assert (await house.tokens.principal(secret)).id == "sam"
    await people.new_password(ROOT, "sam")
    with pytest.raises(NotSignedIn):
        await house.tokens.principal(secret)
    await people.remove(ROOT, "sam")
    await people.add(ROOT, "sam", "Another Sam", Role.ADMIN, None)
    await house.users.change(replace(SAM, must_change=False))
    with pytest.raises(NotSignedIn):
        await house.tokens.principal(secret)


async def test_only_who_manages_people_makes_tokens_for_others(house: House) -> None:
    with pytest.raises(Forbidden):
        await house.tokens.make(SAM, "wall", [Scope.FIGURES_READ], MONTH, owner="root")
    token, _ = await house.tokens.make(ROOT, "wall", [Scope.FIGURES_READ], MONTH, owner="sam")
    assert (token.owner, token.made_by) == ("sam", "root")
    with pytest.raises(NotFound):
        await house.tokens.make(ROOT, "wall", [Scope.FIGURES_READ], MONTH, owner="nobody")


async def test_a_token_makes_sees_and_revokes_no_tokens(house: House) -> None:
    token, secret = await house.tokens.make(ROOT, "everything", list(Scope), MONTH)
    user = await house.tokens.principal(secret)
    with pytest.raises(Forbidden):
        await house.tokens.make(user, "child", [Scope.CASES_READ], MONTH)
    with pytest.raises(Forbidden):
        await house.tokens.all(user)
    with pytest.raises(Forbidden):
        await house.tokens.revoke(user, token.id)


async def test_everyone_sees_and_revokes_their_own_and_an_admin_all(house: House) -> None:
    minjis, _ = await house.tokens.make(MINJI, "mine", [Scope.CASES_READ], MONTH)
    sams, _ = await house.tokens.make(SAM, "his", [Scope.CASES_READ], MONTH)
    assert await house.tokens.all(MINJI) == (minjis,)
    assert {token.id for token in await house.tokens.all(ROOT)} == {minjis.id, sams.id}
    with pytest.raises(NotFound):
        await house.tokens.revoke(MINJI, sams.id)
    await house.tokens.revoke(MINJI, minjis.id)
    await house.tokens.revoke(ROOT, sams.id)
    assert all(token.revoked_at for token in await house.tokens.all(ROOT))


@pytest.mark.parametrize(
    ("name", "scopes", "lasts"),
    [
        (" ", [Scope.CASES_READ], MONTH),
        ("x" * 81, [Scope.CASES_READ], MONTH),
        ("form", [], MONTH),
        ("form", [Scope.CASES_READ], timedelta(0)),
        ("form", [Scope.CASES_READ], timedelta(days=367)),
        ("form", [Scope.FILES_READ], MONTH),
    ],
)
async def test_what_cannot_be_a_token_is_refused(
    house: House, name: str, scopes: list[Scope], lasts: timedelta
) -> None:
    with pytest.raises(Refused) as refused:
        await house.tokens.make(MINJI, name, scopes, lasts)
    assert refused.value.remedy


async def test_one_person_has_no_endless_number_of_tokens(house: House) -> None:
    for number in range(50):
        await house.tokens.make(MINJI, f"token {number}", [Scope.CASES_READ], MONTH)
    with pytest.raises(Refused, match="50 tokens"):
        await house.tokens.make(MINJI, "one more", [Scope.CASES_READ], MONTH)


async def test_the_last_use_is_kept_to_the_minute(house: House) -> None:
    _, secret = await house.tokens.make(ROOT, "form", [Scope.CASES_READ], MONTH)

    async def used() -> datetime | None:
        await house.tokens.principal(secret)
        return (await house.tokens.all(ROOT))[0].last_used

    first = house.clock.now()
    assert await used() == first
    await house.clock.advance(59)
    assert await used() == first
    await house.clock.advance(1)
    assert await used() == house.clock.now()


async def test_making_and_revoking_are_written_down_without_the_secret(house: House) -> None:
    token, secret = await house.tokens.make(ROOT, "form", [Scope.CASES_READ], MONTH, owner="sam")
    await house.tokens.revoke(ROOT, token.id)
    log = await house.accounts.audit.newest(ROOT)
    assert [(line.by, line.what, line.subject, line.detail) for line in log] == [
        ("root", Did.TOKEN_REVOKED, "sam", "form"),
        ("root", Did.TOKEN_MADE, "sam", "form: cases:read"),
    ]
    assert secret not in repr(log)


def test_a_person_has_no_scopes_to_be_bound_by() -> None:
    assert User("a", "A", Role.ADMIN).scopes is None
