from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.demo.peer import similarity
from ivr.media import rtcp
from ivr.media.codec import SILENCE, Codec, Samples, new_decoder, new_encoder
from ivr.media.dtmf import press
from ivr.media.leg import Leg
from ivr.media.player import Playing
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.media.rtp import RtpPacket, pack, parse
from ivr.media.supervising import supervise
from ivr.messages import AudioChunk, DigitPressed, MediaEvent, PlayFinished, Supervision
from tests.media.sounds import babble, level
from tests.media.wires import FakeControlWire, FakeWire

EVENT = 101


class Line:
    """A leg, what it sent, told and heard, and a phone at its other end."""

    def __init__(self, name: str, codec: Codec = Codec.G722, host: int = 1, **remote: Any) -> None:
        self.codec = codec
        self.address = (f"192.0.2.{host}", 4000)
        self.events: list[MediaEvent | PeerSilent] = []
        self.chunks: list[AudioChunk] = []
        self.wire, self.control = FakeWire(), FakeControlWire()
        self.leg = Leg(name, self.wire, self.control, self.events.append, self.chunks.append, silent_after=5.0)
        self.remote = RemoteMedia(*self.address, codec, codec.payload_type, EVENT, sending=True, receiving=True)
        self.connect(**remote)
        self.encoder = new_encoder(codec)
        self.sequence, self.now = 100, 0.0

    def connect(self, **changes: Any) -> bool:
        changes = {"codec": self.codec, "payload_type": self.codec.payload_type, **changes}
        self.remote = replace(self.remote, address=self.address[0], **changes)
        return self.leg.connect(self.remote)

    @property
    def datagrams(self) -> list[tuple[bytes, tuple[str, int]]]:
        return self.wire.datagrams

    def says(self, samples: Samples, lose: frozenset[int] = frozenset()) -> None:
        """The phone sends these samples, at its codec's rate, a tick after each frame."""
        for index, frame in enumerate(samples.reshape(-1, self.codec.frame_samples)):
            payload = self.encoder.encode(frame)
            if index not in lose:
                self.send(self.codec.payload_type, payload)
            self.sequence += 1
            self.tick()

    def send(self, payload_type: int, payload: bytes, marker: bool = False, timestamp: int | None = None) -> None:
        stamp = self.sequence * 160 if timestamp is None else timestamp
        self.comes(pack(payload_type, marker, self.sequence, stamp, 42, payload), self.address)

    def comes(self, data: bytes, source: tuple[str, int]) -> None:
        """A datagram arrives at the socket, which the kernel has locked or not."""
        if not self.wire.locked:
            self.leg.receive_from(data, source, self.now, int(self.now * 8000))
        elif source == self.wire.target:
            self.leg.receive(data, self.now, int(self.now * 8000))

    def tick(self) -> None:
        self.now += self.leg.step / 1000
        for leg in (self.leg, self.leg.peer):
            datagram = None if leg is None else leg.tick(self.now)
            if leg is not None and datagram:
                leg.sender.send(datagram)

    def settle(self) -> None:
        """Time goes on until what was said is heard."""
        for _ in range(12):
            self.tick()

    def sweep(self, seconds: float = 1.0) -> None:
        self.now += seconds
        self.leg.sweep(self.now)

    def sent(self) -> list[RtpPacket]:
        packets = [parse(data) for data, _ in self.datagrams]
        return [packet for packet in packets if packet is not None]

    def heard(self) -> Samples:
        decoder = new_decoder(self.codec)
        voice = [packet.payload for packet in self.sent() if packet.payload_type == self.codec.payload_type]
        return np.concatenate([decoder.decode(payload) for payload in voice])


def contiguous(packets: list[RtpPacket]) -> bool:
    return all(
        (later.sequence - earlier.sequence) & 0xFFFF == 1 and (later.timestamp - earlier.timestamp) & 0xFFFFFFFF == 160
        for earlier, later in itertools.pairwise(packets)
    )


def test_between_prompts_silence_is_sent_in_one_unbroken_stream() -> None:
    line = Line("a")
    for _ in range(3):
        line.tick()
    line.leg.play(Playing(1, ("c",), False, (b"x" * 160,) * 2))
    for _ in range(4):
        line.tick()
    payloads = [packet.payload for packet in line.sent()]
    silence = SILENCE[Codec.G722]
    assert payloads == [silence] * 3 + [b"x" * 160] * 2 + [silence] * 2
    assert contiguous(line.sent())
    assert line.events == [PlayFinished("a", 1)]


