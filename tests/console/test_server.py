"""Serving inside a running loop."""

from __future__ import annotations

import signal
from ipaddress import IPv4Address

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from config.errors import AddressInUse
from console.web.server import ConsoleServer


def app() -> Starlette:
    return Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])


async def test_it_answers_once_started_and_gives_the_port_back() -> None:
    handler = signal.getsignal(signal.SIGTERM)
    server = ConsoleServer(app(), "127.0.0.1", 0)
    await server.start()
    assert signal.getsignal(signal.SIGTERM) is handler
    async with httpx.AsyncClient() as client:
        assert (await client.get(server.address)).text == "here"
    await server.stop()
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(server.address)


async def test_a_port_that_is_taken_is_told_with_a_remedy() -> None:
    first = ConsoleServer(app(), "127.0.0.1", 0)
    await first.start()
    port = int(first.address.rpartition(":")[2])
    with pytest.raises(AddressInUse, match="the console cannot listen") as fault:
        await ConsoleServer(app(), "127.0.0.1", port).start()
    assert "choose another port" in fault.value.remedy
    await first.stop()


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("", "127.0.0.1"),
        (str(IPv4Address(0)), "127.0.0.1"),
        ("::", "[::1]"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("desk.example.com", "desk.example.com"),
    ],
)
def test_its_address_is_one_that_a_browser_on_this_machine_can_open(host: str, called: str) -> None:
    assert ConsoleServer(app(), host, 8080).address == f"http://{called}:8080"


def told(request: Request) -> PlainTextResponse:
    client = request.client
    return PlainTextResponse(f"{request.url.scheme} {client.host if client else ''}")


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (("127.0.0.1/32",), "https 192.0.2.7"),
        (("10.0.0.0/8", "::1"), "http 127.0.0.1"),
        ((), "http 127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_is_believed(
    proxies: tuple[str, ...], seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # uvicorn's own way, which the settings do not know
    server = ConsoleServer(Starlette(routes=[Route("/", told)]), "127.0.0.1", 0, proxies)
    await server.start()
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    async with httpx.AsyncClient() as client:
        assert (await client.get(server.address, headers=forged)).text == seen
    await server.stop()
