"""A house whose single processes can be killed, and what became of its calls."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from callbacks.calls.records import CallRecord, CallRecords
from callbacks.entries import AttemptEnded
from callbacks.model import AttemptOutcome, Promise
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.demo.house import ADDRESS, House
from hotline.demo.peer import SpeakingPhone
from tests.callbacks.promised import promise_callback
from tests.ports import free_port

Log = dict[str, object]


class WatchedHouse(House):
    """Reads what `hotline serve` logs, and its database from outside."""

    def log(self) -> list[Log]:
        """Every line so far."""
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def process(self, worker: str) -> int:
        """The worker's present process."""
        started = [line for line in self.log() if line["event"] == "worker_started" and line["worker"] == worker]
        process = started[-1]["process"]
        assert isinstance(process, int)
        return process

    def processes(self) -> list[int]:
        """Of all the workers."""
        return [self.process(worker) for worker in ("main", "edge", "ears")]

    @property
    def exit_code(self) -> int | None:
        """Of the supervisor; None while it runs."""
        assert self._process is not None
        return self._process.returncode

    async def kill_worker(self, worker: str) -> None:
        """SIGKILL."""
        self._mark = self.log_path.stat().st_size
        os.kill(self.process(worker), signal.SIGKILL)
        if worker == "main":
            await self._close_api()

    async def logged(self, event: str, **fields: object) -> None:
        """Until this is logged, after the last kill."""

        def found() -> bool:
            lines = [json.loads(line) for line in self._new_log().splitlines() if line.startswith(b"{")]
            return any(line["event"] == event and fields.items() <= line.items() for line in lines)

        await until(found)

    async def main_is_back(self) -> None:
        """Until another main process takes calls; signs in to its API."""
        await self._ready()

    async def state(self, agent: str) -> str:
        """The agent's, as screens show it."""
        seen = await self.get(f"/agents/{agent}")
        assert isinstance(seen, dict)
        return str(seen["state"])

    async def becomes(self, agent: str, state: str) -> None:
        """Until the agent is in this state."""
        async with asyncio.timeout(20):
            while await self.state(agent) != state:  # noqa: ASYNC110 - it is asked over HTTP
                await asyncio.sleep(0.1)

    async def records(self, number: str) -> list[CallRecord]:
        """The calls of a number, newest first."""
        async with self._books() as (book, calls):
            contact = await book.contact_by_number(number, "standard")
            return list(await calls.of_contact(contact.id))

    async def owes(self, number: str) -> Promise:
        """A callback is promised, due in a second."""
        async with self._books() as (book, _):
            contact = await book.contact_by_number(number, "standard")
            urgency = self.file.categories["refund"].urgency
            opens = self._clock.now() + timedelta(seconds=1)
            return await promise_callback(book, contact, "refund", urgency, opens, 600)

    async def promise(self, promise: str) -> tuple[Promise, list[AttemptOutcome]]:
        """The promise, and how the tries to keep it ended."""
        async with self._books() as (book, _):
            entries = await book.entries(promise)
            return await book.promise(promise), [e.outcome for e in entries if isinstance(e, AttemptEnded)]

    @asynccontextmanager
    async def _books(self) -> AsyncIterator[tuple[PromiseBook, CallRecords]]:
        self.file, _ = read_hotline_file(self._file)
        database = Database(f"sqlite+aiosqlite:///{self.database_path}", EventBus(), self._clock)
        try:
            book = PromiseBook(SqlBook(database), self._clock, BookRules.of(self.file))
            yield book, CallRecords(SqlCalls(database), self._clock)
        finally:
            await database.close()

    def ports_are_free(self) -> bool:
        """Whether nobody has them any more. A process that has ended may hold them for some moments yet, while the
        kernel still takes the last of its threads down."""
        for kind, port in ((socket.SOCK_DGRAM, self.sip_port), (socket.SOCK_STREAM, self.console_port)):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
                try:
                    probe.bind((ADDRESS, port))
                except OSError:
                    return False
        return True


def house(
    folder: Path, trunk: SpeakingPhone, agents: dict[str, SpeakingPhone], settings: dict[str, str] | None = None
) -> WatchedHouse:
    """With the quick recogniser alone."""
    stations = {name: phone.uri for name, phone in agents.items()}
    assert set(stations) <= set(read_hotline_file(default_hotline_file())[0].agents)
    made = WatchedHouse(
        folder, SystemClock(), trunk.port, stations, {"HOTLINE_SECOND_HEARING": "false"} | (settings or {})
    )
    made.sip_port, made.console_port = free_port(ADDRESS), free_port(ADDRESS)
    return made


def is_alive(process: int) -> bool:
    """Whether it runs; one that has ended and was not waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def until(holds: Callable[[], bool], within: float = 20.0) -> None:
    """Wait for it."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what other processes do has no event here
            await asyncio.sleep(0.02)


def longest_gap(phone: SpeakingPhone, since: float, until: float) -> float:
    """The longest time without a packet of audio between two moments (the event loop's time)."""
    times = [since, *(frame.at for frame in phone.heard if since <= frame.at <= until), until]
    return max(later - earlier for earlier, later in itertools.pairwise(times))


class Pulse:
    """How long this process itself, with all its telephones, stood still at worst."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.ensure_future(self._beat())

    def stop(self) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(0.01)
            now = loop.time()
            self.longest, before = max(self.longest, now - before), now
