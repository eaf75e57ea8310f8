from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.codec import Samples
from ivr.media.concealment import Concealer
from tests.media.sounds import babble, level, tone

RATES = pytest.mark.parametrize("rate", [8000, 16000])


def voice(rate: int, pitch: float = 120.0, seconds: float = 2.0) -> Samples:
    """A vowel: harmonics of a pitch that glides a little, weighted as by a mouth."""
    places = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.05 * np.sin(2 * np.pi * 1.5 * places))) / rate
    sound = np.zeros(len(places))
    for number in range(1, 20):
        formants = np.exp(-(((number * pitch - 600) / 300) ** 2)) + 0.5 * np.exp(
            -(((number * pitch - 1700) / 400) ** 2)
        )
        sound += formants * np.sin(number * phase + number)
    samples: Samples = (9000 * sound / np.abs(sound).max()).astype(np.int16)
    return samples


def with_gaps(sent: Samples, rate: int, filling: Callable[[int, Samples], Samples] | None = None) -> Samples:
    """Every tenth frame of 20 ms lost; `filling` is given the place and what was heard before it."""
    frame = rate // 50
    concealer = Concealer(rate)
    out: list[Samples] = []
    for number in range(len(sent) // frame):
        samples = sent[number * frame : (number + 1) * frame]
        if number % 10 != 9:
            out.append(concealer.heard(samples) if filling is None else samples)
        else:
            out.append(concealer.conceal(frame) if filling is None else filling(frame, out[-1]))
    return np.concatenate(out)


def repeated(length: int, before: Samples) -> Samples:
    return before[-length:]


def noise_ratio(sent: Samples, got: Samples) -> float:
    original = sent[: len(got)].astype(np.float64)
    return float(10 * np.log10(np.sum(original**2) / np.sum((got - original) ** 2)))


def spectral_distance(sent: Samples, got: Samples, rate: int) -> float:
    """Log-spectral distance in decibels, by frames of 32 ms, every 8."""
    size, step = rate * 32 // 1000, rate * 8 // 1000
    window = np.hanning(size)

    def spectra(samples: Samples) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        starts = range(0, len(got) - size, step)
        power = [np.abs(np.fft.rfft(window * samples[start : start + size])) ** 2 for start in starts]
        return 10 * np.log10(np.array(power) + 1e4)

    return float(np.mean(np.sqrt(np.mean((spectra(sent) - spectra(got)) ** 2, axis=1))))


@RATES
@pytest.mark.parametrize("pitch", [80.0, 120.0, 190.0])
def test_a_vowel_is_mended_better_than_by_repeating_the_last_frame(rate: int, pitch: float) -> None:
    sent = voice(rate, pitch)
    ours, plain = with_gaps(sent, rate), with_gaps(sent, rate, repeated)
    assert noise_ratio(sent, ours) > noise_ratio(sent, plain) + 3
    assert spectral_distance(sent, ours, rate) < spectral_distance(sent, plain, rate) - 0.5


@RATES
def test_there_is_no_click_where_a_gap_begins_or_ends(rate: int) -> None:
    sent = voice(rate)
    steps = np.abs(np.diff(with_gaps(sent, rate).astype(int)))
    assert steps.max() < 1.5 * np.abs(np.diff(sent.astype(int))).max()


@RATES
def test_it_fades_to_silence_within_sixty_milliseconds(rate: int) -> None:
    concealer = Concealer(rate)
    concealer.heard(voice(rate))
    levels = [level(concealer.conceal(rate // 100)) for _ in range(10)]
    assert levels[0] > 0.8 * level(voice(rate))
    assert levels == sorted(levels, reverse=True)
    assert not any(levels[6:])


@RATES
def test_silence_is_concealed_by_silence(rate: int) -> None:
    assert not np.any(Concealer(rate).conceal(rate // 50))


def test_good_frames_are_not_touched() -> None:
    sent = babble(1.0, 3)
    concealer = Concealer(16000)
    assert all(np.array_equal(concealer.heard(sent[n : n + 320]), sent[n : n + 320]) for n in range(0, 16000, 320))


def test_a_second_gap_repeats_what_was_heard_between_the_two() -> None:
    concealer = Concealer(8000)
    concealer.heard(tone(100, 0.1, 8000))
    concealer.conceal(160)
    concealer.heard(tone(190, 0.1, 8000))
    spectrum = np.abs(np.fft.rfft(concealer.conceal(80), 8000))
    assert int(np.argmax(spectrum)) == pytest.approx(190, abs=15)


@given(
    st.sampled_from([8000, 16000]),
    st.lists(st.tuples(st.booleans(), st.integers(0, 2000), st.integers(0, 5)), max_size=12),
)
def test_any_lengths_in_any_order_give_as_many_samples(rate: int, steps: list[tuple[bool, int, int]]) -> None:
    concealer = Concealer(rate)
    for lost, length, seed in steps:
        loud = np.random.default_rng(seed).integers(-32768, 32768, length).astype(np.int16)
        samples = concealer.conceal(length) if lost else concealer.heard(loud)
        assert len(samples) == length
        assert samples.dtype == np.int16
