"""Which of two hearings stands."""

from __future__ import annotations

import pytest

from ivr.speech.doubt import VOSK, WHISPER, Why, needs_second, on_a_narrow_line, which_stands, why_again
from ivr.speech.hearing import NOTHING, Hearing


def heard(text: str, confidence: float, narrowed: bool = False) -> Hearing:
    return Hearing(text, (), confidence, narrowed)


@pytest.mark.parametrize(
    ("first", "wide_band", "why"),
    [
        (heard("환불", 0.95), True, Why.SURE),
        (heard("환불", 0.95), False, Why.NARROW_BAND),
        (heard("환불", 0.4), True, Why.UNSURE),
        (heard("네", 0.9, narrowed=True), False, Why.NARROWED),
        (NOTHING, True, Why.NOTHING),
        (None, True, Why.NO_FIRST),
    ],
)
def test_the_reason_for_a_second_hearing(first: Hearing | None, wide_band: bool, why: Why) -> None:
    assert why_again(first, wide_band) is why
    assert needs_second(why) is (why not in (Why.SURE, Why.NARROWED))


def test_the_second_hearing_stands_when_it_understood_something() -> None:
    second = heard("환불해 주세요", 0.7)
    assert which_stands(heard("보안부에", 0.5), second) == (second, WHISPER)
    assert which_stands(None, second) == (second, WHISPER)


def test_what_the_second_takes_for_noise_must_have_been_clear_to_the_first() -> None:
    assert which_stands(heard("음", 0.5), NOTHING) == (NOTHING, WHISPER)
    clear = heard("환불", 0.95)
    assert which_stands(clear, NOTHING) == (clear, VOSK)


def test_a_second_that_doubts_itself_does_not_replace_a_sure_first() -> None:
    sure = heard("환불", 0.95)
    assert which_stands(sure, heard("한불", 0.2)) == (sure, VOSK)


def test_when_nobody_heard_anything_nothing_stands() -> None:
    assert which_stands(NOTHING, NOTHING)[0].text == ""


def test_on_a_narrow_line_the_first_hearing_is_believed_less_and_a_small_vocabulary_as_ever() -> None:
    sure = Hearing("환불", (), 0.95)
    assert on_a_narrow_line(sure).confidence == pytest.approx(0.285)
    assert which_stands(on_a_narrow_line(sure), NOTHING) == (NOTHING, WHISPER)
    yes = Hearing("네", (), 0.95, narrowed=True)
    assert on_a_narrow_line(yes) is yes
