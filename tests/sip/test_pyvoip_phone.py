"""pyVoIP's face on our phone: its classes, its states, its verbs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from pyVoIP.VoIP import CallState, InvalidStateError, PhoneStatus, VoIPCall, VoIPPhone

from ivr.media.remote import PeerSilent
from ivr.messages import (
    Answer,
    Bridge,
    Dial,
    DigitPressed,
    Drain,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegArrived,
    LegEnded,
    LegFailed,
    PlayFinished,
    Tap,
)
from ivr.sip.pyvoip_phone import EdgeCall, EdgePhone, PyVoipEdge
from ivr.sip.settings import EdgeSettings, Trunk
from tests.sip.peer import Peer
from tests.sip.silent_media import SilentMedia


class Running:
    """A started edge, its events, and a peer."""

    def __init__(self) -> None:
        self.media = SilentMedia()
        self.edge = PyVoipEdge(EdgeSettings("127.0.0.1", 0), self.media)
        self.events: list[EdgeEvent] = []

    @property
    def phone(self) -> EdgePhone:
        assert self.edge.phone is not None
        return self.edge.phone

    async def settle(self) -> None:
        await asyncio.sleep(0.02)


def state(call: VoIPCall) -> CallState:
    """Asked anew each time: it changes behind the type checker's back."""
    found: CallState = call.state
    return found


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    running = Running()
    await running.edge.start(running.events.append)
    yield running
    await running.edge.stop()


async def test_a_call_shows_pyvoips_states_and_verbs(running: Running) -> None:
    peer = Peer(running.edge.address)
    peer.call()
    await peer.wait_for(180)
    [call] = running.phone.calls.values()
    assert isinstance(running.phone, VoIPPhone)
    assert isinstance(call, VoIPCall)
    assert state(call) is CallState.RINGING
    assert call.request.headers["From"]["number"] == "+82105550123"
    call.answer()
    peer.acknowledge(await peer.wait_for(200, "INVITE"))
    assert state(call) is CallState.ANSWERED
    with pytest.raises(InvalidStateError):
        call.deny()
    await running.settle()
    call.hangup()
    assert state(call) is CallState.ENDED
    assert not running.phone.calls
    await peer.wait_for(0, "BYE")
    peer.close()


async def test_a_dialled_call_shows_pyvoips_states(running: Running) -> None:
    peer = Peer(running.edge.address)
    call = running.phone.call(peer.uri)
    assert state(call) is CallState.DIALING
    await peer.wait_for(0, "ACK")
    assert state(call) is CallState.ANSWERED
    with pytest.raises(InvalidStateError):
        running.phone.call("+82101234567")  # no trunk
    peer.close()


async def test_no_thread_is_started_for_a_call(running: Running) -> None:
    before = threading.active_count()
    peer = Peer(running.edge.address)
    for _ in range(5):
        peer.call()
    await running.settle()
    assert len(running.phone.calls) == 5
    assert threading.active_count() == before
    peer.close()


async def test_the_status_is_pyvoips(running: Running) -> None:
    phone = running.phone
    assert phone.get_status() is PhoneStatus.REGISTERED
    await running.edge.stop()
    assert phone.get_status() is PhoneStatus.INACTIVE
    assert running.edge.phone is None


async def test_what_the_media_thread_tells_of_a_leg_that_is_over_is_dropped(running: Running) -> None:
    peer = Peer(running.edge.address)
    call_id = peer.call()
    await peer.wait_for(180)
    await running.settle()
    [arrived] = [event for event in running.events if isinstance(event, LegArrived)]
    running.media.report(DigitPressed(arrived.leg, "1"))
    await running.settle()
    assert running.events[-1] == DigitPressed(arrived.leg, "1")
    call = running.phone.calls[arrived.leg]
    assert call.get_dtmf() == "1"
    peer.cancel(call_id)
    await peer.wait_for(487, "INVITE")
    count = len(running.events)
    running.media.report(PlayFinished(arrived.leg, 1))
    await running.settle()
    assert len(running.events) == count
    peer.close()


