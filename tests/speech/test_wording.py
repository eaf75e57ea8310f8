"""From a recogniser's spelling to text."""

from __future__ import annotations

import pytest

from ivr.speech.wording import clean_text, clean_word


def test_numbers_lose_their_brackets() -> None:
    assert clean_word("[12]") == "12"
    assert clean_word("세시") == "세시"


def test_a_word_that_was_not_understood_is_empty() -> None:
    assert clean_word("[unk]") == ""
    assert clean_word("<UNK>") == ""


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("zh", "我 要 退款", "我要退款"),
        ("zh", "我 的 iPhone 坏 了", "我的 iPhone 坏了"),
        ("ja", "返金 して ください", "返金してください"),
        ("ko", "환불  해 주세요 ", "환불 해 주세요"),
        ("zh", "对的没错：", "对的没错"),
        ("en", " I want a\nrefund ", "I want a refund"),
    ],
)
def test_spaces_stand_where_the_script_has_them(language: str, said: str, written: str) -> None:
    assert clean_text(said, language) == written
