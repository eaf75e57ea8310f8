"""Whatever comes to a media port: nothing is raised, nothing grows, nothing takes long."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media import rtcp, rtp
from ivr.media.codec import SILENCE, Codec
from ivr.media.dtmf import KEYS, KeyPressReceiver
from ivr.media.leg import Leg
from ivr.media.playout import PlayoutBuffer
from ivr.media.reception import Reception
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.media.rtcp_session import RtcpSession
from ivr.media.wire import Address
from ivr.messages import AudioChunk, DigitPressed, MediaEvent

PHONE: Address = ("192.0.2.9", 4000)
STRANGER: Address = ("198.51.100.66", 6666)
EVENT = 101
_U16, _U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
#: Near the ends of their ranges and near each other, where wraps and jumps meet.
_SEQUENCE = st.one_of(_U16, st.sampled_from([0, 1, 2, 3, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF]))
_TIMESTAMP = st.one_of(
    _U32, st.integers(0, 50).map(lambda n: n * 160), st.sampled_from([0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
)
_LATER = st.one_of(st.floats(0, 0.1), st.floats(0, 100_000), st.just(0.02))
_PACKET = st.builds(
    rtp.pack,
    st.sampled_from([0, 8, 9, 13, EVENT, 72, 127]),
    st.booleans(),
    _SEQUENCE,
    _TIMESTAMP,
    st.sampled_from([0, 1, 0xFFFFFFFF]),
    st.one_of(st.binary(max_size=40), st.just(SILENCE[Codec.G722]), st.just(bytes(1400))),
)
_REPORT = st.builds(
    rtcp.pack_report,
    st.builds(
        rtcp.Report,
        _U32,
        st.none() | st.builds(rtcp.SenderInfo, st.integers(0, 2**64 - 1), _U32, _U32, _U32),
        st.lists(
            st.builds(
                rtcp.ReportBlock, _U32, st.integers(0, 255), st.integers(-(2**23), 2**23 - 1), _U32, _U32, _U32, _U32
            ),
            max_size=3,
        ).map(tuple),
    ),
)


@st.composite
def datagrams(draw: st.DrawFn) -> bytes:
    """RTP, RTCP, noise, and each of them with bytes changed, added or missing."""
    data = draw(st.one_of(_PACKET, _REPORT, st.binary(max_size=60)))
    for place, change in draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 255)), max_size=3)):
        if place < len(data):
            data = data[:place] + bytes([change]) + data[place + 1 :]
    return data[: draw(st.one_of(st.none(), st.integers(0, 80)))]


class OpenWire:
    """`ivr.media.wire.Wire` that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.send: Callable[[bytes], object] = self.sent.append
        self.locked: Address | None = None

    def aim(self, target: Address | None) -> None:
        self.locked = None

    def lock(self, peer: Address) -> None:
        self.locked = peer


class Reports:
    """`ivr.media.control.ControlWire`: what is thrown at the port above RTP's."""

    def __init__(self) -> None:
        self.waiting: list[tuple[bytes, Address]] = []
        self.sent: list[tuple[bytes, Address]] = []

    def read(self) -> tuple[bytes, Address, float] | None:
        return (*self.waiting.pop(), 0.0) if self.waiting else None

    def send(self, data: bytes, target: Address) -> None:
        self.sent.append((data, target))


class Line:
    """A leg with a phone that was told to be at `PHONE`."""

    def __init__(self, codec: Codec = Codec.G722, mux: bool = False) -> None:
        self.wire = OpenWire()
        self.events: list[MediaEvent | PeerSilent] = []
        self.chunks: list[AudioChunk] = []
        self.reports = Reports()
        self.leg = Leg("leg", self.wire, self.reports, self._told, self.chunks.append)
        self.leg.connect(RemoteMedia(*PHONE, codec, codec.payload_type, EVENT, True, True, rtcp_mux=mux))
        self.leg.tap(True)

    def _told(self, event: MediaEvent | PeerSilent) -> None:
        self.events.append(event)

    def receive(self, data: bytes, source: Address, now: float) -> None:
        """As the loop does it: a locked wire lets nobody else through."""
        if self.wire.locked is None:
            self.leg.receive_from(data, source, now, int(now * 8000))
        elif self.wire.locked == source:
            self.leg.receive(data, now, int(now * 8000))


@given(
    st.lists(
        st.tuples(datagrams(), st.sampled_from([PHONE, STRANGER]), st.sampled_from(["rtp", "rtp", "rtcp"]), _LATER),
        max_size=30,
    ),
    st.sampled_from(Codec),
    st.booleans(),
)
def test_no_datagram_harms_a_leg(thrown: list[tuple[bytes, Address, str, float]], codec: Codec, mux: bool) -> None:
    line, now, voice = Line(codec, mux), 0.0, list[bytes]()
    for data, source, port, later in thrown:
        now += later
        if port == "rtp":
            line.receive(data, source, now)
        else:
            line.reports.waiting.append((data, source))
        sent = line.leg.tick(now)
        assert sent is not None
        voice.append(sent)
        line.leg.sweep(now)
    assert all(rtp.parse(data) is not None for data in voice)
    assert all(rtcp.parse(data) for data, _ in line.reports.sent)
    assert {to[0] for _, to in line.reports.sent} <= {PHONE[0], STRANGER[0]}
    keys = [event for event in line.events if not isinstance(event, PeerSilent)]
    assert all(isinstance(event, DigitPressed) for event in keys)
    assert len(keys) <= len(thrown)
    heard = sum(len(chunk.samples) for chunk in line.chunks)
    # At most a second of gap is filled for a packet, and one of silence for time that passed.
    assert heard <= (len(thrown) + 1) * 3 * 2 * codec.sample_rate


