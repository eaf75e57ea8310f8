"""Level, pitch and syllable rate of sounds whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from ivr.speech.prosody import Samples, prosody_of
from tests.speech.sounds import RATE, clip, noise, silence, tone


def syllables(count: int, seconds: float, hertz: float = 150.0) -> Samples:
    """A voice that swells and fades `count` times."""
    time = np.arange(round(seconds * RATE)) / RATE
    swell = 0.02 + 0.98 * np.sin(np.pi * count * time / seconds) ** 2
    return (tone(hertz, seconds) * swell).astype(np.int16)


@pytest.mark.parametrize("hertz", [85.0, 120.0, 180.0, 240.0, 330.0])
@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_the_pitch_of_a_steady_voice_is_found(hertz: float, rate: int) -> None:
    found = prosody_of(tone(hertz, 1.0, rate=rate), rate, speech=1.0).pitch
    assert found == pytest.approx(hertz, rel=0.02)


def test_noise_and_silence_have_no_pitch() -> None:
    assert prosody_of(noise(1.0), RATE, 0.0).pitch == 0.0
    assert prosody_of(silence(1.0), RATE, 0.0).pitch == 0.0


def test_the_level_is_that_of_the_speech_not_of_the_pauses() -> None:
    voice = tone(150.0, 1.0)
    alone = prosody_of(voice, RATE, 1.0).level
    with_pauses = prosody_of(np.concatenate((silence(1.0), voice, silence(2.0))), RATE, 1.0).level
    assert with_pauses == pytest.approx(alone, abs=0.5)


def test_half_the_amplitude_is_six_decibels_less() -> None:
    loud, quiet = (prosody_of(tone(150.0, 1.0, amplitude), RATE, 1.0) for amplitude in (0.4, 0.2))
    assert loud.level - quiet.level == pytest.approx(6.02, abs=0.05)
    assert loud.pitch == pytest.approx(quiet.pitch, rel=0.01)


def test_a_full_scale_square_wave_is_at_0_dbfs() -> None:
    square = np.where(np.arange(RATE) % 160 < 80, 32767, -32768).astype(np.int16)
    assert prosody_of(square, RATE, 1.0).level == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("count", [2, 4, 6, 8])
def test_swells_are_counted_as_syllables(count: int) -> None:
    assert prosody_of(syllables(count, 2.0), RATE, speech=2.0).rate == pytest.approx(count / 2, abs=0.51)


def test_faster_speech_has_a_higher_rate() -> None:
    slow, fast = (prosody_of(syllables(count, 2.0), RATE, 2.0).rate for count in (5, 10))
    assert fast > 1.7 * slow


def test_a_spoken_sentence_has_plausible_measures() -> None:
    spoken = prosody_of(clip("ko", "refund"), RATE, speech=2.5)
    assert -45 < spoken.level < -5
    assert 80 < spoken.pitch < 350
    assert 2.5 < spoken.rate < 9


def test_too_little_sound_has_a_level_and_nothing_else() -> None:
    few = prosody_of(np.full(100, 1000, dtype=np.int16), RATE, 0.1)
    assert few.level == pytest.approx(-30.3, abs=0.1)
    assert (few.pitch, few.rate) == (0.0, 0.0)
    assert prosody_of(silence(0), RATE, 0.0).level < -90


@pytest.mark.parametrize("higher", [1.2, 1.4, 1.6])
def test_a_high_voice_that_rises_is_followed(higher: float) -> None:
    voice = clip("ko", "refund")  # 268 Hz
    risen = soxr.resample(voice.astype(np.float32), higher, 1.0).astype(np.int16)
    found = prosody_of(risen, RATE, speech=2.0).pitch / prosody_of(voice, RATE, speech=2.0).pitch
    assert found == pytest.approx(higher, rel=0.04)


def test_less_than_a_second_of_voice_tells_no_rate() -> None:
    assert prosody_of(syllables(4, 2.0), RATE, speech=0.9).rate == 0.0