async def test_media_commands_reach_the_plane_for_live_legs_only(running: Running) -> None:
    peer = Peer(running.edge.address)
    peer.call()
    await peer.wait_for(180)
    await running.settle()
    [arrived] = [event for event in running.events if isinstance(event, LegArrived)]
    running.edge.send(Answer(arrived.leg))
    running.edge.send(Tap(arrived.leg, True))
    running.edge.send(Tap("nobody", True))
    running.edge.send(Bridge(arrived.leg, "nobody"))
    assert running.media.commands == [Tap(arrived.leg, True)]
    peer.acknowledge(await peer.wait_for(200, "INVITE"))
    await running.settle()
    peer.close()


async def test_a_call_that_is_heard_before_its_answer_can_be_bridged(running: Running) -> None:
    caller, phone, silent = (Peer(running.edge.address, outcome) for outcome in (200, 183, None))
    caller.call()
    await caller.wait_for(180)
    await running.settle()
    [arrived] = [event.leg for event in running.events if isinstance(event, LegArrived)]
    running.edge.send(Dial("early", phone.uri, "1", 20.0))
    running.edge.send(Dial("silent", silent.uri, "1", 20.0))
    await running.settle()
    running.edge.send(Bridge(arrived, "early"))
    running.edge.send(Answer(arrived))
    running.edge.send(Bridge(arrived, "silent"))
    running.edge.send(Bridge(arrived, "early"))
    assert running.media.commands == [Bridge(arrived, "early")]
    caller.acknowledge(await caller.wait_for(200, "INVITE"))
    await running.settle()
    for peer in (caller, phone, silent):
        peer.close()


async def test_a_call_that_falls_silent_is_ended(running: Running) -> None:
    peer = Peer(running.edge.address)
    peer.call()
    await peer.wait_for(180)
    await running.settle()
    [arrived] = [event.leg for event in running.events if isinstance(event, LegArrived)]
    running.edge.send(Answer(arrived))
    peer.acknowledge(await peer.wait_for(200, "INVITE"))
    await running.settle()
    running.media.report(PeerSilent(arrived))
    await peer.wait_for(0, "BYE")
    ended = running.events[-1]
    assert isinstance(ended, LegEnded)
    assert (ended.by, ended.why) == (EndedBy.FAULT, "media timeout")
    peer.close()


async def test_draining_is_an_order_like_any_other(running: Running) -> None:
    peer = Peer(running.edge.address)
    running.edge.send(Drain(True))
    refused = peer.call()
    assert (await peer.wait_for(503, call_id=refused)).one("retry-after") == "10"
    running.edge.send(Drain(False))
    taken = peer.call()
    await peer.wait_for(180, call_id=taken)
    peer.close()


async def test_a_call_to_a_name_can_be_given_up_before_the_name_is_found(running: Running) -> None:
    running.edge.send(Dial("out", "sip:a@localhost:9", "1", 20.0))
    call = running.phone.calls["out"]
    assert isinstance(call, EdgeCall)
    with pytest.raises(InvalidStateError):
        call.refer("sip:b@192.0.2.1")
    running.edge.send(Tap("out", True))
    running.edge.send(HangUp("out"))
    await running.settle()
    assert running.events == [LegFailed("out", 487, "cancelled")]
    assert not running.phone.calls
    assert not running.media.commands


async def test_calls_are_refused_while_the_media_is_late_and_taken_again_afterwards(running: Running) -> None:
    peer = Peer(running.edge.address)
    running.media.lateness = 0.03
    await asyncio.sleep(0.15)
    refusal = await peer.wait_for(503, call_id=peer.call())
    assert int(refusal.one("retry-after")) > 0
    running.media.lateness = 0.01
    await asyncio.sleep(0.15)
    await peer.wait_for(180, call_id=peer.call())
    peer.close()


async def test_a_trunk_that_wants_it_is_told_where_we_are_and_that_we_left() -> None:
    registrar = Peer(("127.0.0.1", 1))
    edge = PyVoipEdge(
        EdgeSettings("127.0.0.1", 0, trunks=(Trunk("127.0.0.1", registrar.port, "account", "secret", register=True),)),
        SilentMedia(),
    )
    await edge.start(lambda event: None)
    registrar.edge = edge.address
    phone = edge.phone
    assert phone is not None
    assert phone.get_status() is PhoneStatus.REGISTERING
    asked = await registrar.wait_for(0, "REGISTER")
    assert asked.one("expires") == "300"
    await asyncio.sleep(0.05)
    assert phone.get_status() is PhoneStatus.REGISTERED
    await edge.stop()
    await asyncio.sleep(0.02)
    assert registrar.inbox[-1].one("expires") == "0"
    registrar.close()
