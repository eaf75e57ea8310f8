"""Expressions of harm and law by themselves, without the look of the sentence."""

from __future__ import annotations

import pytest

from config.urgency import Urgency
from ivr.understanding.fuzzy import sounds_of
from ivr.understanding.patterns import find_urgency, lexicon


@pytest.mark.parametrize(
    ("language", "text", "urgency", "words"),
    [
        ("en", "i got an electrick shock", Urgency.SAFETY, "electrick shock"),
        ("en", "the solisitor will write", Urgency.LEGAL, "solisitor"),
        ("zh", "充电器帽眼了", Urgency.SAFETY, "帽眼"),
        ("zh", "我要找旅诗", Urgency.LEGAL, "旅诗"),
        ("ko", "어디서 다는 냄쌔가 나요", Urgency.SAFETY, "다는 냄쌔"),
        ("ko", "소비자언에 말할게요", Urgency.LEGAL, "소비자언에"),
    ],
)
def test_an_expression_survives_a_slip(language: str, text: str, urgency: Urgency, words: str) -> None:
    known = lexicon(language)
    assert known is not None
    found = find_urgency(text, sounds_of(text), known)
    assert found is not None
    assert (found[0], text[found[1].start : found[1].end]) == (urgency, words)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the smoke detector is in stock again"),
        ("en", "my phone died on me"),
        ("en", "leave it at the hospital reception"),
        ("zh", "带电池吗"),
        ("zh", "打不着火"),
        ("zh", "报警器一直响"),
        ("ko", "배송이 연기됐어요"),
        ("ko", "화재 경보기 건전지"),
    ],
)
def test_what_only_looks_like_one_is_none(language: str, text: str) -> None:
    known = lexicon(language)
    assert known is not None
    assert find_urgency(text, sounds_of(text), known) is None
