from __future__ import annotations

import asyncio
import socket

import pytest

from config.errors import AddressInUse, SettingsFault
from ivr.messages import LegAnswered, LegEnded, LegRinging
from ivr.sip.hop import Hop
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings
from ivr.sip.sockets import Sockets
from ivr.sip.udp import UdpTransport
from tests.sip.silent_media import SilentMedia
from tests.sip.two_edges import one_calls_the_other
from tests.sip.virtual_timers import VirtualTimers


async def test_a_busy_port_is_told_with_a_remedy_and_starts_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        media = SilentMedia()
        edge = PyVoipEdge(EdgeSettings("127.0.0.1", taken.getsockname()[1]), media)
        with pytest.raises(AddressInUse) as caught:
            await edge.start(lambda event: None)
        assert "another SIP port" in str(caught.value)
        assert not media.is_running


async def test_sources_that_are_no_networks_are_told() -> None:
    media = SilentMedia()
    edge = PyVoipEdge(EdgeSettings("127.0.0.1", 0, allowed_sources=("everyone",)), media)
    with pytest.raises(SettingsFault, match="write networks"):
        await edge.start(lambda event: None)
    assert not media.is_running


async def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(SettingsFault):
        UdpTransport("192.0.2.250", 0)


async def test_an_impossible_destination_closes_nothing() -> None:
    transport = UdpTransport("127.0.0.1", 0)
    received: asyncio.Queue[bytes] = asyncio.Queue()
    transport.open(asyncio.get_running_loop(), lambda data, source: received.put_nowait(data))
    failed = asyncio.Event()
    transport.send(b"x", Hop("127.0.0.1", 99999), failed.set)
    await asyncio.wait_for(failed.wait(), 1)
    transport.send(b"still here", Hop(*transport.address))
    assert await asyncio.wait_for(received.get(), 1) == b"still here"
    transport.close()


async def test_behind_a_nat_others_are_told_the_public_address() -> None:
    transport = Sockets(EdgeSettings("127.0.0.1", 0, "203.0.113.7"), VirtualTimers())
    assert transport.local(Hop("127.0.0.1", 5060)) == ("203.0.113.7", transport.address[1])
    transport.close()


async def test_listening_everywhere_names_the_address_on_the_way() -> None:
    transport = Sockets(EdgeSettings("0.0.0.0", 0), VirtualTimers())  # noqa: S104 - what an operator writes who wants every interface
    assert transport.local(Hop("127.0.0.1", 5060)) == ("127.0.0.1", transport.address[1])
    transport.close()


async def test_two_edges_call_each_other_in_wide_band() -> None:
    told = await one_calls_the_other("127.0.0.1", "127.0.0.1:{port}")
    assert [type(event) for event in told] == [LegRinging, LegAnswered, LegEnded]
    assert told[1] == LegAnswered("out", "G722", True)


async def test_a_port_given_back_can_be_taken_again() -> None:
    first = PyVoipEdge(EdgeSettings("127.0.0.1", 0), SilentMedia())
    await first.start(lambda event: None)
    host, port = first.address
    await first.stop()
    second = PyVoipEdge(EdgeSettings(host, port), SilentMedia())
    await second.start(lambda event: None)
    assert second.address == (host, port)
    await second.stop()
