"""The mood of a caller, against the caller's own first utterance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.mood import Prosody, mood_of
from routing.work import Mood

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
