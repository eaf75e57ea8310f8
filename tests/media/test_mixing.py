from __future__ import annotations

import numpy as np
import pytest

from ivr.media.codec import Codec, Samples, new_decoder
from ivr.media.mixing import HEARS, Mixer, Part, Voice, mix
from ivr.messages import Supervision
from tests.media.sounds import level, tone


def loudness_at(samples: Samples, hertz: float, rate: int) -> float:
    """Peak of the tone of that frequency in the sound, 1 is full scale."""
    phases = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / rate)
    return float(2 * abs(samples @ phases) / len(samples) / 32767)


def test_a_mix_is_the_sum_and_never_wraps() -> None:
    loud, soft = np.array([30000, -30000, 5], dtype=np.int16), np.array([10000, -10000, 6], dtype=np.int16)
    assert mix([loud, soft]).tolist() == [32767, -32768, 11]
    assert mix([loud]).tolist() == loud.tolist()


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("milliseconds", [10, 20, 30, 60])
def test_two_speakers_of_different_rates_are_both_heard(codec: Codec, milliseconds: int) -> None:
    mixer = Mixer(codec, 2)
    narrow, wide = mixer.voices
    narrow.begin(8000)
    wide.begin(16000)
    payload = b""
    for place in range(60):
        narrow.feed(tone(500, 1.2, 8000, 0.2)[place * 160 : (place + 1) * 160])
        wide.feed(tone(1500, 1.2, 16000, 0.3)[place * 320 : (place + 1) * 320])
        while (place + 1) * 20 - len(payload) // 8 >= milliseconds:
            payload += mixer.next_packet(milliseconds)
    heard = new_decoder(codec).decode(payload)[codec.sample_rate // 5 : codec.sample_rate]
    assert loudness_at(heard, 500, codec.sample_rate) == pytest.approx(0.2, rel=0.15)
    assert loudness_at(heard, 1500, codec.sample_rate) == pytest.approx(0.3, rel=0.15)


def test_one_who_does_not_speak_leaves_the_other_alone() -> None:
    mixer = Mixer(Codec.PCMU, 2)
    mixer.voices[1].begin(8000)
    mixer.voices[1].feed(tone(500, 0.02, 8000))
    heard = new_decoder(Codec.PCMU).decode(mixer.next_packet(20))
    assert level(heard) == pytest.approx(level(tone(500, 0.02, 8000)), rel=0.05)
    assert level(new_decoder(Codec.PCMU).decode(mixer.next_packet(20))) == 0


def test_part_of_a_frame_waits_for_the_rest() -> None:
    voice = Voice(8000)
    voice.begin(8000)
    sound = tone(500, 0.02, 8000)
    voice.feed(sound[:80])
    assert not np.any(voice.take(160))
    voice.feed(sound[80:])
    assert np.array_equal(voice.take(160), sound)


def test_a_voice_nobody_takes_is_not_hoarded() -> None:
    voice = Voice(8000)
    voice.begin(8000)
    for place in range(500):
        voice.feed(np.full(160, place, dtype=np.int16))
    kept = voice.take(160)
    assert set(kept.tolist()) <= set(range(490, 500))
    for _ in range(10):
        voice.take(160)
    assert not np.any(voice.take(160))


@pytest.mark.parametrize(
    ("mode", "of_supervisor"),
    [
        (Supervision.LISTEN, set()),
        (Supervision.WHISPER, {Part.SUPERVISED}),
        (Supervision.JOIN, {Part.SUPERVISED, Part.OTHER}),
    ],
)
def test_the_supervisor_hears_both_and_is_heard_by_whom_the_mode_says(
    mode: Supervision, of_supervisor: set[Part]
) -> None:
    hears = HEARS[mode]
    assert set(hears[Part.SUPERVISOR]) == {Part.SUPERVISED, Part.OTHER}
    assert {part for part, voices in hears.items() if Part.SUPERVISOR in voices} == of_supervisor
    assert Part.OTHER in hears[Part.SUPERVISED]
    assert Part.SUPERVISED in hears[Part.OTHER]
    assert all(part not in voices for part, voices in hears.items())
