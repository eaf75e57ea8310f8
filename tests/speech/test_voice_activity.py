"""Silero's verdict on speech and on what is not."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.speech.prosody import Samples
from ivr.speech.voice_activity import FRAME_BYTES, VoiceActivity
from tests.speech.sounds import clip, noise, silence


def voiced_share(rate: int, samples: Samples, step: int = 1600) -> float:
    activity = VoiceActivity()
    data = samples.astype("<i2").tobytes()
    verdicts = [
        voiced for place in range(0, len(data), step) for _, voiced in activity.feed(rate, data[place : place + step])
    ]
    return sum(verdicts) / len(verdicts)


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_a_sentence_is_mostly_voice(language: str) -> None:
    assert voiced_share(16_000, clip(language, "refund")) > 0.6


def test_a_sentence_in_the_telephone_band_is_mostly_voice() -> None:
    assert voiced_share(8_000, clip("ko", "refund")[::2]) > 0.6


@pytest.mark.parametrize("sound", [silence(3), noise(3), noise(3, level=3000.0)])
def test_silence_and_noise_are_no_voice(sound: Samples) -> None:
    assert voiced_share(16_000, sound) < 0.05


def test_chunks_of_odd_length_give_the_same_frames() -> None:
    data = clip("ko", "yes").astype("<i2").tobytes()
    whole = VoiceActivity().feed(16_000, data)
    activity = VoiceActivity()
    pieces = [frame for place in range(0, len(data), 333) for frame in activity.feed(16_000, data[place : place + 333])]
    assert pieces == whole
    assert b"".join(frame for frame, _ in whole) == data[: len(whole) * FRAME_BYTES]


def test_8_khz_becomes_16_khz_of_the_same_sound() -> None:
    time = np.arange(8_000) / 8_000
    tone = (8_000 * np.sin(2 * np.pi * 440 * time)).astype("<i2")
    frames = VoiceActivity().feed(8_000, tone.tobytes())
    wide = np.frombuffer(b"".join(frame for frame, _ in frames), dtype="<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(wide[2_000:10_000]))
    assert spectrum.argmax() * 2 == 440
    assert 14_000 < len(wide) <= 16_000


def test_after_a_reset_nothing_of_the_old_audio_is_left() -> None:
    activity = VoiceActivity()
    activity.feed(16_000, clip("ko", "refund").tobytes() + b"\x01")
    activity.reset()
    data = clip("ko", "yes").tobytes()
    assert activity.feed(16_000, data) == VoiceActivity().feed(16_000, data)


def test_a_change_of_rate_in_mid_call_is_followed() -> None:
    activity = VoiceActivity()
    activity.feed(16_000, silence(1).tobytes())
    frames = activity.feed(8_000, silence(1, rate=8_000).tobytes())
    assert 29 <= len(frames) <= 32
