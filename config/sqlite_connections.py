"""Connections to SQLite whose threads are seen to end.

aiosqlite gives each connection a thread, which answers the event loop. When opening fails, or a cancelled task's
connection is cut off, it only asks that thread to end: on a loop that was closed meanwhile the last answer is an error
that nobody can catch. And a connection that is being closed when it is cut off waits for ever for a thread that has
ended already.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import aiosqlite

#: Rows that a cursor fetches at once when it is iterated; aiosqlite's own number.
_ROWS_AT_ONCE = 64

_End = asyncio.Future[Any]


class _Connection(aiosqlite.Connection):
    """May be stopped more than once, by several who all wait for the one end."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], ending: set[_End]) -> None:
        super().__init__(connector, _ROWS_AT_ONCE)
        # As SQLAlchemy has it: a connection that was forgotten must not keep the program alive.
        self._thread.daemon = True
        self._ending = ending
        self._end: _End | None = None

    def stop(self) -> _End | None:
        if self._end is None:
            self._end = super().stop()
            if self._end is None:  # collected as garbage, where no loop is left to wait in
                return None
            self._ending.add(self._end)
            self._end.add_done_callback(self._ending.discard)
        return asyncio.shield(self._end)


class SqliteConnections:
    """Opens the connections of one database. `ended` before its event loop is closed."""

    def __init__(self) -> None:
        self._ending: set[_End] = set()

    async def open(self, path: str, **options: Any) -> aiosqlite.Connection:
        """`options` are those of `sqlite3.connect`. Raises `sqlite3.Error` once nothing is left of the attempt."""
        connection = _Connection(partial(sqlite3.connect, path, **options), self._ending)
        opening = asyncio.ensure_future(connection)
        try:
            return await asyncio.shield(opening)
        except sqlite3.Error:
            await self.ended()
            raise
        except asyncio.CancelledError:
            closing = asyncio.ensure_future(_close_once_open(opening))
            self._ending.add(closing)
            closing.add_done_callback(self._ending.discard)
            raise

    async def ended(self) -> None:
        """Wait until every connection that was given up is closed, and its thread has given its last answer."""
        while self._ending:
            ending = set(self._ending)
            await asyncio.gather(*ending, return_exceptions=True)
            self._ending -= ending


async def _close_once_open(opening: asyncio.Future[aiosqlite.Connection]) -> None:
    """What nobody waits for any more. Left to the garbage collector, the open file would be lost with the answer."""
    with suppress(sqlite3.Error):  # then it has ended already, and whoever wanted it has gone
        await (await opening).close()
