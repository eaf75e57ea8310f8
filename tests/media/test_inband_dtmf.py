from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.codec import Codec, Samples, new_decoder, new_encoder
from ivr.media.inband_dtmf import InbandKeyReceiver
from tests.media.sounds import babble, tone

pytestmark = pytest.mark.long

KEYS = "123A456B789C*0#D"
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
PROMPTS = Path(__file__).parents[2] / "prompts" / "audio"
RATES = pytest.mark.parametrize("rate", [8000, 16000])


def press(
    keys: str,
    rate: int = 8000,
    on: float = 0.05,
    off: float = 0.05,
    detuned: float = 0.0,
    twist: float = 0.0,
    level: float = 0.1,
) -> Samples:
    """Keys as a telephone sounds them; `twist` is how many decibels the column's tone lies above the row's."""
    parts: list[Samples] = []
    for key in keys:
        row, column = divmod(KEYS.index(key), 4)
        low = tone(ROWS[row] * (1 + detuned), on, rate, level)
        high = tone(COLUMNS[column] * (1 + detuned), on, rate, level * 10 ** (twist / 20))
        parts += [(low + high).astype(np.int16), np.zeros(int(off * rate), dtype=np.int16)]
    return np.concatenate(parts)


def heard(samples: Samples, rate: int) -> str:
    """The keys in the sound, fed in frames of 20 ms."""
    receiver = InbandKeyReceiver(rate)
    return "".join(receiver.feed(samples[start : start + rate // 50]) for start in range(0, len(samples), rate // 50))


@RATES
@pytest.mark.parametrize("shift", range(0, 64, 7))
def test_every_key_of_forty_milliseconds_is_heard_once_wherever_it_begins(rate: int, shift: int) -> None:
    before = np.zeros(shift, dtype=np.int16)
    assert heard(np.concatenate((before, press(KEYS, rate, on=0.04, off=0.04))), rate) == KEYS


@RATES
def test_a_long_press_is_one_key_and_repeated_presses_are_many(rate: int) -> None:
    assert heard(press("5", rate, on=3.0), rate) == "5"
    assert heard(press("55555", rate, on=0.05, off=0.04), rate) == "55555"


@RATES
def test_a_short_break_is_not_a_second_press(rate: int) -> None:
    assert heard(press("55", rate, on=0.1, off=0.01), rate) == "5"


@RATES
def test_tones_too_short_to_be_pressed_are_not_keys(rate: int) -> None:
    assert heard(press(KEYS, rate, on=0.02, off=0.06), rate) == ""


@RATES
@pytest.mark.parametrize("detuned", [-0.018, 0.018])
def test_frequencies_may_be_off_by_under_two_per_cent(rate: int, detuned: float) -> None:
    assert heard(press(KEYS, rate, detuned=detuned), rate) == KEYS


@RATES
@pytest.mark.parametrize("detuned", [-0.035, 0.035])
def test_frequencies_farther_off_are_no_keys(rate: int, detuned: float) -> None:
    assert heard(press(KEYS, rate, detuned=detuned), rate) == ""


@pytest.mark.parametrize(("twist", "taken"), [(-8, KEYS), (4, KEYS), (-12, ""), (9, "")])
def test_one_tone_may_be_weaker_within_limits(twist: float, taken: str) -> None:
    assert heard(press(KEYS, twist=twist), 8000) == taken


@RATES
def test_keys_are_heard_through_noise_of_fifteen_decibels(rate: int) -> None:
    clean = press(KEYS * 3, rate).astype(np.float64)
    power = 2 * (32767 * 0.1) ** 2 / 2
    noise = np.random.default_rng(1).standard_normal(len(clean)) * np.sqrt(power / 10**1.5)
    assert heard((clean + noise).astype(np.int16), rate) == KEYS * 3


@pytest.mark.parametrize("codec", list(Codec))
def test_keys_survive_every_codec(codec: Codec) -> None:
    coded = new_encoder(codec).encode(press(KEYS, codec.sample_rate))
    assert heard(new_decoder(codec).decode(coded), codec.sample_rate) == KEYS


def test_weak_and_loud_keys_are_heard() -> None:
    assert heard(press(KEYS, level=0.012), 8000) == KEYS
    assert heard(press(KEYS, level=0.49), 8000) == KEYS


@RATES
def test_babble_and_noise_press_no_keys(rate: int) -> None:
    noise = np.random.default_rng(2).normal(0, 4000, 20 * rate).astype(np.int16)
    assert [heard(sound, rate) for sound in (noise, *(babble(10, seed, rate) for seed in range(4)))] == [""] * 5


@pytest.mark.parametrize("language", ["en", "ko", "zh", "music"])
def test_neither_do_the_voices_and_the_music_of_our_own_prompts(language: str) -> None:
    clips = [path for path in sorted((PROMPTS / language).rglob("*.*")) if path.suffix in {".opus", ".wav", ".ogg"}]
    assert clips
    for clip in clips[:60]:
        samples, rate = soundfile.read(clip, dtype="int16")
        assert rate in (8000, 16000)
        assert heard(samples, rate) == "", clip.name


def test_a_single_tone_is_no_key() -> None:
    assert heard(np.concatenate([tone(f, 0.2, 8000) for f in (*ROWS, *COLUMNS, 440, 1000, 2100)]), 8000) == ""


@given(st.lists(st.integers(0, 700), max_size=20), st.integers(0, 9))
def test_any_lengths_may_be_fed(lengths: list[int], seed: int) -> None:
    receiver = InbandKeyReceiver(8000)
    for length in lengths:
        loud = np.random.default_rng(seed).integers(-32768, 32768, length).astype(np.int16)
        assert set(receiver.feed(loud)) <= set(KEYS)
