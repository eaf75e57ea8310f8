"""Serving inside a running loop."""

from __future__ import annotations

import signal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from config.errors import AddressInUse
from console.server import ConsoleServer


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
