"""Serves the console inside a running event loop, without taking over the program's signals."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp

from config.errors import AddressInUse

#: How long open pages may take to say goodbye when the program ends.
_FAREWELL_SECONDS = 2


class ConsoleServer:
    """`start` returns once requests are served; `stop` once the last one is."""

    def __init__(self, app: ASGIApp, host: str, port: int, proxies: Sequence[str] = ()) -> None:
        """`proxies` are addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
        self._app = app
        self._proxies = list(proxies)
        self._host = host
        self._port = port
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where browsers find it. With port 0 the real port is known after `start`."""
        host = _to_be_called(self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    async def start(self) -> None:
        """Listen. `AddressInUse` when another program has the port."""
        listener = self._bind()
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            proxy_headers=bool(self._proxies),
            forwarded_allow_ips=self._proxies,
            server_header=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=_FAREWELL_SECONDS,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        up = asyncio.create_task(self._server.up.wait())
        await asyncio.wait({up, self._task}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Stop listening and close what is open."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # asyncio switches Nagle's delay off only where the protocol is named: each answer would wait 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._port))
        except OSError as fault:
            listener.close()
            raise AddressInUse(
                f"the console cannot listen: {fault.strerror or fault}",
                where=f"{self._host}:{self._port}",
                remedy="choose another port, or stop the program that has it",
            ) from fault
        return listener


def _to_be_called(host: str) -> str:
    """The host under which one that was bound is reached from this machine: the loopback, where all were bound."""
    if not host:
        return "127.0.0.1"
    try:
        address = ip_address(host)
    except ValueError:
        return host  # a name
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else "127.0.0.1"


class _Server(uvicorn.Server):
    """Says when it is up, and leaves signals to the program around it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
