"""Expressions found in spite of slips, and not found where a slip makes another word."""

from __future__ import annotations

import re

import pytest

from ivr.understanding.fuzzy import Cue, alike_table, sounding_alike, sounds_of, within_one_slip


@pytest.mark.parametrize(
    ("cue", "text", "words"),
    [
        ("vacuum cleaner", "my vacum cleaner is dead", "vacum cleaner"),
        ("electric shock", "i got an electrick shock", "electrick shock"),
        ("charger", "two chargers broke", "chargers"),
        ("세탁기", "세타기가 안 돌아요", "세타기"),
        ("청소기", "청소끼가 이상해요", "청소끼"),
        ("타는 냄새", "어디서 타는 냄세가 나요", "타는 냄세"),
        ("吸尘器", "吸尘器坏了", "吸尘器"),
    ],
)
def test_a_slip_is_forgiven(cue: str, text: str, words: str) -> None:
    span = Cue(cue, whole_words=cue.isascii()).find(sounds_of(text))
    assert span is not None
    assert text[slice(*span)] == words


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("charger", "i was charged twice"),
        ("kettle", "please settle the matter"),
        ("heater", "the theater"),
        ("충전기", "충전이 안 돼요"),
        ("감전", "가전 제품"),
        ("吸尘器", "洗尘器坏了"),
        ("cat", "cot"),
    ],
)
def test_another_word_is_another_word(cue: str, text: str) -> None:
    assert Cue(cue, whole_words=cue.isascii()).find(sounds_of(text)) is None


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("", "", True),
        ("a", "", True),
        ("abc", "axc", True),
        ("abc", "abxc", True),
        ("abc", "acb", False),
        ("a", "bc", False),
    ],
)
def test_one_slip_is_a_letter_wrong_lost_or_added(one: str, other: str, is_near: bool) -> None:
    assert within_one_slip(one, other) is is_near
    assert within_one_slip(other, one) is is_near


def test_chinese_characters_that_sound_alike_stand_for_each_other() -> None:
    pattern = sounding_alike("冒烟", alike_table(["烟眼演"]))
    assert re.search(pattern, "机器冒眼了")
    assert not re.search(pattern, "机器冒火了")


def test_a_character_sounds_like_one_group_only() -> None:
    with pytest.raises(ValueError, match="two groups"):
        alike_table(["烟眼", "言眼"])
