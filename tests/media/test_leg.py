from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.demo.peer import similarity
from ivr.media.codec import SILENCE, Codec, new_encoder
from ivr.media.dtmf import press
from ivr.media.player import Playing
from ivr.media.rtp import pack
from ivr.messages import DigitPressed, PlayFinished
from tests.media.lines import EVENT, Line, contiguous
from tests.media.sounds import babble, level


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
    assert [place for place, packet in enumerate(b.sent()) if packet.marker] == [0, 10, 51]


def test_a_prompt_to_one_of_a_bridged_pair_is_heard_instead_of_the_other() -> None:
    a, b = Line("a"), Line("b", host=2)
    a.leg.bridge(b.leg)
    b.leg.play(Playing(1, ("whisper",), False, (b"w" * 160,) * 2))
    a.says(babble(0.2, 1))
    assert [packet.payload for packet in b.sent()[:2]] == [b"w" * 160] * 2
    assert len(b.sent()) == 10
    assert contiguous(b.sent())
    assert [place for place, packet in enumerate(b.sent()) if packet.marker] == [0, 3]


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
