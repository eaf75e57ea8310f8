"""Somebody's web server that takes webhooks, or does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.ports import free_port


@dataclass(frozen=True)
class Post:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


class Receiver:
    """Answers each post with `status`, or whatever `answers` says of it; keeps those it answered with 2xx apart."""

    def __init__(self) -> None:
        self.port = free_port()
        self.status = 204
        self.answers: Callable[[Post], int] = lambda _: self.status
        self.more_headers = ""
        self.hang_first = 0  # so many posts are not answered while it is up
        self._serving: set[asyncio.Task[None]] = set()
        self.posts: list[Post] = []
        self.taken: list[Post] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events?token=secret"

    @property
    def counts(self) -> list[int]:
        """The numbers of the events taken, in order."""
        return [post.event["data"]["times"] for post in self.taken]

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
                post = Post(headers, await reader.readexactly(int(headers["content-length"])))
                self.posts.append(post)
                if len(self.posts) <= self.hang_first:
                    await asyncio.Event().wait()
                status = self.answers(post)
                if 200 <= status < 300:
                    self.taken.append(post)
                writer.write(f"HTTP/1.1 {status} so\r\ncontent-length: 0\r\n{self.more_headers}\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # they left
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Listen for the length of the block."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        try:
            yield
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
