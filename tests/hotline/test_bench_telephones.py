"""The bench's telephones: many packets at once, and calls to a hotline that the test plays."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from config.errors import HotlineError
from hotline.bench.edge.bank import PACKET, Bank
from hotline.bench.edge.callers import Callers, State
from hotline.bench.edge.mmsg import MMSGHDR, SOCKADDR_IN, Inbox
from hotline.bench.edge.wording import Dialog, read_response, respond

HOST = "127.0.0.1"


@pytest.fixture
def wire() -> Iterator[socket.socket]:
    """The other side's socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((HOST, 0))
        wire.settimeout(2)
        yield wire


@pytest.fixture
def callers(wire: socket.socket) -> Iterator[Callers]:
    with closing(Callers(HOST)) as callers:
        callers.hotline = wire.getsockname()
        yield callers


def accept(invite: bytes, audio: int = 20000) -> bytes:
    """A 200 to an INVITE, with a tag, a contact and audio there."""
    answer = respond(invite, 200, "OK").replace(b"\r\nCall-ID", b";tag=ours\r\nCall-ID", 1)
    body = f"v=0\r\nm=audio {audio} RTP/AVP 0\r\n".encode()
    return answer.replace(b"Content-Length: 0\r\n\r\n", b"Contact: <sip:here@%b>\r\n\r\n" % HOST.encode()) + body


def up(callers: Callers, wire: socket.socket) -> tuple[str, bytes]:
    """Have a call answered: its name, and the ACK."""
    call = callers.call(40000, now=0.0)
    wire.sendto(accept(wire.recv(4096)), callers.address)
    callers.step(1.0)
    assert call.state is State.UP
    return call.dialog.name, wire.recv(4096)


# --- many packets at once ----------------------------------------------------------------------------------------


def test_the_kernels_structures_have_the_kernels_sizes() -> None:
    assert (MMSGHDR.itemsize, SOCKADDR_IN.itemsize) == (64, 16)


def test_a_bank_speaks_to_each_call_from_the_port_it_names(wire: socket.socket) -> None:
    with closing(Bank(HOST, 4)) as bank:
        bank.add(wire.getsockname())
        bank.send()
        bank.send()
        (first, source), (second, _) = wire.recvfrom(2048), wire.recvfrom(2048)
    assert source == (HOST, bank.port)
    assert len(first) == PACKET == 172
    assert int.from_bytes(second[2:4], "big") - int.from_bytes(first[2:4], "big") in (1, -65535)
    assert (int.from_bytes(second[4:8], "big") - int.from_bytes(first[4:8], "big")) % 2**32 == 160
    assert first[8:12] == second[8:12]


def test_what_comes_is_noted_with_its_port_its_header_and_the_kernels_time(wire: socket.socket) -> None:
    inbox = Inbox(8, 16)
    with closing(Bank(HOST, 4)) as bank:
        before = time.time_ns()
        for number in range(3):
            wire.sendto(bytes((0x80, 0, 0, number)) + bytes(168), (HOST, bank.port))
        after = time.time_ns()
        assert bank.receive(inbox) == 3
        received = inbox.take()
        wire.sendto(bytes(172), (HOST, bank.port))
        assert bank.receive(inbox) == 1  # the room can be used again
    assert list(received.ports) == [wire.getsockname()[1]] * 3
    assert list(received.heads[:, 3]) == [0, 1, 2]
    assert np.all((received.stamps > before - 1_000_000) & (received.stamps < after + 1_000_000))


def test_no_more_is_taken_than_there_is_room_for(wire: socket.socket) -> None:
    inbox = Inbox(2, 16)
    with closing(Bank(HOST, 1)) as bank:
        for _ in range(3):
            wire.sendto(bytes(172), (HOST, bank.port))
        assert (bank.receive(inbox), inbox.room, bank.receive(inbox)) == (2, 0, 0)
        inbox.take()
        assert bank.receive(inbox) == 1


def test_a_telephone_that_hung_up_is_silent_and_the_others_are_not() -> None:
    lines = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    try:
        with closing(Bank(HOST, 3)) as bank:
            for line in lines:
                line.bind((HOST, 0))
                line.settimeout(0.2)
                bank.add(line.getsockname())
            bank.remove(lines[0].getsockname()[1])
            bank.remove(1)  # nobody's
            bank.send()
            assert (len(lines[1].recv(2048)), len(lines[2].recv(2048))) == (PACKET, PACKET)
            with pytest.raises(TimeoutError):
                lines[0].recv(2048)
            bank.add(lines[0].getsockname())
            with pytest.raises(HotlineError, match="too many calls"):
                bank.add((HOST, 9))
    finally:
        for line in lines:
            line.close()


def test_a_key_is_an_event_with_one_beginning_and_three_ends(wire: socket.socket) -> None:
    with closing(Bank(HOST, 1)) as bank:
        bank.add(wire.getsockname())
        bank.press(wire.getsockname()[1], 7)
        bank.press(wire.getsockname()[1], 7)
        packets = [wire.recv(2048) for _ in range(5)]
        next_key = wire.recv(2048)
    assert [packet[1] for packet in packets] == [0x80 | 101, 101, 101, 101, 101]
    assert {packet[12] for packet in packets} == {7}
    assert [packet[13] >> 7 for packet in packets] == [0, 0, 1, 1, 1]
    assert len({packet[4:8] for packet in packets}) == 1
    assert next_key[4:8] != packets[0][4:8]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in packets]
    assert [(number - numbers[0]) % 65536 for number in numbers] == [0, 1, 2, 3, 4]


