"""Examples from the standard of pronunciation, one per rule, and the words of our own texts."""

from __future__ import annotations

import pytest

from prompts.voices.korean import Syllable, phonemes, pronounce


@pytest.mark.parametrize(
    ("spelling", "sound"),
    [
        ("부엌", "부억"),  # codas are neutralised
        ("앉아", "안자"),  # liaison of a double coda
        ("값이", "갑씨"),
        ("목요일", "모교일"),
        ("못 와요", "모 돠요"),  # across a space the coda is neutralised first
        ("같이", "가치"),  # palatalisation
        ("닫혀", "다쳐"),
        ("좋다", "조타"),  # ㅎ makes aspirates, or disappears
        ("많이", "마니"),
        ("않습니다", "안씀니다"),
        ("입학", "이팍"),
        ("국밥", "국빱"),  # tensing
        ("넓다", "널따"),
        ("몇 시", "멷 씨"),
        ("없습니다", "업씀니다"),  # nasals
        ("먹는", "멍는"),
        ("독립", "동닙"),
        ("신라", "실라"),  # laterals
        ("이십육 분", "이심뉵 뿐"),  # compounds
        ("열 시", "열 씨"),
    ],
)
def test_spelling_becomes_sound(spelling: str, sound: str) -> None:
    assert pronounce(spelling) == sound


def test_no_sound_changes_across_a_pause() -> None:
    assert pronounce("네, 맞습니다.") == "네, 맏씀니다."
    assert pronounce("못, 와요") == "몯, 와요"


@pytest.mark.parametrize(
    ("spelling", "ipa"),
    [
        ("가구", "kaɡu"),  # plain stops are voiced between vowels
        ("전화", "ʨʌnhwa"),
        ("시간", "ɕiɡan"),  # ㅅ before ㅣ
        ("달라요", "tallajo"),  # ㄹ after ㄹ
        ("의사", "ɯisa"),
        ("문의", "muni"),  # ㅢ is ㅣ where it does not begin the word
        ("져요", "ʨʌjo"),
    ],
)
def test_sound_becomes_phonemes(spelling: str, ipa: str) -> None:
    assert phonemes(spelling) == ipa


def test_letters_that_the_rules_cannot_read_are_refused() -> None:
    with pytest.raises(ValueError, match="hangul"):
        pronounce("3시")


def test_a_syllable_is_put_together_as_it_was_taken_apart() -> None:
    assert str(Syllable.of("넓")) == "넓"
