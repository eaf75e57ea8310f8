"""SIP over TCP and IPv6, with real sockets on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from config.clock import SystemClock
from config.errors import AddressInUse
from ivr.messages import Dial, LegEnded
from ivr.sip.framing import PING, PONG
from ivr.sip.hop import Hop
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings, Trunk
from ivr.sip.sockets import Sockets
from ivr.sip.tcp import TcpLimits, TcpTransport
from ivr.sip.timers import LoopTimers
from tests.sip.bench import request
from tests.sip.silent_media import SilentMedia
from tests.sip.two_edges import one_calls_the_other
from tests.sip.virtual_timers import VirtualTimers

OPTIONS = request("OPTIONS").replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")
Open = Callable[[TcpLimits], Awaitable["Listener"]]


class Listener:
    """One TCP transport, and what came in."""

    def __init__(self, limits: TcpLimits) -> None:
        self.timers = VirtualTimers()
        self.transport = TcpTransport("127.0.0.1", 0, self.timers, limits)
        self.received: asyncio.Queue[tuple[bytes, Hop]] = asyncio.Queue()
        self.hop = Hop("127.0.0.1", self.transport.address[1], "tcp")

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await self.transport.open(loop, lambda data, source: self.received.put_nowait((data, source)))

    async def next(self) -> tuple[bytes, Hop]:
        return await asyncio.wait_for(self.received.get(), 5)


@pytest.fixture
async def listening() -> AsyncIterator[Open]:
    opened: list[Listener] = []

    async def make(limits: TcpLimits) -> Listener:
        listener = Listener(limits)
        await listener.open()
        opened.append(listener)
        return listener

    yield make
    for listener in opened:
        listener.transport.close()


async def test_an_answer_goes_back_on_the_connection_its_request_came_by(listening: Open) -> None:
    here = await listening(TcpLimits())
    reader, writer = await asyncio.open_connection(*here.transport.address)
    writer.write(OPTIONS)
    data, source = await here.next()
    assert data == OPTIONS
    here.transport.send(b"answer", source)
    assert await asyncio.wait_for(reader.read(100), 5) == b"answer"
    assert here.transport.connections == 1
    writer.close()


async def test_a_connection_is_used_again_and_messages_wait_for_it(listening: Open) -> None:
    here, there = await listening(TcpLimits()), await listening(TcpLimits())
    for _ in range(3):
        here.transport.send(OPTIONS, there.hop)
    sources = {(await there.next())[1] for _ in range(3)}
    here.transport.send(OPTIONS, there.hop)
    sources.add((await there.next())[1])
    assert len(sources) == 1
    assert (here.transport.connections, there.transport.connections) == (1, 1)


async def test_a_keep_alive_is_answered(listening: Open) -> None:
    here = await listening(TcpLimits())
    reader, writer = await asyncio.open_connection(*here.transport.address)
    writer.write(PING)
    assert await asyncio.wait_for(reader.read(100), 5) == PONG
    writer.close()


async def test_nobody_there_is_told(listening: Open) -> None:
    here, there = await listening(TcpLimits()), await listening(TcpLimits())
    there.transport.close()
    failed = asyncio.Event()
    here.transport.send(OPTIONS, there.hop, failed.set)
    await asyncio.wait_for(failed.wait(), 5)
    assert here.transport.connections == 0


async def test_a_connection_that_breaks_before_anything_came_back_is_told(listening: Open) -> None:
    here, there = await listening(TcpLimits()), await listening(TcpLimits())
    failed = asyncio.Event()
    here.transport.send(OPTIONS, there.hop, failed.set)
    await there.next()
    assert not failed.is_set()
    there.transport.close()
    await asyncio.wait_for(failed.wait(), 5)


async def test_a_stream_without_sense_ends_its_connection(listening: Open) -> None:
    here = await listening(TcpLimits())
    reader, writer = await asyncio.open_connection(*here.transport.address)
    writer.write(b"OPTIONS sip:a SIP/2.0\r\n\r\n")
    assert await _is_ended(reader)
    assert here.received.empty()
    writer.close()


async def test_one_host_has_no_more_than_its_share_of_connections(listening: Open) -> None:
    here = await listening(TcpLimits(connections_of_one_host=2))
    writers = [(await asyncio.open_connection(*here.transport.address))[1] for _ in range(5)]
    for writer in writers[:2]:
        writer.write(OPTIONS)
        await here.next()
    assert here.transport.connections == 2
    for writer in writers:
        writer.close()


async def test_idle_and_half_sent_connections_are_closed(listening: Open) -> None:
    here = await listening(TcpLimits(idle=60, incomplete=10))
    idle_reader, idle_writer = await asyncio.open_connection(*here.transport.address)
    stuck_reader, stuck_writer = await asyncio.open_connection(*here.transport.address)
    idle_writer.write(OPTIONS)
    await here.next()
    stuck_writer.write(OPTIONS[:50])
    stuck_writer.write(OPTIONS[50:] + OPTIONS[:50])  # what comes first shows that the rest has come too
    await here.next()
    here.timers.advance(20)
    assert await _is_ended(stuck_reader)
    assert here.transport.connections == 1
    here.timers.advance(60)
    assert await asyncio.wait_for(idle_reader.read(100), 5) == b""
    stuck_writer.close()
    idle_writer.close()


async def test_udp_and_tcp_share_the_port_and_a_busy_one_is_told() -> None:
    timers = LoopTimers(asyncio.get_running_loop(), SystemClock())
    first = Sockets(EdgeSettings("127.0.0.1", 0), timers)
    with pytest.raises(AddressInUse):
        TcpTransport("127.0.0.1", first.address[1], timers)
    first.close()
    second = Sockets(EdgeSettings("127.0.0.1", first.address[1]), timers)
    assert second.address == first.address
    second.close()


async def test_each_family_has_its_own_address_towards_others() -> None:
    timers = LoopTimers(asyncio.get_running_loop(), SystemClock())
    both = Sockets(EdgeSettings("127.0.0.1", 0, "203.0.113.7", address6="::1", public_address6="2001:db8::7"), timers)
    assert both.local(Hop("192.0.2.1", 5060))[0] == "203.0.113.7"
    assert both.local(Hop("2001:db8::1", 5060))[0] == "2001:db8::7"
    failed = asyncio.Event()
    await both.open(asyncio.get_running_loop(), lambda data, source: None)
    both.close()
    one = Sockets(EdgeSettings("127.0.0.1", 0), timers)
    await one.open(asyncio.get_running_loop(), lambda data, source: None)
    one.send(b"x", Hop("::1", 5060), failed.set)
    await asyncio.wait_for(failed.wait(), 5)
    one.close()


async def _is_ended(reader: asyncio.StreamReader) -> bool:
    """Whether the other side closes the connection, in good order or not."""
    try:
        return await asyncio.wait_for(reader.read(100), 5) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    ("address", "target"),
    [("127.0.0.1", "127.0.0.1:{port};transport=tcp"), ("::1", "[::1]:{port}"), ("::1", "[::1]:{port};transport=tcp")],
)
async def test_two_edges_call_each_other(address: str, target: str) -> None:
    told = await one_calls_the_other(address, target)
    assert isinstance(told[-1], LegEnded)


async def test_a_trunk_over_tcp_and_by_name_is_reached() -> None:
    theirs = PyVoipEdge(EdgeSettings("127.0.0.1", 0), SilentMedia())
    arrived = asyncio.Event()
    await theirs.start(lambda event: arrived.set())
    trunk = Trunk("localhost", theirs.address[1], transport="tcp", caller_identity=True)
    ours = PyVoipEdge(EdgeSettings("127.0.0.1", 0, trunks=(trunk,)), SilentMedia())
    await ours.start(lambda event: None)
    ours.send(Dial("out", "+821055550123", "+8215880000", 20))
    await asyncio.wait_for(arrived.wait(), 5)
    await ours.stop()
    await theirs.stop()
