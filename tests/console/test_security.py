"""What keeps the console safe: headers on every answer, the cookie, forms and sockets of other sites, sizes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from console.audit import Did
from console.identity.cookies import COOKIE
from console.pages.nonces import with_nonces
from console.web.shield import DOCUMENT_POLICY, LARGEST_BODY
from console.web.uploads import LARGEST_UPLOAD
from tests.console.people import PASSWORD, PEOPLE
from tests.console.roles.house import RoleHouse, role_house
from tests.console.roles.pages import OPEN, PAGES
from tests.console.roles.tables import ROWS

pytestmark = pytest.mark.long  # hashing passwords takes long on purpose

MINJI, SAM, ROOT = PEOPLE
FORM = {"user": "minji", "password": PASSWORD}
NEW = "rain on tin roofs"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[RoleHouse]:
    async with role_house(tmp_path) as house:
        yield house


class Scripts(HTMLParser):
    """The inline scripts of a page that the browser would have to run, with their nonces; and every handler in an
    attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.nonces: list[str | None] = []
        self.handlers: list[str] = []
        self.foreign: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.handlers += [name for name in known if name.startswith("on")]
        self.foreign += [
            value for name in ("src", "href") if (value := known.get(name)) and value.startswith(("http", "//"))
        ]
        if tag == "script" and "src" not in known and known.get("type") not in ("application/json", "text/x-template"):
            self.nonces.append(known.get("nonce"))


def check_headers(headers: httpx.Headers, where: str, nonce: str | None = None) -> None:
    if "/report" in where and headers["content-type"] != "application/problem+json":
        assert headers["content-security-policy"] == DOCUMENT_POLICY, where  # its own styles, and no script whatever
    else:
        check_policy(headers, where, nonce)
    check_others(headers, where)


def check_policy(headers: httpx.Headers, where: str, nonce: str | None) -> None:
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    scripts = f"'self' 'nonce-{nonce}' 'unsafe-eval'" if nonce else "'self'"
    assert policy["script-src"] == scripts, where
    assert policy["script-src-attr"] == "'none'", where
    assert policy["default-src"] == "'self'", where
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", where
    assert policy["form-action"] == "'self'", where
    assert "'unsafe-inline'" not in policy["script-src"], where


def check_others(headers: httpx.Headers, where: str) -> None:
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["x-frame-options"] == "DENY", where
    assert headers["referrer-policy"] == "same-origin", where
    assert headers["cross-origin-opener-policy"] == "same-origin", where
    assert headers["cross-origin-resource-policy"] == "same-origin", where
    assert "camera=()" in headers["permissions-policy"], where
    assert "server" not in headers, where
    assert "x-powered-by" not in headers, where


