"""Asking a route, and what came back of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import Message

from tests.console.roles.house import RoleHouse
from tests.console.roles.row import Row


@dataclass(frozen=True, slots=True)
class Answered:
    """The beginning of an answer."""

    status: int
    headers: Mapping[str, str]


async def ask(house: RoleHouse, row: Row, token: str | None) -> Answered:
    """Call the route with a bearer token, or as a stranger. Of an answer without an end only the beginning is heard."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if row.endless:
        return await _beginning(house, row, headers)
    body = {key: house.names.get(str(value), value) for key, value in row.body.items()} if row.body else None
    form, sent = (body, None) if row.beside else (None, body)
    answer = await house.browser.request(row.method, row.address(house.names), json=sent, data=form, headers=headers)
    return Answered(answer.status_code, answer.headers)


async def _beginning(house: RoleHouse, row: Row, headers: Mapping[str, str]) -> Answered:
    begun: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    async def receive() -> Message:
        if begun.done():
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and not begun.done():
            begun.set_result(message)

    path, _, query = row.address(house.names).partition("?")
    named = {"host": "console", **{name.lower(): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": row.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("192.0.2.7", 5000),
        "server": ("console", 80),
    }
    asking = asyncio.ensure_future(house.app(scope, receive, send))
    either: set[asyncio.Future[Any]] = {asking, begun}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    await asyncio.wait({asking})
    start = begun.result()
    return Answered(start["status"], {name.decode(): value.decode() for name, value in start["headers"]})
