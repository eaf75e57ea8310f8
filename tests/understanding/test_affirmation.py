"""Yes and no."""

from __future__ import annotations

import pytest

from ivr.understanding.affirmation import affirms


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Yes, that is correct."),
        ("en", "no problem"),
        ("zh", "对没错"),
        ("zh", "是的"),
        ("ko", "네 맞습니다"),
        ("ko", "네"),
    ],
)
def test_assent_is_yes(language: str, text: str) -> None:
    assert affirms(text, language) is True


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no"),
        ("en", "no, that's not right"),
        ("en", "yes, no, that is wrong"),
        ("zh", "不是"),
        ("zh", "不用了谢谢"),
        ("ko", "아니요"),
        ("ko", "아니요 그게 아닙니다"),
    ],
)
def test_refusal_is_no_even_beside_assent(language: str, text: str) -> None:
    assert affirms(text, language) is False


@pytest.mark.parametrize(("language", "text"), [("en", "my kettle"), ("zh", ""), ("ko", "충전기"), ("de", "ja")])
def test_neither_is_neither(language: str, text: str) -> None:
    assert affirms(text, language) is None
