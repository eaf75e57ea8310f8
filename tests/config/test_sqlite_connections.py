"""No thread of a SQLite connection speaks to an event loop that is gone, and none is waited for in vain."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.errors import DatabaseFault
from config.events import EventBus
from config.sqlite_connections import SqliteConnections

#: Seconds that a thread lingers after each answer, unless the database is closed sooner.
_LINGER = 0.1


class Lingering:
    """Holds up the threads that answer a loop, as a busy machine does, and counts who answers after `close`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        self._answer: Callable[..., asyncio.Handle] = loop.call_soon_threadsafe
        self._closed = threading.Event()
        self.threads: set[threading.Thread] = set()
        self.too_late = 0
        monkeypatch.setattr(loop, "call_soon_threadsafe", self._call_soon_threadsafe)

    def close(self) -> None:
        """From here on nothing may come any more. Returns once every thread has said what it had to say."""
        self._closed.set()
        for thread in self.threads:
            thread.join(timeout=5)
            assert not thread.is_alive()

    def _call_soon_threadsafe(self, callback: Callable[..., object], *arguments: object) -> asyncio.Handle:
        self.threads.add(threading.current_thread())
        self.too_late += self._closed.is_set()
        handle = self._answer(callback, *arguments)
        self._closed.wait(_LINGER)
        return handle


def database_at(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", EventBus(), VirtualClock(datetime(2026, 11, 22, tzinfo=UTC)))


async def test_a_database_that_cannot_be_opened_leaves_no_thread_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(tmp_path / "no such folder" / "hotline.db")
    lingering = Lingering(asyncio.get_running_loop(), monkeypatch)
    with pytest.raises(DatabaseFault):
        async with database.reading():
            pass
    lingering.close()
    assert len(lingering.threads) == 1
    assert lingering.too_late == 0


async def test_a_closed_database_has_no_threads_of_connections_that_were_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(tmp_path / "hotline.db")
    lingering = Lingering(asyncio.get_running_loop(), monkeypatch)

    async def open_one() -> None:
        async with database.reading():
            pass

    opening = asyncio.create_task(open_one())
    await asyncio.sleep(0)  # the thread opens the file
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await database.close()
    lingering.close()
    assert len(lingering.threads) == 1
    assert lingering.too_late == 0


async def test_closing_a_connection_ends_though_it_is_cut_off_meanwhile() -> None:
    connections = SqliteConnections()
    connection = await connections.open(":memory:")
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)  # the thread is asked to close the file
    connection.stop()
    await asyncio.wait_for(closing, timeout=5)
    await connections.ended()
