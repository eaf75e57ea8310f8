"""Which cases are like this one."""

from __future__ import annotations

import pytest

from ivr.understanding.similar_cases import Matter, SimilarCases

CASES = SimilarCases(
    [
        ("smoke", Matter("the charger smokes and smells of burning", "safety", "X2", "en")),
        ("twice", Matter("i was charged twice on my card in may", "billing", None, "en")),
        ("smoke-zh", Matter("充电器冒烟了,有烧焦的味道", "safety", "X2", "zh")),
        ("late-zh", Matter("快递一直没有送到", "delivery", None, "zh")),
        ("refund-ko", Matter("환불이 아직 안 됐어요", "refund", None, "ko")),
        ("empty", Matter(" ", "safety", "X2", "en")),
    ]
)


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("my charger is smoking", "en", "smoke"),
        ("they charged me two times", "en", "twice"),
        ("充电器在冒烟", "zh", "smoke-zh"),
        ("快递没有送到", "zh", "late-zh"),
        ("환불이 안 됐습니다", "ko", "refund-ko"),
    ],
)
def test_the_case_that_sounds_most_alike_comes_first_in_every_language(text: str, language: str, first: str) -> None:
    assert CASES.like(Matter(text, "", None, language), 5)[0] == first


def test_of_cases_that_sound_alike_that_of_the_same_product_and_category_comes_first() -> None:
    words = "it does not switch on any more"
    cases = SimilarCases(
        [
            ("other", Matter(words, "hardware", "X1", "en")),
            ("same", Matter(words, "repair", "X2", "en")),
        ]
    )
    assert cases.like(Matter(words, "repair", "X2", "en"), 5) == ("same", "other")


def test_what_is_not_alike_is_not_found() -> None:
    assert CASES.like(Matter("zzz qqq", "repair", None, "en"), 5) == ()
    assert "late-zh" not in CASES.like(Matter("the charger smokes", "safety", "X2", "en"), 5)


def test_no_more_are_given_than_asked_for_and_an_empty_index_gives_none() -> None:
    assert len(CASES.like(Matter("charger smokes 充电器冒烟", "safety", "X2", "en"), 1)) == 1
    assert SimilarCases([]).like(Matter("anything", "repair", None, "en"), 5) == ()
    assert SimilarCases([("a", Matter("", "repair", None, "en"))]).like(Matter("x", "repair", None, "en"), 5) == ()
