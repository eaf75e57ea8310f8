"""What the tests with real peers share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ivr.sip.settings import EdgeSettings
from tests.live.peers.application import Application, settings
from tests.live.peers.audio import Audio
from tests.live.peers.sipp import SippBench

Start = Callable[[EdgeSettings], Awaitable[Application]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts applications with settings of their own."""
    async with AsyncExitStack() as running:

        async def begin(settings: EdgeSettings) -> Application:
            made = Application(settings)
            await made.start()
            running.push_async_callback(made.stop)
            return made

        yield begin


@pytest.fixture
async def application(start: Start) -> Application:
    """One on IPv4 loopback that answers."""
    return await start(settings())


@pytest.fixture
async def sipp(tmp_path: Path) -> AsyncIterator[SippBench]:
    """Starts SIPps."""
    bench = SippBench(tmp_path)
    yield bench
    await bench.stop()


@pytest.fixture
async def audio() -> AsyncIterator[Audio]:
    """The mouth and ear of a SIPp."""
    made = Audio()
    await made.open("127.0.0.1")
    yield made
    made.close()
