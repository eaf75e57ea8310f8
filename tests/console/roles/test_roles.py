"""Every route and every page, as every role, as a stranger, and by tokens. The package says how tables look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from console.identity.cookies import COOKIE
from console.identity.scopes import ACTIONS_OF, PEOPLE_ONLY, Scope
from console.identity.users import RIGHTS, Action, Reach, User
from console.words import words
from tests.console.people import PEOPLE
from tests.console.roles.asking import ask
from tests.console.roles.house import RoleHouse, role_house
from tests.console.roles.pages import OPEN, PAGES
from tests.console.roles.row import Row
from tests.console.roles.tables import ROWS

pytestmark = pytest.mark.long  # hashing passwords takes long on purpose

MINJI = PEOPLE[0]

#: What may be answered to whoever may ask: the things of the sample may have been used up by the rows before.
ANSWERS = (200, 201, 202, 204, 303, 404, 409)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[RoleHouse]:
    async with role_house(tmp_path) as house:
        yield house


async def faults(house: RoleHouse, token: str, may: Callable[[Row], bool]) -> list[str]:
    """The rows that are answered otherwise than whoever has the token may ask."""
    wrong = []
    for row in ROWS:
        status = (await ask(house, row, token)).status
        if status not in (ANSWERS if may(row) else (403,)):
            wrong.append(f"{row} -> {status}")
    return wrong


def within(actions: frozenset[Action]) -> Callable[[Row], bool]:
    return lambda row: row.action in actions


async def test_the_tables_name_every_route_and_page(house: RoleHouse) -> None:
    paths = house.app.openapi()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    named = {(row.method, f"/api/v1{row.path}") for row in ROWS if not row.beside}
    assert described - set(OPEN) == named
    assert {page.place.path for room in house.rooms for page in room.pages} == {sight.path for sight in PAGES}


async def test_what_stands_beside_the_api_is_named_too(house: RoleHouse) -> None:
    """Doors, what callers look at, and what pages fetch and send."""
    hidden = {
        (method, route.path)
        for route in iter_route_contexts(house.app.routes)
        if isinstance(route.original_route, APIRoute) and not route.include_in_schema
        for method in route.methods or ()
    }
    hidden -= {(method, path) for method, path in hidden if path == "/api/{rest:path}"}
    named = {(row.method, row.path) for row in ROWS if row.beside}
    assert hidden == named | set(OPEN) - {("POST", "/api/v1/sessions")}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person.role))
async def test_every_route_as_every_role(house: RoleHouse, person: User) -> None:
    session = await house.session_of(person)
    assert await faults(house, session, lambda row: person.role in row.roles) == []


async def test_no_route_tells_a_stranger_anything(house: RoleHouse) -> None:
    for token in (None, "rubbish", "hlt_rubbish"):
        for row in ROWS:
            answer = await ask(house, row, token)
            assert answer.status == 401, row
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_opens_what_its_scope_says_and_nothing_else(house: RoleHouse) -> None:
    for scope in Scope:
        token = await house.admins_token(scope)
        assert await faults(house, token, within(ACTIONS_OF[scope])) == [], scope
    token = await house.admins_token(*Scope)
    assert await faults(house, token, within(frozenset(Action) - PEOPLE_ONLY)) == []


async def test_a_token_for_cases_is_not_told_whose_they_are(house: RoleHouse) -> None:
    path = f"/api/v1/cases/{house.sample.smoke.id}"
    for scopes, is_told in (((Scope.CASES_READ,), False), ((Scope.CASES_READ, Scope.CONTACTS_READ), True)):
        headers = {"Authorization": f"Bearer {await house.admins_token(*scopes)}"}
        assert bool((await house.browser.get(path, headers=headers)).json()["contact"]) is is_told


async def test_a_token_has_no_more_rights_than_its_owner(house: RoleHouse) -> None:
    role = MINJI.role
    scopes = [scope for scope in Scope if any(RIGHTS[action][role] is not Reach.NONE for action in ACTIONS_OF[scope])]
    _, token = await house.accounts.tokens.make(MINJI, "a program", scopes, timedelta(days=1))
    assert await faults(house, token, lambda row: role in row.roles and row.action not in PEOPLE_ONLY) == []


async def test_every_page_as_every_role_as_a_stranger_and_by_a_token(house: RoleHouse) -> None:
    async with house.served() as browser:
        for sight in PAGES:
            stranger = await browser.get(sight.path)
            assert (stranger.status_code, stranger.headers.get("location")) == (303, "/sign-in"), sight
            for person in PEOPLE:
                cookie = {"Cookie": f"{COOKIE}={await house.session_of(person)}"}
                page = await browser.get(sight.path, headers=cookie)
                assert page.status_code == 200, sight
                assert is_refused(page.text) == (person.role not in sight.roles), (sight, person.id)
            by_token = {"Authorization": f"Bearer {await house.admins_token(*Scope)}"}
            assert is_refused((await browser.get(sight.path, headers=by_token)).text), sight


def is_refused(page: str) -> bool:
    """Whether the page says that the person may not see it; that there is nothing to see is something else."""
    return any(text in page for text in ("you may not", "opens no pages", words("en")("desk.no_agent")))
