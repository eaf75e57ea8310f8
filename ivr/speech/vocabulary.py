"""Small vocabularies for answers that are nearly always one of a few words, and when to believe them.

A recogniser held to a small vocabulary hears one of its words in whatever is said, often with full confidence. So its
result only stands for an answer that is as short as such answers are, agrees with itself, and sounds like what the
free recogniser heard (or the free one was lost).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from ivr.messages import Expecting
from ivr.speech.hearing import Hearing

_YES = {
    "en": ("yes", "yeah", "yep", "right", "correct", "sure", "that's right", "yes please", "yes that's right"),
    "zh": ("是", "是 的", "对", "对 的", "好", "好 的", "可以", "没错", "嗯"),
    "ko": ("네", "예", "네 네", "맞 습니다", "네 맞 습니다", "예 맞 습니다", "맞아", "그래요", "좋아요", "그렇습니다"),
    "ja": ("はい", "ええ", "そう です", "はい そう です"),
}
_NO = {
    "en": ("no", "nope", "wrong", "that's wrong", "no that's wrong", "not right"),
    "zh": ("不", "不是", "不 是", "不对", "不 对", "不要", "没有", "错 了"),
    "ko": ("아니요", "아니오", "아뇨", "아니", "아닙니다", "아니요 아닙니다"),
    "ja": ("いいえ", "いや", "違い ます", "ちがい ます"),
}
_DIGITS = {
    "en": ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "zh": ("零", "一", "幺", "二", "三", "四", "五", "六", "七", "八", "九"),
    "ko": ("영", "공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"),
    "ja": ("ゼロ", "れい", "一", "二", "三", "四", "五", "六", "七", "八", "九"),
}

_SHORT = 1.5  # seconds of voice: nobody says yes or no at greater length without saying more
_LONGEST_DIGIT = 0.8  # seconds of voice a digit
_SURE = 0.6  # mean confidence of the small vocabulary
_LOST = 0.6  # below this the free recogniser heard nothing to go by
_ALIKE = 0.4  # share of sounds in common


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one kind of answer, in groups that exclude each other (yes, no). Words are separated by spaces."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def phrases(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(phrase for group in self.groups for phrase in group)


def vocabulary_of(language: str, expecting: Expecting) -> Vocabulary | None:
    """The small vocabulary for what a step expects; None where none is known."""
    if expecting is Expecting.YES_NO and language in _YES:
        return Vocabulary((_YES[language], _NO[language]))
    if expecting is Expecting.DIGITS and language in _DIGITS:
        return Vocabulary((_DIGITS[language],))
    return None


def narrowed_stands(
    narrowed: Hearing, free: Hearing, vocabulary: Vocabulary, expecting: Expecting, speech: float
) -> bool:
    """Whether the result of the small vocabulary may stand instead of the free one, for `speech` seconds of voice."""
    words = [word.word for word in narrowed.words]
    if not words or narrowed.confidence < _SURE or not _one_group(words, vocabulary):
        return False
    if speech > (_LONGEST_DIGIT * len(words) if expecting is Expecting.DIGITS else _SHORT):
        return False
    return free.confidence < _LOST or likeness(narrowed.text, free.text) >= _ALIKE


def likeness(one: str, other: str) -> float:
    """How alike two texts sound, 0 to 1: the share of letters in common, Korean syllables taken apart."""
    return SequenceMatcher(None, _letters(one), _letters(other), autojunk=False).ratio()


def _one_group(words: list[str], vocabulary: Vocabulary) -> bool:
    """No contradiction: every word belongs to the phrases of one and the same group."""
    return any(
        all(word in {part for phrase in group for part in phrase.split()} for word in words)
        for group in vocabulary.groups
    )


def _letters(text: str) -> str:
    """Without spaces; a Korean final consonant counts as the same letter as an initial one, the silent initial as
    none: 한이 and 아니 are spoken nearly alike."""
    return "".join(_FINALS.get(c, c) for c in unicodedata.normalize("NFD", text) if not c.isspace() and c != "\u110b")


#: Final consonants (U+11A8 and on) and the initial ones that sound the same.
_FINALS = dict(zip("ᆨᆫᆮᆯᆷᆸᆺᆽᆾᆿᇀᇁᇂ", "ᄀᄂᄃᄅᄆᄇᄉᄌᄎᄏᄐᄑᄒ", strict=True))