@given(datagrams())
def test_rtp_is_read_or_refused(data: bytes) -> None:
    packet = rtp.parse(data)
    if packet is not None:
        assert len(packet.payload) <= len(data) - 12
        assert 0 <= packet.payload_type < 128


@given(_U16, _U32, _U32, st.integers(0, 127), st.booleans(), st.binary(max_size=200))
def test_an_rtp_packet_is_read_as_it_was_written(
    sequence: int, timestamp: int, ssrc: int, kind: int, marker: bool, payload: bytes
) -> None:
    assert rtp.parse(rtp.pack(kind, marker, sequence, timestamp, ssrc, payload)) == (
        kind,
        marker,
        sequence,
        timestamp,
        ssrc,
        payload,
    )


@given(st.lists(datagrams(), max_size=8).map(b"".join), st.floats(0, 1e6))
def test_rtcp_is_read_or_refused_and_what_we_report_stays_in_its_fields(data: bytes, now: float) -> None:
    reception = Reception()
    reception.count(1, 5, 160, 160)
    session = RtcpSession(1, "name", reception, 0.0, random.random)
    session.feed(data, now)
    composed = session.compose(now, 10, 1600, 160)
    assert rtcp.parse(composed)
    assert session.round_trip is None or 0 <= session.round_trip <= 30_000


@given(st.lists(st.tuples(st.sampled_from([0, 1]), _SEQUENCE, _TIMESTAMP, _U32), max_size=60))
def test_the_counts_of_a_hostile_stream_stay_within_reason(packets: list[tuple[int, int, int, int]]) -> None:
    reception = Reception()
    for ssrc, sequence, timestamp, arrival in packets:
        reception.count(ssrc, sequence, timestamp, arrival)
        interval = reception.take_interval()
        assert interval is not None
        assert 0 <= interval.fraction_lost <= 255
        assert 0 <= interval.jitter < 2**32
    assert reception.received == len(packets)
    assert 0 <= reception.lost <= 3000 * max(1, len(packets))


@given(st.lists(st.tuples(_SEQUENCE, _TIMESTAMP, st.binary(max_size=300), _LATER, st.booleans()), max_size=100))
def test_the_jitter_buffer_is_bounded_whatever_the_numbers(
    packets: list[tuple[int, int, bytes, float, bool]],
) -> None:
    buffer, now, voices = PlayoutBuffer(), 0.0, 0
    for sequence, timestamp, payload, later, marker in packets:
        now += later
        frames = buffer.put(sequence, timestamp, payload, now, marker)
        frames += buffer.due(now)
        voices += sum(1 for frame in frames if frame.payload)
        assert len(frames) <= 200
        assert sum(frame.units for frame in frames) <= 8 * 4000
        assert all(frame.units >= 0 for frame in frames)
        assert 0 <= buffer.delay <= 1200
    voices += sum(1 for frame in buffer.flush() if frame.payload)
    assert voices <= len(packets)


@given(st.lists(st.tuples(_TIMESTAMP, st.binary(max_size=6), st.booleans(), _LATER), max_size=60))
def test_no_more_keys_are_heard_than_packets_came(packets: list[tuple[int, bytes, bool, float]]) -> None:
    receiver, now = KeyPressReceiver(), 0.0
    for timestamp, payload, marker, later in packets:
        now += later
        key = receiver.feed(timestamp, payload, marker, now)
        assert key is None or (key in KEYS and len(payload) >= 4)


def test_a_stranger_s_flood_is_not_heard_and_takes_nobody_s_place() -> None:
    line, now = Line(), 0.0
    for number in range(200):
        now += 0.02
        voice = rtp.pack(9, False, number, number * 160, 7, SILENCE[Codec.G722])
        line.receive(voice, PHONE, now)
        for shot in range(10):
            line.receive(rtp.pack(9, False, 60_000 + shot, shot, 8, bytes(160)), STRANGER, now)
        line.leg.tick(now)
    assert line.leg.reception.received == 200
    assert line.wire.locked == PHONE


def test_no_module_is_looked_for_when_a_new_stream_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    line, wanted = Line(), list[str]()
    line.receive(rtp.pack(9, True, 1, 1, 1, SILENCE[Codec.G722]), PHONE, 0.0)

    class Watcher:
        """Stands before all who find modules, and finds none."""

        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            wanted.append(name)

    monkeypatch.setattr(sys, "meta_path", [Watcher, *sys.meta_path])
    line.receive(rtp.pack(9, True, 5000, 5000, 2, SILENCE[Codec.G722]), PHONE, 0.02)
    assert wanted == []


def test_a_datagram_takes_microseconds_even_when_every_one_begins_a_new_stream() -> None:
    line = Line()
    datagrams_ = [
        rtp.pack(9, True, number * 7919 & 0xFFFF, number * 0x12345678 & 0xFFFFFFFF, number, SILENCE[Codec.G722])
        for number in range(2000)
    ]
    began = time.thread_time()
    for number, data in enumerate(datagrams_):
        line.receive(data, PHONE, number * 0.001)
    assert (time.thread_time() - began) / len(datagrams_) < 0.001
