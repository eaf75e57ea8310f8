"""What would be learned from corrections is shown before it is used."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.commands.retrain import add_examples
from ivr.understanding.retraining import Correction, Retrained, is_known, retrained, split, usable, with_examples
from ivr.understanding.scoring import ClassScore, Labelled, TextScore

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SLANG = [
    Correction(f"my flimflam {word} went kaput", "en", "other", "repair") for word in ("thing", "stick", "box", "ball")
]


@pytest.fixture(scope="module")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file())[0]


def test_what_flips_is_shown_and_the_file_in_force_stays_as_it_is(file: HotlineFile) -> None:
    before = {language: tuple(texts) for language, texts in file.categories["repair"].examples.items()}
    held_out = [
        Labelled("this flimflam went kaput yesterday", "repair", "en"),
        Labelled("i want a refund", "refund", "en"),
    ]
    outcome = retrained(file, SLANG, held_out, NOW)
    assert [(flip.text, flip.after) for flip in outcome.flips] == [("this flimflam went kaput yesterday", "repair")]
    assert outcome.after.macro_recall > outcome.before.macro_recall
    assert outcome.is_better
    assert {language: tuple(texts) for language, texts in file.categories["repair"].examples.items()} == before


@pytest.mark.parametrize(
    ("recall", "alarms", "is_better"), [(0.8, 1.0, True), (0.7, 1.0, False), (0.9, 0.9, False), (0.9, None, False)]
)
def test_less_recall_or_missed_harm_is_not_better(recall: float, alarms: float | None, is_better: bool) -> None:
    def judged(recall: float, alarms: float | None) -> TextScore:
        return TextScore("", (ClassScore("refund", 9, 1.0, recall),), {}, (), alarms, None)

    assert Retrained((), judged(0.8, 1.0), judged(recall, alarms), ()).is_better is is_better


def test_only_what_can_teach_is_learned(file: HotlineFile) -> None:
    good = Correction("It broke", "en", "other", "repair")
    assert usable(
        [
            Correction("it broke", "en", "other", "delivery"),
            good,
            Correction(" ", "en", "other", "repair"),
            Correction("kaputt", "de", "other", "repair"),
            Correction("it broke too", "en", "other", "a-category-that-is-gone"),
        ],
        file,
    ) == (good,)


def test_every_fifth_correction_is_kept_back_to_judge_by() -> None:
    corrections = [Correction(str(n), "en", "other", "repair") for n in range(11)]
    learned, kept = split(corrections)
    assert [c.text for c in kept] == ["4", "9"]
    assert len(learned) == 9


def test_without_anything_to_judge_by_nothing_is_judged(file: HotlineFile) -> None:
    with pytest.raises(ValueError, match="judge"):
        retrained(file, SLANG, [], NOW)


def test_labels_that_the_file_does_not_have_are_left_out(file: HotlineFile) -> None:
    labels = ("refund", "agent", "nothing", "gone")
    assert [is_known(Labelled("x", label, "en"), file) for label in labels] == [True, True, True, False]
    assert not is_known(Labelled("x", "refund", "de"), file)


def test_the_written_file_keeps_its_comments_and_reads_as_the_one_that_was_judged(file: HotlineFile) -> None:
    text = default_hotline_file().read_text(encoding="utf-8")
    written = add_examples(text, SLANG)
    assert "# How the floor weighs work." in written
    assert read_hotline_file(written)[0].categories == with_examples(file, SLANG).categories
    assert add_examples(written, SLANG) == written
