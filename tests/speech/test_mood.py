"""The mood of a caller, against the caller's own first utterance."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.resample import resample
from ivr.messages import Utterance
from ivr.speech.doubt import Why
from ivr.speech.mood import OwnVoice, Prosody, change_of, mood_of
from ivr.speech.prosody import Samples, prosody_of
from ivr.tone import Tone
from routing.work import Mood
from tests.speech.sounds import RATE, clip

CALM_VOICE = Prosody(level=-26.0, pitch=180.0, rate=4.0)


def test_a_voice_that_stays_as_it_was_is_calm() -> None:
    assert mood_of(CALM_VOICE, CALM_VOICE) is Mood.CALM


def test_louder_higher_and_faster_together_is_upset() -> None:
    assert mood_of(CALM_VOICE, Prosody(level=-19.0, pitch=235.0, rate=5.2)) is Mood.UPSET


def test_louder_alone_is_tense_and_never_upset() -> None:
    assert mood_of(CALM_VOICE, Prosody(level=-19.0, pitch=180.0, rate=4.0)) is Mood.TENSE
    assert mood_of(CALM_VOICE, Prosody(level=-1.0, pitch=180.0, rate=4.0)) is Mood.TENSE


def test_a_pitch_tracker_that_jumps_an_octave_does_not_make_a_caller_upset() -> None:
    assert mood_of(CALM_VOICE, Prosody(level=-26.0, pitch=360.0, rate=4.0)) is Mood.TENSE


def test_quieter_lower_and_slower_is_calm() -> None:
    assert mood_of(CALM_VOICE, Prosody(level=-40.0, pitch=110.0, rate=2.0)) is Mood.CALM


def test_an_unknown_pitch_and_rate_count_as_no_change() -> None:
    assert mood_of(Prosody(-26.0, 0.0, 0.0), CALM_VOICE) is Mood.CALM
    assert mood_of(CALM_VOICE, Prosody(-26.0, 0.0, 0.0)) is Mood.CALM


def test_a_first_utterance_without_a_level_is_no_measure() -> None:
    assert mood_of(Prosody(-math.inf, 180.0, 4.0), CALM_VOICE) is Mood.CALM


@given(gain=st.integers(-30, 30), level=st.integers(-40, 0), pitch=st.floats(80, 400), rate=st.floats(1, 9))
def test_a_steady_gain_of_the_line_changes_no_mood(gain: int, level: int, pitch: float, rate: float) -> None:
    over_a_louder_line = mood_of(
        Prosody(CALM_VOICE.level + gain, CALM_VOICE.pitch, CALM_VOICE.rate), Prosody(level + gain, pitch, rate)
    )
    assert over_a_louder_line is mood_of(CALM_VOICE, Prosody(level, pitch, rate))


@pytest.mark.parametrize("quieter_first", [-60.0, -45.0, -26.0])
def test_more_tension_never_gives_a_calmer_mood(quieter_first: float) -> None:
    order = [Mood.CALM, Mood.TENSE, Mood.UPSET]
    own = Prosody(quieter_first, 180.0, 4.0)
    moods = [mood_of(own, Prosody(quieter_first + step, 180.0 * 1.03**step, 4.0 * 1.04**step)) for step in range(12)]
    assert [order.index(mood) for mood in moods] == sorted(order.index(mood) for mood in moods)
    assert moods[-1] is Mood.UPSET


def test_a_caller_is_measured_against_the_first_seconds_not_against_a_first_yes() -> None:
    own = OwnVoice(Prosody(-30.0, 140.0, 0.0), 0.4).and_then(CALM_VOICE, 2.6)
    assert own.seconds == pytest.approx(3.0)
    assert own.voice.level == pytest.approx(-26.5, abs=0.1)
    assert own.voice.pitch == pytest.approx(174.0, abs=1.0)
    assert own.voice.rate == CALM_VOICE.rate  # told by the second alone
    assert own.and_then(Prosody(-10.0, 300.0, 8.0), 5.0) is own  # the first seconds are over


def test_an_utterance_without_a_level_adds_nothing_to_the_own_voice() -> None:
    silent = Prosody(-math.inf, 0.0, 0.0)
    own = OwnVoice(CALM_VOICE, 1.0)
    assert own.and_then(silent, 1.0) is own
    assert OwnVoice(silent, 1.0).and_then(CALM_VOICE, 2.0) == OwnVoice(CALM_VOICE, 2.0)


def test_the_evidence_names_what_was_measured_and_only_that() -> None:
    assert str(change_of(CALM_VOICE, Prosody(-19.0, 235.0, 5.2))) == "+7 dB, +4.6 st, ×1.3"
    assert str(change_of(CALM_VOICE, Prosody(-28.0, 0.0, 0.0))) == "-2 dB"
    assert str(change_of(Prosody(-math.inf, 0.0, 0.0), CALM_VOICE)) == ""


@given(st.floats(-100, 0), st.floats(70, 400), st.floats(0.1, 15))
def test_the_evidence_fits_beside_the_reason_of_a_hearing(level: float, pitch: float, rate: float) -> None:
    """The record of a line keeps 120 characters for both."""
    longest = max(len(f"{why}; second hearing took too long; {Mood.UPSET} ()") for why in Why)
    assert longest + len(str(change_of(CALM_VOICE, Prosody(level, pitch, rate)))) <= 120


def _tenser(samples: Samples) -> Samples:
    """As an upset caller says it: higher and faster by a quarter, and 8 dB louder."""
    faster = soxr.resample(samples.astype(np.float32), 1.3, 1.0)
    louder: Samples = np.clip(faster * 10 ** (8 / 20), -32768, 32767).astype(np.int16)
    return louder


def _moods(utterances: list[Samples], gain: float, rate: int) -> list[Mood]:
    """A call over a line of that gain in dB, clipped where it is too loud."""
    tone, moods = Tone(), []
    for samples in utterances:
        line = resample(samples, RATE, rate).astype(np.float32) * 10 ** (gain / 20)
        heard = np.clip(np.rint(line), -32768, 32767).astype(np.int16)
        seconds = len(heard) / rate
        voice = prosody_of(heard, rate, seconds)
        said = Utterance("", "ko", (), 1.0, seconds, seconds, voice.level, voice.pitch, voice.rate, "vosk")
        moods.append(tone.of(said))
    return moods


@pytest.mark.parametrize("rate", [8_000, 16_000])
@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_the_same_call_gives_the_same_moods_over_soft_and_loud_lines(language: str, rate: int) -> None:
    calm = [(clip(language, name) * 0.4).astype(np.int16) for name in ("refund", "delivery", "repair")]
    call = [*calm, _tenser(calm[2])]
    moods = {gain: _moods(call, gain, rate) for gain in (-20.0, -14.0, -6.0, 0.0, 6.0)}
    assert moods[0.0] == [Mood.CALM, Mood.CALM, Mood.CALM, Mood.UPSET]
    assert all(found == moods[0.0] for found in moods.values()), moods


def test_a_short_yes_does_not_calm_an_upset_caller_and_a_calm_sentence_does() -> None:
    tone = Tone()

    def said(voice: Prosody, seconds: float) -> Mood:
        return tone.of(Utterance("", "ko", (), 1.0, seconds, seconds, voice.level, voice.pitch, voice.rate, "vosk"))

    loud = Prosody(-17.0, 240.0, 5.5)
    assert [said(CALM_VOICE, 3.0), said(loud, 3.0), said(CALM_VOICE, 0.5)] == [Mood.CALM, Mood.UPSET, Mood.UPSET]
    assert tone.told_by == "+9 dB, +5.0 st, ×1.4"
    assert said(CALM_VOICE, 3.0) is Mood.CALM
    assert said(loud, 0.5) is Mood.UPSET
