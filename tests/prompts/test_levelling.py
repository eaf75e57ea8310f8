"""Every clip comes out equally loud, trimmed, at 16 kHz, whatever came in."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import soundfile

from config.errors import Refused
from prompts.voices.pydub_level import PEAK, RATE, SPEECH_LEVEL, level, loudness, read_recording, write_opus
from prompts.voices.voice import Sound


def speech(loudness: float, rate: int = 24_000) -> Sound:
    """A second of a tone between two seconds of silence."""
    tone = loudness * np.sin(2 * np.pi * 220 * np.arange(rate) / rate)
    return Sound(np.concatenate([np.zeros(rate), tone, np.zeros(rate)]).astype(np.float32), rate)


@pytest.mark.parametrize("loudness", [0.005, 0.1, 0.9])
def test_soft_and_loud_speech_come_out_alike(loudness: float) -> None:
    clip = level(speech(loudness))
    middle = clip.samples[RATE // 4 : RATE // 2]
    assert clip.rate == RATE
    assert 10 * np.log10(np.mean(middle**2)) == pytest.approx(SPEECH_LEVEL, abs=0.5)


def test_the_silence_around_speech_is_cut() -> None:
    assert level(speech(0.1)).seconds == pytest.approx(1.0, abs=0.1)


def test_a_click_in_soft_speech_cannot_be_raised_over_the_peak() -> None:
    sound = speech(0.01)
    sound.samples[30_000] = 0.9
    assert np.abs(level(sound).samples).max() <= 10 ** (PEAK / 20) + 0.001


def test_silence_is_refused() -> None:
    with pytest.raises(Refused, match="silent"):
        level(Sound(np.zeros(RATE, np.float32), RATE))


def test_an_uploaded_stereo_recording_becomes_a_clip() -> None:
    stereo = np.stack([speech(0.2, 44_100).samples, speech(0.1, 44_100).samples], axis=1)
    upload = BytesIO()
    soundfile.write(upload, stereo, 44_100, format="WAV")
    clip, rate = soundfile.read(BytesIO(write_opus(level(read_recording(upload.getvalue())))))
    assert (clip.ndim, rate) == (1, RATE)


def test_a_small_file_of_long_silence_does_not_fill_the_memory() -> None:
    upload = BytesIO()
    soundfile.write(upload, np.zeros(8_000 * 200, np.float32), 8_000, format="FLAC")
    assert len(upload.getvalue()) < 100_000
    with pytest.raises(Refused, match="longer than 120 seconds"):
        read_recording(upload.getvalue())


def test_the_loudness_of_speech_is_told() -> None:
    assert loudness(level(speech(0.02))) == pytest.approx(SPEECH_LEVEL, abs=0.5)


def test_something_that_is_not_sound_is_refused() -> None:
    with pytest.raises(Refused, match="not a sound file"):
        read_recording(b"GIF89a")