async def patiently(house: RoleHouse, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """Some answers take a second on purpose, by the clock."""
    asking = asyncio.create_task(house.browser.request(method, path, headers=headers))
    while not asking.done():
        await asyncio.wait({asking}, timeout=0.05)
        await house.sample.clock.advance(1)
    return await asking


async def test_every_route_and_every_error_carries_the_headers(house: RoleHouse) -> None:
    session = await house.session_of(ROOT)
    asked = [(row.method, row.address(house.names)) for row in ROWS if not row.endless and row.path != "/sessions"]
    faults = [
        ("GET", "/api/v1/nothing"),
        ("POST", "/api/v1/sessions"),
        ("GET", "/assets/none.css"),
    ]
    assets = [("GET", "/assets/console.css"), ("GET", "/assets/console.js"), ("GET", "/api/openapi.json")]
    for headers in ({}, {"Authorization": f"Bearer {session}"}):
        for method, path in (*asked, *OPEN, *faults, *assets):
            answer = await patiently(house, method, path, headers)
            check_headers(answer.headers, f"{method} {path} {answer.status_code}")
            assert path.startswith("/assets/") or answer.headers["cache-control"] == "no-store", path
    too_large = await house.browser.post("/api/v1/sessions", content=b" " * (LARGEST_BODY + 1))
    assert too_large.status_code == 413
    check_headers(too_large.headers, "413")


async def test_a_fault_of_the_program_carries_them_too(house: RoleHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(house.sample.desk, "wallboard", broken)
    headers = {"Authorization": f"Bearer {await house.session_of(ROOT)}"}
    answer = await house.browser.get("/api/v1/wallboard", headers=headers)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    check_headers(answer.headers, "500")


async def test_every_page_runs_only_scripts_with_its_own_nonce(house: RoleHouse) -> None:
    """And loads nothing from other machines."""
    seen: set[str | None] = set()
    async with house.served(await house.session_of(ROOT)) as browser:
        for path in (*(sight.path for sight in PAGES), "/no-such-page"):
            page = await browser.get(path)
            scripts = Scripts(page.text)
            (nonce,) = set(scripts.nonces)
            assert nonce, path
            assert len(nonce) >= 22, path
            assert nonce not in seen, "a nonce is used once"
            seen.add(nonce)
            check_headers(page.headers, path, nonce)
            assert scripts.handlers == [], path
            assert scripts.foreign == [], path
        for path in ("/sign-in", "/password", "/status", "/complain", "/api/docs"):
            scripts = Scripts((await browser.get(path)).text)
            assert (scripts.nonces, scripts.handlers, scripts.foreign) == ([], [], []), path


def test_a_page_that_is_made_differently_does_not_run_without_us_noticing() -> None:
    assert with_nonces("<script>a</script><script type=module>b</script><script\n>c</script>").count("nonce=") == 3
    with pytest.raises(RuntimeError, match="made differently"):
        with_nonces('<script src="a.js"></script><script>b</script>')


async def test_what_somebody_calls_themselves_gets_no_nonce(house: RoleHouse) -> None:
    await house.accounts.people.add(ROOT, "mallory", "<script>alert(1)</script>", PEOPLE[0].role, "minji")
    async with house.served(await house.session_of(ROOT)) as browser:
        page = (await browser.get("/people")).text
    assert "mallory" in page
    assert "<script>" not in page
    assert "alert(1)</script>" not in page


async def test_the_cookie_is_for_this_host_over_tls_alone_where_there_is_tls(house: RoleHouse) -> None:
    plain = (await house.browser.post("/sign-in", data=FORM)).headers["set-cookie"]
    assert plain.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"} <= set(plain.split("; "))
    assert "Secure" not in plain.split("; ")
    answer = await house.browser.post("https://console/sign-in", data=FORM)
    secure = answer.headers["set-cookie"].split("; ")
    assert secure[0].startswith(f"__Host-{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Secure"} <= set(secure)
    assert not any(part.startswith("Domain") for part in secure)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    left = await house.browser.post("https://console/sign-out")
    assert left.headers["set-cookie"].startswith(f'__Host-{COOKIE}=""')


async def test_over_tls_a_cookie_that_plain_http_could_have_set_is_not_taken(house: RoleHouse) -> None:
    session = await house.session_of(MINJI)
    for name, status in ((COOKIE, 401), (f"__Host-{COOKIE}", 200)):
        answer = await house.browser.get("https://console/api/v1/wallboard", headers={"Cookie": f"{name}={session}"})
        assert answer.status_code == status


FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://console.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
async def test_another_sites_page_can_do_nothing_with_the_cookie(house: RoleHouse, foreign: dict[str, str]) -> None:
    cookie = {"Cookie": f"{COOKIE}={await house.session_of(ROOT)}", **foreign}
    for row in (row for row in ROWS if row.method != "GET"):
        answer = await house.browser.request(row.method, row.address(house.names), json=row.body, headers=cookie)
        assert answer.status_code == 403, row
    for path, form in (
        ("/sign-in", FORM),
        ("/password", {"old": PASSWORD, "new": NEW, "again": NEW}),
        ("/sign-out", {}),
    ):
        assert (await house.browser.post(path, data=form, headers=cookie)).status_code == 403, path
    own = {"Cookie": cookie["Cookie"], "Origin": "http://console", "Sec-Fetch-Site": "same-origin"}
    assert (await house.browser.get("/api/v1/wallboard", headers=own)).status_code == 200


_UPGRADE = {"Host": "console", "Connection": "upgrade", "Upgrade": "websocket"}


async def socket_answer(house: RoleHouse, headers: dict[str, str]) -> Message:
    """What the console says first to whoever opens NiceGUI's websocket."""
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"} if not said else {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Message) -> None:
        said.append(message)

    scope: dict[str, Any] = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "root_path": "",
        "path": "/_nicegui_ws/socket.io/", "raw_path": b"/_nicegui_ws/socket.io/", "subprotocols": [],
        "query_string": b"EIO=4&transport=websocket", "client": ("192.0.2.7", 5000), "server": ("console", 80),
        "headers": [(name.lower().encode(), value.encode()) for name, value in (_UPGRADE | headers).items()],
    }  # fmt: skip
    await house.app(scope, receive, send)
    return said[0]


async def test_another_sites_page_opens_no_websocket(house: RoleHouse) -> None:
    for foreign in FOREIGN:
        assert await socket_answer(house, foreign) == {"type": "websocket.close", "code": 1008}
    own = await socket_answer(house, {"Origin": "http://console"})
    assert own["type"] == "websocket.accept"


async def test_the_first_password_opens_nothing_but_the_page_where_it_is_changed(house: RoleHouse) -> None:
    shown = await house.accounts.people.add(ROOT, "wei", "Wei", MINJI.role, "wei")
    entered = await house.browser.post("/sign-in", data={"user": "wei", "password": shown})
    assert entered.headers["location"] == "/"
    assert (await house.browser.get("/")).headers["location"] == "/password"
    refused = await house.browser.get("/api/v1/agents/wei")
    assert refused.status_code == 403
    assert "/password" in refused.json()["remedy"]
    assert "Somebody else made the password" in (await house.browser.get("/password")).text
    for form, status, said in (
        ({"old": shown, "new": NEW, "again": "different words here"}, 409, "not the same"),
        ({"old": "wrong", "new": NEW, "again": NEW}, 409, "until now is wrong"),
        ({"old": shown, "new": "short", "again": "short"}, 409, "at least 10"),
        ({"old": shown, "new": shown, "again": shown}, 409, "the one you have"),
    ):
        answer = await house.browser.post("/password", data=form)
        assert (answer.status_code, said in answer.text) == (status, True), form
    before = house.browser.cookies[COOKIE]
    changed = await house.browser.post("/password", data={"old": shown, "new": NEW, "again": NEW})
    assert (changed.status_code, changed.headers["location"]) == (303, "/")
    assert house.browser.cookies[COOKIE] != before, "the session is another one"
    assert (await house.browser.get("/api/v1/agents/wei")).status_code in (200, 404)
    old = await house.browser.get("/api/v1/wallboard", headers={"Authorization": f"Bearer {before}"})
    assert old.status_code == 401


async def test_the_page_of_the_password_is_for_those_who_came_in(house: RoleHouse) -> None:
    assert (await house.browser.get("/password")).headers["location"] == "/sign-in"
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert (await house.browser.post("/password", data=form)).headers["location"] == "/sign-in"


async def test_an_upload_may_be_larger_than_other_requests_and_not_endless(house: RoleHouse) -> None:
    upload = "/_nicegui/client/3b1c/upload/7"
    large, endless = str(LARGEST_BODY + 1), str(LARGEST_UPLOAD + LARGEST_BODY)
    for path, size, status in (
        (upload, large, 404),
        (upload, endless, 413),
        ("/api/v1/contacts", large, 413),
        ("/_nicegui/client/3b1c/upload/7/more", large, 413),
    ):
        answer = await house.browser.post(path, headers={"Content-Length": size})
        assert answer.status_code == status, (path, size)


async def test_a_body_without_a_length_is_cut_off(house: RoleHouse) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    headers = {"Authorization": f"Bearer {await house.session_of(ROOT)}", "Content-Type": "application/json"}
    answer = await house.browser.post("/api/v1/contacts", content=endless(), headers=headers)
    assert answer.status_code in (400, 413, 422)


async def test_sign_ins_are_written_down_with_the_network_they_came_from(house: RoleHouse) -> None:
    await house.session_of(SAM)
    (line,) = await house.accounts.audit.newest(ROOT)
    assert (line.by, line.what, line.source) == ("sam", Did.SIGNED_IN, "127.0.0.0/24")
