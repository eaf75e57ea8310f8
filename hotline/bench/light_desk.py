"""A page of the console, open without a browser: what a browser does on the wire, and nothing of what it draws.

NiceGUI speaks Socket.IO 5 over Engine.IO 4 (https://socket.io/docs/v4/engine-io-protocol). A frame begins with a type:
`0` open, `2` ping, `3` pong, `40` connected, `42` an event as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect

from config.errors import HotlineError
from config.ids import new_id

_CLIENT = re.compile(r"""query: \{.*?["']client_id["']: ["']([^"']+)["'], ["']next_message_id["']: (\d+)""")
_OPEN, _PING, _PONG, _CONNECT, _EVENT = "0", "2", "3", "40", "42"


class LightDesk:
    """One open page; `on_update` is given each message that changes it, as text, at the moment it is there."""

    def __init__(self, on_update: Callable[[str], None]) -> None:
        self._on_update = on_update
        self._stack = AsyncExitStack()
        self._socket: ClientConnection | None = None

    async def open(self, http: httpx.AsyncClient, path: str, cookies: dict[str, str]) -> None:
        """Fetch the page and open its web socket. Raises `HotlineError` when it is no page of NiceGUI's."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = await http.get(path, headers=headers)
        found = _CLIENT.search(answer.text)
        if answer.status_code != httpx.codes.OK or found is None:
            raise HotlineError(f"the console answered {answer.status_code} and no page", where=path)
        query = {
            "EIO": "4",
            "transport": "websocket",
            "client_id": found[1],
            "next_message_id": found[2],
            "implicit_handshake": "true",
            "document_id": new_id(),
            "tab_id": new_id(),
            "old_tab_id": "",
        }
        address = f"ws://{http.base_url.host}:{http.base_url.port}/_nicegui_ws/socket.io/?{urlencode(query)}"
        self._socket = await self._stack.enter_async_context(
            connect(address, additional_headers=headers, max_size=None)
        )
        if not str(await self._socket.recv()).startswith(_OPEN):
            raise HotlineError("the console did not open the web socket", where=path)
        await self._socket.send(_CONNECT)

    async def follow(self) -> None:
        """Take what comes until the page is closed."""
        assert self._socket is not None
        async for frame in self._socket:
            text = str(frame)
            if text == _PING:
                await self._socket.send(_PONG)
            elif text.startswith(_EVENT):
                self._on_update(text)

    async def close(self) -> None:
        """Leave."""
        await self._stack.aclose()