def test_on_hold_nothing_is_sent_and_the_prompt_waits() -> None:
    line = Line("a")
    line.connect(sending=False)
    line.leg.play(Playing(1, ("c",), False, (b"x" * 160,)))
    line.tick()
    assert line.datagrams == []
    line.connect(sending=True)
    line.tick()
    assert line.sent()[0].payload == b"x" * 160


@pytest.mark.parametrize(("codec", "rate"), [(Codec.G722, 16000), (Codec.PCMU, 8000), (Codec.PCMA, 8000)])
def test_a_tap_gives_chunks_of_a_tenth_of_a_second_at_the_codecs_rate(codec: Codec, rate: int) -> None:
    line = Line("a", codec)
    line.leg.tap(True)
    said = babble(1.0, 3, rate)
    line.says(said)
    line.settle()
    assert {(chunk.leg, chunk.rate, len(chunk.samples)) for chunk in line.chunks} == {("a", rate, rate // 5)}
    heard = np.frombuffer(b"".join(chunk.samples for chunk in line.chunks), dtype=np.int16)
    assert similarity(said, heard) > 0.97


def test_a_tapped_leg_that_loses_packets_keeps_its_time() -> None:
    line = Line("a", Codec.PCMU)
    line.leg.tap(True)
    line.says(babble(1.0, 3, 8000), lose=frozenset({10, 20, 21}))
    line.leg.tap(False)
    assert sum(len(chunk.samples) for chunk in line.chunks) == 2 * 8000
    assert line.leg.statistics().packets_lost == 3


def test_a_tapped_phone_that_stops_sending_is_heard_as_silent() -> None:
    line = Line("a")
    line.leg.tap(True)
    line.says(babble(0.2, 3))
    before = len(line.chunks)
    for _ in range(60):
        line.tick()
    assert len(line.chunks) - before == 10
    assert level(np.frombuffer(line.chunks[-1].samples, dtype=np.int16)) == 0


def test_untapped_nothing_is_given_on() -> None:
    line = Line("a")
    line.leg.tap(True)
    line.leg.tap(False)
    line.says(babble(0.4, 3))
    assert line.chunks == []


@pytest.mark.parametrize("first", Codec)
@pytest.mark.parametrize("second", Codec)
def test_a_bridge_carries_the_voice_between_any_two_codecs(first: Codec, second: Codec) -> None:
    a, b = Line("a", first), Line("b", second, host=2)
    a.leg.bridge(b.leg)
    said = babble(1.0, 5, 8000)  # what both bands can carry
    wide = np.repeat(said, 2) if first is Codec.G722 else said
    a.says(wide)
    heard = b.heard()
    narrow = heard[::2] if second is Codec.G722 else heard
    assert similarity(said, narrow) > 0.8
    assert contiguous(b.sent())


def test_a_bridge_of_one_codec_leaves_the_payload_and_the_gaps_as_they_are() -> None:
    a, b = Line("a", Codec.PCMA), Line("b", Codec.PCMA, host=2)
    a.leg.bridge(b.leg)
    a.says(babble(0.2, 5, 8000), lose=frozenset({4}))
    sequences = [packet.sequence for packet in b.sent()]
    assert [(n - sequences[0]) & 0xFFFF for n in sequences] == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_both_directions_of_a_bridge_work_and_a_tap_too() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    a.leg.tap(True)
    a.says(babble(0.5, 1))
    b.says(babble(0.5, 2))
    assert similarity(babble(0.5, 1), b.heard()) > 0.9
    assert similarity(babble(0.5, 2), a.heard()) > 0.9
    chunks = np.frombuffer(b"".join(chunk.samples for chunk in a.chunks), dtype=np.int16)
    assert similarity(babble(0.5, 1), chunks) > 0.9


def test_a_bridge_stops_the_hold_music_of_both() -> None:
    a, b = Line("a"), Line("b", host=2)
    for line in (a, b):
        line.leg.play(Playing(1, ("music",), True, (b"m" * 160,)))
    a.leg.bridge(b.leg)
    a.tick()
    assert {packet.payload for packet in (*a.sent(), *b.sent())} == {SILENCE[Codec.G722]}


def test_a_bridged_phone_that_falls_silent_does_not_leave_the_other_without_packets() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    a.says(babble(0.2, 1))
    before = len(b.datagrams)
    for _ in range(50):
        b.tick()
    assert len(b.datagrams) - before == 41  # the first 200 ms might have been jitter
    a.says(babble(0.2, 1))
    assert len(b.datagrams) == 61
    assert contiguous(b.sent())


def test_a_prompt_to_one_of_a_bridged_pair_is_heard_instead_of_the_other() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    b.leg.play(Playing(1, ("whisper",), False, (b"w" * 160,) * 2))
    a.says(babble(0.2, 1))
    assert [packet.payload for packet in b.sent()[:2]] == [b"w" * 160] * 2
    assert len(b.sent()) == 10
    assert contiguous(b.sent())


def test_after_unbridging_each_hears_silence() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    b.leg.unbridge()
    a.says(babble(0.1, 1))
    b.tick()
    assert [packet.payload for packet in b.sent()] == [SILENCE[Codec.G722]]


def test_the_end_of_one_leg_parts_the_pair() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    a.leg.close(a.now)
    b.tick()
    assert b.leg.peer is None
    assert len(b.datagrams) == 1


@pytest.mark.parametrize("second", [Codec.G722, Codec.PCMU])
def test_key_presses_are_told_and_cross_a_bridge(second: Codec) -> None:
    a, b = Line("a"), Line("b", second, host=2)
    a.leg.bridge(b.leg)
    a.says(babble(0.1, 1))
    stamp = a.sequence * 160
    for packet in press("9"):
        a.send(EVENT, packet.payload, packet.marker, stamp)
        a.sequence += 1
    assert a.events == [DigitPressed("a", "9")]
    relayed = [packet for packet in b.sent() if packet.payload_type == EVENT]
    assert [packet.payload for packet in relayed] == [packet.payload for packet in press("9")]
    assert len({packet.timestamp for packet in relayed}) == 1


def test_a_change_of_codec_in_the_call_is_followed() -> None:
    line = Line("a")
    line.leg.tap(True)
    line.says(babble(0.2, 1))
    line.codec, line.encoder = Codec.PCMU, new_encoder(Codec.PCMU)
    assert line.connect()
    assert not line.connect()
    line.says(babble(0.2, 1, 8000))
    line.leg.tap(False)
    assert [chunk.rate for chunk in line.chunks] == [16000, 16000, 8000, 8000]
    assert line.sent()[-1].payload == SILENCE[Codec.PCMU]


def test_a_host_name_or_the_hold_address_is_not_sent_to() -> None:
    for address in ("phone.example", "0.0.0.0", "224.0.0.1", "::1"):  # noqa: S104 - what a phone may write
        line = Line("a")
        line.address = (address, 4000)
        line.connect()
        line.tick()
        assert line.datagrams == []


def test_a_stranger_can_neither_be_heard_nor_take_the_audio() -> None:
    line = Line("a")
    line.leg.tap(True)
    line.says(babble(0.1, 1))
    injected = pack(9, False, line.sequence, 0, 42, b"x" * 4000)
    line.comes(injected, ("203.0.113.5", 5000))
    line.tick()
    assert len(line.chunks) == 1
    assert {to for _, to in line.datagrams} == {line.address}


def test_once_the_phone_speaks_from_where_it_said_the_kernel_keeps_strangers_out() -> None:
    line = Line("a")
    line.tick()
    assert not line.wire.locked
    line.says(babble(0.1, 1))
    assert line.wire.locked


def test_a_phone_behind_a_nat_is_not_locked_in_the_kernel_since_the_signalled_address_may_yet_speak() -> None:
    line = Line("a")
    packet = pack(9, False, 1, 160, 7, b"x" * 160)
    line.comes(packet, ("198.51.100.7", 61000))
    line.tick()
    assert (line.wire.target, line.wire.locked) == (("198.51.100.7", 61000), False)
    line.comes(packet, ("203.0.113.5", 5000))
    assert line.wire.target == ("198.51.100.7", 61000)
    line.comes(packet, line.address)
    assert (line.wire.target, line.wire.locked) == (line.address, True)


def test_after_a_silence_the_phone_may_come_back_from_another_port_but_no_stranger() -> None:
    line = Line("a")
    line.says(babble(0.1, 1))
    line.sweep()
    line.sweep()
    assert line.wire.locked
    line.sweep(2.0)
    assert not line.wire.locked
    packet = pack(9, False, 1, 160, 7, b"x" * 160)
    line.comes(packet, ("203.0.113.5", 5000))
    assert line.wire.target == line.address
    moved = (line.address[0], 4002)
    line.comes(packet, moved)
    assert line.wire.target == moved


@pytest.mark.parametrize("ptime", [10, 20, 30, 40, 60])
def test_packets_are_as_long_as_the_other_side_wishes(ptime: int) -> None:
    line = Line("a", Codec.PCMU, ptime=ptime)
    line.leg.play(Playing(1, ("c",), False, (b"x" * 8 * ptime,) * 3, ptime))
    for _ in range(300 // line.leg.step):
        line.tick()
    packets = line.sent()
    assert len(packets) == 300 // ptime
    assert {len(packet.payload) for packet in packets} == {8 * ptime}
    assert {later.timestamp - earlier.timestamp for earlier, later in itertools.pairwise(packets)} == {8 * ptime}
    assert b"".join(packet.payload for packet in packets).count(b"x") == 24 * ptime


@pytest.mark.parametrize("units", [80, 240, 480])
def test_packets_of_any_length_are_received_and_relayed_with_their_timestamps(units: int) -> None:
    a, b = Line("a", Codec.PCMU), Line("b", Codec.PCMU, host=2)
    a.leg.tap(True)
    a.leg.bridge(b.leg)
    coded = new_encoder(Codec.PCMU).encode(babble(0.96, 1, 8000))
    for place in range(0, len(coded), units):
        a.sequence += 1
        a.send(0, coded[place : place + units], timestamp=place)
        for _ in range((place + units) // 160 - place // 160):
            a.tick()
    a.settle()
    heard = np.frombuffer(b"".join(chunk.samples for chunk in a.chunks), dtype=np.int16)
    assert similarity(babble(0.96, 1, 8000)[: 8000 * 9 // 10], heard) > 0.9
    relayed = [packet for packet in b.sent() if len(packet.payload) == units]
    assert b"".join(packet.payload for packet in relayed) == coded
    assert {later.timestamp - earlier.timestamp for earlier, later in itertools.pairwise(relayed)} == {units}


@pytest.mark.parametrize("agreed", [EVENT, None])
def test_keys_are_pressed_in_place_of_the_voice(agreed: int | None) -> None:
    a, b = Line("a", Codec.PCMU), Line("b", Codec.PCMU, host=2, event_payload_type=agreed)
    a.leg.bridge(b.leg)
    a.says(babble(0.1, 1, 8000))
    b.leg.press("1#")
    before = len(b.datagrams)
    a.says(babble(1.0, 2, 8000))
    events = [packet for packet in b.sent() if packet.payload_type == EVENT]
    assert len({packet.timestamp for packet in events}) == (2 if agreed else 0)
    sequences = [packet.sequence for packet in b.sent()]
    assert [(n - sequences[0]) & 0xFFFF for n in sequences] == [*range(len(sequences))]
    assert len(sequences) - before == 50  # one packet in each 20 ms: nothing of the other leg's in between


def test_keys_in_the_audio_are_heard_where_no_event_was_agreed_and_somebody_listens() -> None:
    a, b = Line("a", Codec.PCMU, event_payload_type=None), Line("b", Codec.PCMU, host=2, event_payload_type=None)
    a.leg.tap(True)
    b.leg.press("5")
    for _ in range(20):
        b.tick()
    for packet in b.sent():
        a.sequence += 1
        a.send(0, packet.payload)
        a.tick()
    a.settle()
    assert a.events == [DigitPressed("a", "5")]


def test_comfort_noise_is_counted_and_heard() -> None:
    line = Line("a", Codec.PCMU)
    line.leg.tap(True)
    line.says(babble(0.2, 1, 8000))
    line.send(13, b"\x28")
    for _ in range(60):
        line.tick()
    assert line.leg.statistics().packets_received == 11
    assert level(np.frombuffer(line.chunks[-1].samples, dtype=np.int16)) > 100


def test_a_supervisor_hears_both_and_is_heard_as_the_mode_says() -> None:
    chief, agent, caller = Line("chief"), Line("agent", Codec.PCMU, 2), Line("caller", host=3)
    agent.leg.bridge(caller.leg)
    supervise(chief.leg, agent.leg, Supervision.WHISPER)

    def all_say() -> None:
        voices = [(line, babble(1.0, seed, line.codec.sample_rate)) for seed, line in enumerate((chief, agent, caller))]
        for index in range(50):
            for line, voice in voices:
                size = line.codec.frame_samples
                line.send(line.codec.payload_type, line.encoder.encode(voice[index * size : (index + 1) * size]))
                line.sequence += 1
                line.now += 0.02
                datagram = line.leg.tick(line.now)
                if datagram:
                    line.leg.sender.send(datagram)

    def hears(hearer: Line, speaker: int) -> bool:
        rate = hearer.codec.sample_rate
        return similarity(babble(1.0, speaker, rate)[rate // 4 : rate * 3 // 4], hearer.heard()[-rate:]) > 0.45

    all_say()
    assert [hears(chief, 1), hears(chief, 2)] == [True, True]
    assert [hears(agent, 0), hears(agent, 2)] == [True, True]
    assert [hears(caller, 0), hears(caller, 1)] == [False, True]
    chief.leg.unbridge()
    for line in (chief, agent, caller):
        line.datagrams.clear()
    all_say()
    assert [hears(chief, 1), hears(agent, 0), hears(agent, 2), hears(caller, 1)] == [False, False, True, True]


def test_a_peer_that_should_send_and_does_not_is_told_once_until_it_speaks_again() -> None:
    line = Line("a")
    line.sweep()
    line.says(babble(0.1, 1))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")]
    line.says(babble(0.1, 1))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")] * 2


def test_a_peer_on_hold_or_one_that_still_reports_is_not_silent() -> None:
    line, held = Line("a"), Line("b", receiving=False)
    for _ in range(12):
        line.control.coming.append((b"", (line.address[0], 4001), 0.0))
        line.sweep()
        held.sweep()
    assert line.events == held.events == []


def test_reports_go_to_the_port_above_and_theirs_become_ours_to_tell() -> None:
    line = Line("a", Codec.PCMU)
    line.says(babble(0.4, 1, 8000), lose=frozenset({7}))
    for _ in range(8):
        line.sweep()
    data, target = line.control.sent[0]
    assert target == (line.address[0], 4001)
    report = rtcp.parse(data)[0]
    assert isinstance(report, rtcp.Report)
    assert (report.ssrc, report.blocks[0].ssrc, report.blocks[0].lost) == (line.leg.sender.ssrc, 42, 1)
    assert report.info is not None
    assert (report.info.packets, report.info.octets) == (20, 3200)
    their = rtcp.ReportBlock(line.leg.sender.ssrc, 0, 3, 0, 80, report.info.ntp >> 16 & 0xFFFFFFFF, 0)
    answer = rtcp.pack_report(rtcp.Report(42, None, (their,))) + rtcp.pack_name(42, "phone")
    sent_at = report.info.ntp / (1 << 32)
    line.control.coming.append((answer, (line.address[0], 4007), line.now + 1.0 - sent_at - 0.05))
    line.sweep()
    told = line.leg.statistics()
    assert (told.packets_sent, told.packets_received, told.packets_lost) == (20, 19, 1)
    assert (told.lost_there, told.jitter_there) == (3, 10.0)
    assert told.round_trip == pytest.approx(50, abs=1)
    line.leg.close(line.now)
    assert line.control.sent[-1][1] == (line.address[0], 4007)  # where theirs came from
    assert rtcp.Goodbye((line.leg.sender.ssrc,)) in rtcp.parse(line.control.sent[-1][0])


def test_a_stranger_s_report_is_no_sign_of_life_and_is_not_believed() -> None:
    line = Line("a", Codec.PCMU)
    line.says(babble(0.1, 1, 8000))
    line.control.coming.append((b"", ("203.0.113.5", 4001), 0.0))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")]


def test_with_one_port_for_both_reports_go_and_come_by_it() -> None:
    line = Line("a", Codec.PCMU, rtcp_mux=True)
    line.says(babble(0.1, 1, 8000))
    for _ in range(8):
        line.sweep()
    assert line.control.sent == []
    reports = [data for data, _ in line.datagrams if rtcp.is_rtcp(data)]
    assert reports
    their = rtcp.ReportBlock(line.leg.sender.ssrc, 0, 5, 0, 8, 0, 0)
    line.comes(rtcp.pack_report(rtcp.Report(42, None, (their,))) + rtcp.pack_name(42, "phone"), line.address)
    assert line.leg.statistics().lost_there == 5


PACKETS = st.binary(max_size=60) | st.builds(
    pack, st.sampled_from([9, 0, EVENT, 13]), st.booleans(), *[st.integers(0, 2**32 - 1)] * 3, st.binary(max_size=40)
)


@settings(max_examples=60)
@given(st.lists(PACKETS, max_size=30), st.sampled_from(Codec))
def test_nothing_on_the_wire_kills_a_leg(datagrams: list[bytes], other: Codec) -> None:
    line, peer = Line("a"), Line("b", other, host=2)
    line.leg.tap(True)
    line.leg.bridge(peer.leg)
    for data in datagrams:
        line.comes(data, line.address)
        line.tick()
    line.leg.unbridge()
    line.sequence = 30_000
    line.chunks.clear()
    line.says(babble(1.0, 3))
    heard = np.frombuffer(b"".join(chunk.samples for chunk in line.chunks), dtype=np.int16)
    assert similarity(babble(1.0, 3)[3200:14000], heard) > 0.8
