"""How quickly the console answers a desk and a wallboard, over HTTP, from a floor in memory.

Two processes: this one asks over one kept connection, the console serves from a process of its own.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import numpy as np

from config.clock import SystemClock
from config.errors import HotlineError
from config.events import EventBus
from config.logging import configure_logging
from console.app import build_console
from console.identity.passwords import generate
from console.identity.sign_in import add_user
from console.identity.users import Role, User
from console.sample.memory_conversations import MemoryConversations
from console.sample.memory_desk import MemoryDesk
from console.sample.memory_floor import Floor
from console.sample.morning import sample_floor, sample_offer
from console.store.memory_users import MemoryUsers
from console.web.server import ConsoleServer
from hotline.bench.row import Row

_AGENTS, _WAITING, _REQUESTS, _WARMING = 50, 100, 400, 30
#: A screen, which takes several answers, should be there within a tenth of a second. It is also less than the 40 ms by
#: which Nagle's algorithm and delayed acknowledgement hold back the answers of a socket without TCP_NODELAY.
_TARGET_P95 = 20.0
_AGENT = "minji"


def rows() -> Iterator[Row]:
    """The wallboard of a supervisor, and the work of an agent who is offered a call."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    server = processes.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    theirs.close()
    address, password = ours.recv()
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
    try:
        credentials = json.dumps({"user": "bench", "password": password})
        headers = {"Content-Type": "application/json"}
        token = json.loads(_ask(connection, "POST", "/api/v1/sessions", headers, credentials))["token"]
        for name, path in (
            (f"wallboard, {_AGENTS} agents, {_WAITING} waiting", "/api/v1/wallboard"),
            ("work of an agent", f"/api/v1/agents/{_AGENT}/work"),
        ):
            times = _times(connection, path, token)
            p50, p95 = (float(np.percentile(times, percentile)) for percentile in (50, 95))
            yield Row("console", f"{name}, JSON p50 of {_REQUESTS}", p50, "ms", None, None)
            yield Row("console", f"{name}, JSON p95 of {_REQUESTS}", p95, "ms", _TARGET_P95, p95 <= _TARGET_P95)
    finally:
        connection.close()
        ours.send("stop")
        server.join()


def _times(connection: http.client.HTTPConnection, path: str, token: str) -> list[float]:
    """Milliseconds of each request, after some that warm up."""
    times = []
    for _ in range(_WARMING + _REQUESTS):
        began = time.perf_counter()
        _ask(connection, "GET", path, {"Authorization": f"Bearer {token}"})
        times.append(1000 * (time.perf_counter() - began))
    return times[_WARMING:]


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> bytes:
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    data = response.read()
    if response.status >= http.client.BAD_REQUEST:
        raise HotlineError(f"the console answered {response.status}: {data[:200]!r}", where=path)
    return data


def _serve(asker: Connection) -> None:
    configure_logging("human", "error")
    asyncio.run(_console(asker))


async def _console(asker: Connection) -> None:
    """Serve until told to stop."""
    clock, events, users, password = SystemClock(), EventBus(), MemoryUsers(), generate()
    await add_user(users, User("bench", "Bench", Role.ADMIN), password)
    desk = _desk(clock, events)
    await desk.ready(_AGENT)
    await desk.offer(_AGENT, sample_offer(clock.now()))
    app = build_console(desk, MemoryConversations(Floor()), users, events, clock, generate())
    server = ConsoleServer(app, "127.0.0.1", 0)
    await server.start()
    asker.send((server.address, password))
    await asyncio.to_thread(asker.recv)
    await server.stop()


def _desk(clock: SystemClock, events: EventBus) -> MemoryDesk:
    """The sample floor, grown to a floor's usual size by likenesses of its agents and callers."""
    floor = sample_floor(clock.now())
    agents, waiting = tuple(floor.agents.values()), tuple(floor.waiting.values())
    for number in range(_AGENTS - len(agents)):
        name = f"agent-{number}"
        floor.agents[name] = replace(agents[number % len(agents)], id=name)
    for number in range(_WAITING - len(waiting)):
        work = f"work-{number}"
        floor.waiting[work] = replace(waiting[number % len(waiting)], work=work)
    return MemoryDesk(clock, events, floor)
