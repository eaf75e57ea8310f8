"""Error rates and calibration of what was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.scoring import NO_ERRORS, Errors, calibration, edits, errors_of, merged

SHORT = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("said", "heard", "language", "cer", "wer"),
    [
        ("I want a refund.", "i want a refund", "en", 0.0, 0.0),
        ("I want a refund.", "i want refund", "en", 1 / 12, 1 / 4),
        ("我要退款。", "我要退货", "zh", 1 / 4, 1 / 4),
        ("환불해 주세요", "환불 해주세요", "ko", 0.0, 1.0),
        ("네", "", "ko", 1.0, 1.0),
        ("no", "no no no", "en", 2.0, 2.0),
        ("it’s １２", "its 12", "en", 0.0, 0.0),
    ],
)
def test_errors_are_edits_over_what_was_said(said: str, heard: str, language: str, cer: float, wer: float) -> None:
    errors = errors_of(said, heard, language)
    assert errors.cer == pytest.approx(cer)
    assert errors.wer == pytest.approx(wer)


@given(SHORT, SHORT, SHORT)
def test_edits_are_a_distance(one: str, two: str, three: str) -> None:
    assert (edits(one, two) == 0) == (one == two)
    assert edits(one, two) == edits(two, one)
    assert edits(one, three) <= edits(one, two) + edits(two, three)
    assert edits(one, "") == len(one)


def test_long_utterances_weigh_more_than_short_ones() -> None:
    together = Errors(1, 1, 1, 1) + Errors(9, 0, 3, 0)
    assert (together.cer, together.wer) == (0.1, 0.25)
    assert (NO_ERRORS.cer, NO_ERRORS.wer) == (0.0, 0.0)


def test_confidence_that_equals_accuracy_is_calibrated() -> None:
    half, whole = Errors(10, 5, 2, 1), Errors(10, 0, 2, 0)
    found = calibration([(0.5, half), (1.0, whole)])
    assert found.error == pytest.approx(0.0)
    assert [(one.low, one.utterances) for one in found.bins] == [(0.4, 1), (0.8, 1)]


def test_the_calibration_error_is_the_mean_distance_weighted_by_utterances() -> None:
    wrong, whole = Errors(10, 10, 2, 2), Errors(10, 0, 2, 0)
    found = calibration([(0.9, wrong), (1.0, whole), (1.0, whole), (1.0, whole)])
    assert len(found.bins) == 1
    assert found.error == pytest.approx(0.975 - 0.75)


def test_more_errors_than_characters_are_no_accuracy_rather_than_less() -> None:
    assert calibration([(0.3, Errors(2, 6, 1, 3))]).bins[0].accuracy == 0.0


def test_nothing_heard_is_no_calibration() -> None:
    assert calibration([]) == calibration(())
    assert calibration([]).error == 0.0


def test_merged_bins_are_those_of_all_utterances() -> None:
    one, two = (0.5, Errors(10, 5, 2, 1)), (0.9, Errors(10, 1, 2, 1))
    three = (0.95, Errors(10, 10, 2, 2))
    together = merged([calibration([one, two]), calibration([three])])
    for found, whole in zip(together, calibration([one, two, three]).bins, strict=True):
        assert (found.low, found.utterances) == (whole.low, whole.utterances)
        assert found.confidence == pytest.approx(whole.confidence)
        assert found.accuracy == pytest.approx(whole.accuracy)
