from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.answerer import AnswererDetector, Guess
from ivr.media.codec import Samples
from ivr.messages import Answerer
from tests.media.sounds import babble, tone

RATES = pytest.mark.parametrize("rate", [8000, 16000])


def said(rate: int, *shape: float) -> Samples:
    """Silence and babble by turns, seconds of each, with the noise of a line below."""
    parts = [
        babble(seconds, place, rate) if place % 2 else np.zeros(int(seconds * rate), dtype=np.int16)
        for place, seconds in enumerate(shape)
    ]
    whole = np.concatenate(parts)
    noise = np.random.default_rng(1).normal(0, 40, len(whole))
    noisy: Samples = (whole + noise).astype(np.int16)
    return noisy


def guessed(samples: Samples, rate: int, frame: float = 0.02) -> tuple[Guess | None, float]:
    """The guess, and after how many seconds it came."""
    detector = AnswererDetector(rate)
    size = int(frame * rate)
    for start in range(0, len(samples), size):
        guess = detector.feed(samples[start : start + size])
        if guess is not None:
            return guess, (start + size) / rate
    return None, len(samples) / rate


@RATES
@pytest.mark.parametrize("word", [0.3, 0.6, 1.0])
def test_a_hello_and_a_pause_is_a_person(rate: int, word: float) -> None:
    guess, at = guessed(said(rate, 0.5, word, 3.0), rate)
    assert guess is not None
    assert guess.answerer is Answerer.PERSON
    assert at <= 0.5 + word + 1.0


@RATES
def test_a_sentence_and_a_long_pause_is_a_person(rate: int) -> None:
    guess, _ = guessed(said(rate, 0.4, 1.8, 3.0), rate)
    assert guess is not None
    assert guess.answerer is Answerer.PERSON


@RATES
def test_a_greeting_read_with_short_breaths_is_a_machine(rate: int) -> None:
    guess, at = guessed(said(rate, 0.6, 1.6, 0.5, 2.0, 0.4, 2.0), rate)
    assert guess is not None
    assert guess.answerer is Answerer.MACHINE
    assert "without waiting" in guess.reason
    assert at < 3.5


@RATES
@pytest.mark.parametrize("hertz", [440.0, 1000.0, 1400.0])
def test_a_beep_is_a_machine(rate: int, hertz: float) -> None:
    sound = np.concatenate((said(rate, 0.5, 0.6, 0.3), tone(hertz, 0.4, rate)))
    guess, _ = guessed(sound, rate)
    assert guess is not None
    assert guess.answerer is Answerer.MACHINE
    assert guess.reason.startswith("beep of ")


def test_a_short_blip_is_no_beep() -> None:
    guess, _ = guessed(np.concatenate((said(8000, 1.0), tone(1000, 0.08, 8000), said(8000, 4.0))), 8000)
    assert guess is not None
    assert guess.answerer is not Answerer.MACHINE


@RATES
def test_silence_is_unclear_after_four_seconds(rate: int) -> None:
    guess, at = guessed(said(rate, 6.0), rate)
    assert guess == Guess(Answerer.UNCLEAR, "silent for 4 s")
    assert at == pytest.approx(4.0, abs=0.03)


def test_steady_noise_of_the_line_is_not_speech() -> None:
    noise = np.random.default_rng(3).normal(0, 1500, 6 * 8000).astype(np.int16)
    guess, _ = guessed(noise, 8000)
    assert guess is not None
    assert guess.answerer is Answerer.UNCLEAR


def test_a_click_is_not_a_word() -> None:
    sound = said(8000, 6.0)
    sound[8000:8200] = 20000
    guess, _ = guessed(sound, 8000)
    assert guess is not None
    assert guess.answerer is Answerer.UNCLEAR


def test_it_guesses_once() -> None:
    detector = AnswererDetector(8000)
    sound = said(8000, 0.5, 0.5, 8.0)
    guesses = [detector.feed(sound[start : start + 160]) for start in range(0, len(sound), 160)]
    assert sum(guess is not None for guess in guesses) == 1


def test_the_size_of_the_frames_does_not_matter() -> None:
    sound = said(16000, 0.4, 0.7, 2.0)
    assert {guessed(sound, 16000, frame)[0] for frame in (0.01, 0.02, 0.03, 0.06)} == {guessed(sound, 16000)[0]}


@given(st.lists(st.integers(0, 3000), max_size=20), st.integers(0, 9))
def test_any_lengths_may_be_fed(lengths: list[int], seed: int) -> None:
    detector = AnswererDetector(8000)
    for length in lengths:
        detector.feed(np.random.default_rng(seed).integers(-32768, 32768, length).astype(np.int16))
