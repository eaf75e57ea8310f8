from __future__ import annotations

import itertools

import numpy as np
import pytest

from hotline.demo.peer import similarity
from ivr.media.codec import Codec, new_encoder
from ivr.media.player import Playing
from ivr.media.supervising import supervise
from ivr.messages import DigitPressed, Supervision
from tests.media.lines import EVENT, Line
from tests.media.sounds import babble, level


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
