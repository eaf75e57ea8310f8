"""The score of readings against what was meant."""

from __future__ import annotations

import pytest

from callbacks.model import Wish
from config.urgency import Urgency
from hotline.evaluation.confusion_picture import confusion_picture
from ivr.understanding.scoring import Labelled, score
from ivr.understanding.understanding import Understanding

CATEGORIES = {"refund": Urgency.MONEY, "safety": Urgency.SAFETY, "other": Urgency.INFO}


def reading(category: str, wish: Wish = Wish.NONE, confidence: float = 0.9) -> Understanding:
    return Understanding(category, CATEGORIES[category], wish, confidence)


TEXTS = [
    Labelled("a", "refund", "en"),
    Labelled("b", "refund", "en"),
    Labelled("c", "safety", "en"),
    Labelled("d", "agent", "en"),
    Labelled("e", "nothing", "en"),
]
READINGS = [
    reading("refund"),
    reading("safety", confidence=0.5),
    reading("safety"),
    reading("other", Wish.AGENT),
    reading("other", confidence=0.1),
]


def test_recall_precision_and_alarms_are_counted() -> None:
    scored = score("en", TEXTS, READINGS, CATEGORIES, doubt_below=0.45)
    by_label = {c.label: c for c in scored.classes}
    assert (by_label["refund"].recall, by_label["refund"].precision) == (0.5, 1)
    assert by_label["refund"].f1 == pytest.approx(2 / 3)
    assert (by_label["safety"].recall, by_label["safety"].precision) == (1, 0.5)
    assert by_label["agent"].recall == 1
    assert by_label["nothing"].recall == 1
    assert scored.macro_recall == pytest.approx(3.5 / 4)
    assert scored.alarms == 1
    assert scored.false_alarms == 0.25
    assert scored.confusion["refund"] == {"refund": 1, "safety": 1}


def test_confidence_is_judged_in_bands() -> None:
    scored = score("en", TEXTS, READINGS, CATEGORIES, doubt_below=0.45, edges=(0, 0.6, 1))
    assert [(band.texts, band.right) for band in scored.bands] == [(1, 0), (2, 1)]


def test_the_picture_has_every_cell_and_escapes_what_it_shows() -> None:
    texts = [*TEXTS, Labelled("f", "<odd>", "en")]
    picture = confusion_picture(score("en", texts, [*READINGS, reading("other")], CATEGORIES, doubt_below=0.45))
    assert "<title>refund taken for safety: 1 of 2</title>" in picture
    assert "&lt;odd&gt;" in picture
    assert "<odd>" not in picture
