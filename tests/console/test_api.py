"""The JSON API over the sample floor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from config.clock import VirtualClock
from config.errors import DatabaseFault
from config.events import EventBus
from console.app import build_console
from console.identity.cookies import COOKIE
from console.identity.users import Role
from console.sample.memory_conversations import MemoryConversations
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor, sample_offer
from console.store.memory_users import MemoryUsers
from console.web.shield import LARGEST_BODY
from tests.console.fake_console import SITE
from tests.console.people import PASSWORD, PEOPLE, kept_password

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

#: Every route that needs a sign-in, with a body that is well formed, and the roles that may call it. `minji` is the
#: agent that signs in; `wei` is somebody else.
EVERYONE, LEADERS, ADMIN = frozenset(Role), frozenset({Role.SUPERVISOR, Role.ADMIN}), frozenset({Role.ADMIN})
OWN = frozenset({Role.AGENT, Role.ADMIN})
ROUTES: tuple[tuple[str, str, dict[str, object] | None, frozenset[Role]], ...] = (
    ("GET", "/agents/minji", None, EVERYONE),
    ("GET", "/agents/wei", None, LEADERS),
    ("POST", "/agents/minji/state", {"state": "ready"}, EVERYONE),
    ("POST", "/agents/wei/state", {"state": "ready"}, LEADERS),
    ("GET", "/agents/minji/work", None, EVERYONE),
    ("GET", "/agents/wei/work", None, LEADERS),
    ("POST", "/agents/minji/work/finish", {"solved": True, "note": "done"}, OWN),
    ("POST", "/agents/wei/work/finish", {}, ADMIN),
    ("POST", "/agents/minji/work/claim", {"promise": "pr-664902"}, OWN),
    ("POST", "/agents/wei/work/claim", {"promise": "pr-664902"}, ADMIN),
    ("POST", "/agents/minji/work/accept", {"work": "call-smoke"}, OWN),
    ("POST", "/agents/minji/work/decline", {"work": "call-smoke"}, OWN),
    ("POST", "/agents/wei/work/decline", {"work": "call-smoke"}, ADMIN),
    ("POST", "/agents/minji/work/dial", {"work": "call-smoke"}, OWN),
    ("POST", "/agents/wei/work/dial", {"work": "call-smoke"}, ADMIN),
    ("POST", "/agents/minji/work/hang-up", None, OWN),
    ("POST", "/agents/wei/work/hang-up", None, ADMIN),
    ("POST", "/agents/minji/work/recording", {"paused": True}, OWN),
    ("POST", "/agents/wei/work/recording", {"paused": True}, ADMIN),
    ("POST", "/agents/minji/work/digits", {"digits": "12#"}, OWN),
    ("POST", "/agents/wei/work/digits", {"digits": "12#"}, ADMIN),
    ("POST", "/agents/minji/work/transfer", {"target": "sip:expert@127.0.0.1"}, OWN),
    ("POST", "/agents/wei/work/transfer", {"target": "sip:expert@127.0.0.1"}, ADMIN),
    ("POST", "/agents/wei/supervision", {"phone": "sip:boss@127.0.0.1", "mode": "whisper"}, LEADERS),
    ("POST", "/supervisions/end", {"phone": "sip:boss@127.0.0.1"}, LEADERS),
    ("GET", "/agents/minji/promises", None, EVERYONE),
    ("GET", "/agents/wei/promises", None, LEADERS),
    ("GET", "/agents", None, EVERYONE),
    ("GET", "/wallboard", None, EVERYONE),
    ("POST", "/problems", {"title": "Screens flicker", "category": "hardware"}, LEADERS),
    ("POST", "/problems/p-battery/cases", {"case": "case-novak"}, LEADERS),
    ("POST", "/problems/p-battery/solve", None, LEADERS),
    ("DELETE", "/sessions", None, EVERYONE),
)


@pytest.fixture
async def desk() -> MemoryDesk:
    return MemoryDesk(VirtualClock(NOW), EventBus(), sample_floor(NOW))


@pytest.fixture
def conversations(desk: MemoryDesk) -> MemoryConversations:
    return MemoryConversations(desk.floor)


@pytest.fixture
async def client(desk: MemoryDesk, conversations: MemoryConversations) -> AsyncIterator[httpx.AsyncClient]:
    users = MemoryUsers()
    for person in PEOPLE:
        await users.save(person, kept_password())
    clock, bus = VirtualClock(NOW), EventBus()
    app = build_console(desk, conversations, users, bus, clock, "a secret", lambda: SITE)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        yield browser


async def signed_in(client: httpx.AsyncClient, user: str) -> dict[str, str]:
    answer = await client.post("/api/v1/sessions", json={"user": user, "password": PASSWORD})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person.role))
async def test_every_route_as_every_role(client: httpx.AsyncClient, person: object) -> None:
    user = next(one for one in PEOPLE if one == person)
    headers = await signed_in(client, user.id)
    for method, path, body, allowed in ROUTES:
        answer = await client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert (answer.status_code != 403) == (user.role in allowed), (path, answer.text)
        assert answer.status_code in (200, 201, 204, 403, 404, 409), (path, answer.text)


async def test_the_table_above_names_every_route(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    tested = {
        (method, "/api/v1" + path.partition("?")[0].replace("p-battery", "{problem}")) for method, path, _, _ in ROUTES
    }
    tested = {
        (m, p.replace("/agents/minji", "/agents/{agent}").replace("/agents/wei", "/agents/{agent}")) for m, p in tested
    }
    assert described - {("POST", "/api/v1/sessions")} == tested


async def test_nothing_is_told_to_strangers(client: httpx.AsyncClient) -> None:
    for method, path, body, _ in ROUTES:
        answer = await client.request(method, f"/api/v1{path}", json=body)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_agents_shift_over_the_api(client: httpx.AsyncClient, desk: MemoryDesk) -> None:
    headers = await signed_in(client, "minji")
    state = (await client.post("/api/v1/agents/minji/state", json={"state": "ready"}, headers=headers)).json()
    assert state["state"] == "ready"
    assert (await client.get("/api/v1/agents/minji/work", headers=headers)).json() is None
    await desk.offer("minji", sample_offer(NOW))
    work = (await client.get("/api/v1/agents/minji/work", headers=headers)).json()
    assert (work["stage"], work["urgency"], work["number"]) == ("offered", "safety", "+821012345678")
    assert work["transcript"][3]["confidence"] == 0.38
    await desk.connect("minji")
    assert (await client.post("/api/v1/agents/minji/work/hang-up", headers=headers)).status_code == 204
    end = {"solved": False, "note": "sends a new charger"}
    assert (await client.post("/api/v1/agents/minji/work/finish", json=end, headers=headers)).status_code == 204
    assert desk.floor.notes == [("call-smoke", "sends a new charger")]


async def test_an_agent_sees_their_own_promises_and_what_they_may_claim(client: httpx.AsyncClient) -> None:
    path = "/api/v1/agents/minji/promises"
    promises = (await client.get(path, headers=await signed_in(client, "minji"))).json()
    assert [promise["reference"] for promise in promises["mine"]] == ["339120", "518835", "720052", "518834"]
    assert {promise["owner"] for promise in promises["team"]} == {None}


async def test_the_promises_on_the_wallboard_add_up(client: httpx.AsyncClient, desk: MemoryDesk) -> None:
    board = (await client.get("/api/v1/wallboard", headers=await signed_in(client, "minji"))).json()
    assert sum(board["promises"].values()) == board["made"] == len(desk.floor.promises)
    assert board["identity_holds"] is True


async def test_solving_a_problem_makes_its_promises_due(client: httpx.AsyncClient, desk: MemoryDesk) -> None:
    headers = await signed_in(client, "sam")
    assert (await client.post("/api/v1/problems/p-battery/solve", headers=headers)).json() == {"due": 1}
    assert desk.floor.promises["pr-518834"].state == "due"
    again = await client.post("/api/v1/problems/p-battery/solve", headers=headers)
    assert again.status_code == 409


async def test_a_case_linked_to_a_problem_is_owed_a_call(client: httpx.AsyncClient, desk: MemoryDesk) -> None:
    headers = await signed_in(client, "sam")
    answer = await client.post("/api/v1/problems/p-battery/cases", json={"case": "case-novak"}, headers=headers)
    assert (answer.status_code, answer.json()["kind"]) == (201, "when-fixed")
    assert desk.floor.cases["case-novak"].problem == "p-battery"


async def test_errors_are_problem_documents_with_a_remedy(client: httpx.AsyncClient) -> None:
    headers = await signed_in(client, "sam")
    answer = await client.get("/api/v1/agents/nobody", headers=headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "there is no agent nobody",
        "remedy": "see the agents of the hotline file",
    }
    odd = await client.post("/api/v1/agents/wei/state", json={"state": 5, "more": 1}, headers=headers)
    assert odd.status_code == 422
    assert {fault["where"] for fault in odd.json()["faults"]} == {"body.state", "body.more"}
    assert (await client.get("/api/v1/nothing", headers=headers)).status_code == 404
    asleep = await client.post("/api/v1/agents/wei/state", json={"state": "asleep"}, headers=headers)
    assert asleep.status_code == 409


async def test_a_fault_of_ours_says_nothing_of_the_inside(
    client: httpx.AsyncClient, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = await signed_in(client, "sam")

    async def broken() -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(desk, "wallboard", broken)
    answer = await client.get("/api/v1/wallboard", headers=headers)
    assert answer.status_code == 500
    assert "secret" not in answer.text

    async def unreachable() -> None:
        raise DatabaseFault("the database cannot be reached", remedy="start it")

    monkeypatch.setattr(desk, "wallboard", unreachable)
    answer = await client.get("/api/v1/wallboard", headers=headers)
    assert (answer.status_code, answer.json()["remedy"]) == (500, "start it")


async def test_a_wrong_password_is_told_and_then_locked(client: httpx.AsyncClient) -> None:
    wrong = {"user": "minji", "password": "wrong"}
    answers = [await client.post("/api/v1/sessions", json=wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_signed_out_token_is_worth_nothing(client: httpx.AsyncClient) -> None:
    headers = await signed_in(client, "minji")
    assert (await client.delete("/api/v1/sessions", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/wallboard", headers=headers)).status_code == 401


async def test_the_form_sets_a_strict_cookie_that_opens_the_api(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"user": "minji", "password": PASSWORD})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await client.get("/api/v1/agents/minji")).status_code == 200


async def test_signing_in_again_ends_the_session_before(client: httpx.AsyncClient) -> None:
    form = {"user": "minji", "password": PASSWORD}
    await client.post("/sign-in", data=form)
    first = client.cookies[COOKIE]
    await client.post("/sign-in", data=form)
    assert client.cookies[COOKIE] != first
    old = await client.get("/api/v1/wallboard", headers={"Authorization": f"Bearer {first}"})
    assert old.status_code == 401


async def test_another_sites_page_cannot_use_the_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"user": "minji", "password": PASSWORD})
    foreign = {"Origin": "https://evil.example"}
    body = {"state": "ready"}
    assert (await client.post("/api/v1/agents/minji/state", json=body, headers=foreign)).status_code == 403
    own = {"Origin": "http://console"}
    assert (await client.post("/api/v1/agents/minji/state", json=body, headers=own)).status_code == 200
    form = {"user": "minji", "password": PASSWORD}
    assert (await client.post("/sign-in", data=form, headers=foreign)).status_code == 403


async def test_a_stranger_is_led_to_the_sign_in_and_an_agent_to_the_desk(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/sign-in"
    for user, page in (("minji", "/desk"), ("sam", "/wallboard")):
        await client.post("/sign-in", data={"user": user, "password": PASSWORD})
        assert (await client.get("/")).headers["location"] == page


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/sign-in", "/api/v1/wallboard", "/assets/console.css", "/api/docs", "/api/openapi.json"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


async def test_the_choice_of_a_language_never_leads_to_another_site(client: httpx.AsyncClient) -> None:
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "nonsense"):
        answer = await client.get("/preferences", params={"language": "zh", "back": back})
        assert answer.headers["location"] == "/"
    page = (await client.get("/sign-in")).text
    assert "用户名" in page


async def test_what_was_typed_at_the_sign_in_is_shown_as_text(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"user": '"><script>alert(1)</script>', "password": "x"})
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text


async def test_an_oversized_request_is_turned_away(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/sessions", content=b" " * (LARGEST_BODY + 1))
    assert answer.status_code == 413


async def test_the_api_page_names_every_route_and_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/docs")).text
    assert "POST /api/v1/agents/{agent}/work/claim" in page
    assert "://" not in page