# --- signalling --------------------------------------------------------------------------------------------------


def test_an_answered_call_is_confirmed_and_its_audio_known(callers: Callers, wire: socket.socket) -> None:
    name, ack = up(callers, wire)
    call = callers.calls[name]
    assert (call.media, call.status, callers.changed) == (20000, 200, [call])
    assert ack.startswith(b"ACK sip:here@127.0.0.1 SIP/2.0\r\n")
    assert b";tag=ours\r\n" in ack
    assert b"CSeq: 1 ACK" in ack


def test_an_invitation_is_repeated_until_something_is_heard(callers: Callers, wire: socket.socket) -> None:
    callers.call(40000, now=0.0)
    callers.step(0.4)
    callers.step(0.6)
    first, again = wire.recv(4096), wire.recv(4096)
    assert first == again
    wire.sendto(respond(first, 180, "Ringing"), callers.address)
    callers.step(0.7)
    callers.step(9.0)
    assert callers.repeats == 1


def test_a_call_that_nobody_answers_has_failed(callers: Callers, wire: socket.socket) -> None:
    call = callers.call(40000, now=0.0)
    for now in np.arange(0.0, 12.0, 0.5):
        callers.step(float(now))
    assert (call.state, call.status, call.unanswered) == (State.OVER, 408, ["INVITE"])


def test_a_call_ends_when_its_bye_is_answered(callers: Callers, wire: socket.socket) -> None:
    name, _ = up(callers, wire)
    call = callers.calls[name]
    callers.hang_up(call, 2.0)
    bye = wire.recv(4096)
    assert re.match(rb"BYE sip:here@127.0.0.1 SIP/2.0\r\n(?s:.*)CSeq: 2 BYE\r\n", bye)
    wire.sendto(respond(bye, 200, "OK"), callers.address)
    callers.step(2.1)
    assert (call.state, call.unanswered, callers.calls) == (State.OVER, [], {})


@pytest.mark.parametrize("status", [None, 481])
def test_a_bye_that_is_not_answered_well_is_noted(callers: Callers, wire: socket.socket, status: int | None) -> None:
    name, _ = up(callers, wire)
    call = callers.calls[name]
    callers.hang_up(call, 2.0)
    if status:
        wire.sendto(respond(wire.recv(4096), status, "No"), callers.address)
    for now in np.arange(2.0, 14.0, 0.5):
        callers.step(float(now))
    assert (call.state, call.unanswered) == (State.OVER, ["BYE"])


def test_a_cancelled_call_ends_with_487_and_its_ack(callers: Callers, wire: socket.socket) -> None:
    call = callers.call(40000, now=0.0)
    invite = wire.recv(4096)
    callers.cancel(call, 0.1)
    cancel = wire.recv(4096)
    branch = re.compile(rb"branch=([^;\r]*)")
    wire.sendto(respond(cancel, 200, "OK"), callers.address)
    wire.sendto(respond(invite, 487, "Request Terminated"), callers.address)
    callers.step(0.2)
    ack = wire.recv(4096)
    assert (call.state, call.status) == (State.OVER, 487)
    assert branch.findall(invite) == branch.findall(cancel) == branch.findall(ack)


def test_a_deaf_telephone_misses_the_first_200_only(callers: Callers, wire: socket.socket) -> None:
    call = callers.call(40000, now=0.0, deaf=True)
    answer = accept(wire.recv(4096))
    wire.sendto(answer, callers.address)
    callers.step(0.1)
    assert callers.changed == []
    wire.sendto(answer, callers.address)
    callers.step(0.6)
    assert callers.changed == [call]
    assert wire.recv(4096).startswith(b"ACK ")


def test_a_call_that_they_end_is_noted_and_answered(callers: Callers, wire: socket.socket) -> None:
    name, _ = up(callers, wire)
    call = callers.calls[name]
    bye = f"BYE sip:bench SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: {name}\r\nCSeq: 1 BYE\r\n\r\n"
    wire.sendto(bye.encode(), callers.address)
    callers.step(2.0)
    assert (call.state, call.ended_by_them) == (State.OVER, True)
    assert wire.recv(4096) == (
        f"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nCall-ID: {name}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n".encode()
    )


def test_an_answer_is_read_in_whatever_dress_it_comes() -> None:
    compact = b"SIP/2.0 200 OK\r\ni: a\r\nt: <sip:x>;tag=1\r\nm: sip:y\r\nCSEQ : 7  BYE\r\n\r\nm=audio 99 RTP/AVP 0\r\n"
    answered = read_response(compact)
    assert answered is not None
    assert (answered.status, answered.call, answered.method, answered.number) == (200, "a", "BYE", 7)
    assert (answered.to, answered.target, answered.audio) == ("<sip:x>;tag=1", "sip:y", 99)
    assert read_response(b"INVITE sip:x SIP/2.0\r\n\r\n") is None
    assert read_response(b"SIP/2.0 200 OK\r\n\r\n") is None


def test_a_re_invite_belongs_to_the_dialog() -> None:
    dialog = Dialog(HOST, 5060, 40000, (HOST, 5070))
    dialog.to, dialog.target, dialog.number = "<sip:x>;tag=1", "sip:y", 2
    again = dialog.invite()
    assert again.startswith(b"INVITE sip:y SIP/2.0\r\n")
    assert b"To: <sip:x>;tag=1\r\n" in again
    assert b"CSeq: 2 INVITE\r\n" in again
