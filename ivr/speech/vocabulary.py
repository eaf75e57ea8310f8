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

#: What times of day are made of, besides the numbers.
_HOURS = {
    "en": (
        "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "forty five", "half past", "quarter past",
        "quarter to", "o'clock", "noon", "morning", "in the morning", "afternoon", "in the afternoon", "evening",
        "in the evening", "tonight", "today", "tomorrow", "at", "after", "before", "a m", "p m",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ),
    "zh": (
        "十", "两", "点", "点 半", "点 钟", "一 刻", "分", "早上", "上午", "中午", "下午", "晚上", "今天", "明天",
        "后天", "以后", "之前", "星期", "周", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期天",
    ),
    "ko": (
        "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두", "시", "시 반", "시에",
        "분", "십", "이십", "삼십", "사십", "오십", "오전", "오후", "아침", "점심", "저녁", "오늘", "내일", "모레",
        "이후", "이전", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일",
    ),
    "ja": (
        "十", "時", "時 半", "分", "午前", "午後", "朝", "昼", "夕方", "夜", "今日", "明日", "明後日", "以降", "まで",
        "月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜",
    ),
}  # fmt: skip

_SHORT = 1.5  # seconds of voice: nobody says yes or no at greater length without saying more
_LONGEST_WORD = 0.8  # seconds of voice a word, where an answer has several: digits, hours
_LONGEST_NAME = 2.5  # seconds of voice of a category's name
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


def vocabulary_of(language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> Vocabulary | None:
    """The small vocabulary for what a step expects; None where none is known. `names` are the answers where one of
    several categories is expected: one group each, in words that the language writes apart."""
    if expecting is Expecting.YES_NO and language in _YES:
        return Vocabulary((_YES[language], _NO[language]))
    if expecting is Expecting.DIGITS and language in _DIGITS:
        return Vocabulary((_DIGITS[language],))
    if expecting is Expecting.HOURS and language in _HOURS:
        return Vocabulary(((*_DIGITS[language], *_HOURS[language]),))
    if expecting is Expecting.CATEGORY and names:
        return Vocabulary(tuple((name.lower(),) for name in names))
    return None


def narrowed_stands(
    narrowed: Hearing, free: Hearing, vocabulary: Vocabulary, expecting: Expecting, speech: float
) -> bool:
    """Whether the result of the small vocabulary may stand instead of the free one, for `speech` seconds of voice."""
    words = [word.word for word in narrowed.words]
    if not words or narrowed.confidence < _SURE or not _one_group(words, vocabulary):
        return False
    if speech > _longest(expecting, len(words)):
        return False
    return free.confidence < _LOST or likeness(narrowed.text, free.text) >= _ALIKE


def likeness(one: str, other: str) -> float:
    """How alike two texts sound, 0 to 1: the share of letters in common, Korean syllables taken apart."""
    return SequenceMatcher(None, letters(one), letters(other), autojunk=False).ratio()


def likeness_within(part: str, whole: str) -> float:
    """The share of the letters of `part` that stand somewhere in `whole`, in order and at least two together."""
    one, other = letters(part), letters(whole)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / max(1, len(one))


def _longest(expecting: Expecting, words: int) -> float:
    """Seconds of voice beyond which more was said than the answer."""
    match expecting:
        case Expecting.DIGITS | Expecting.HOURS:
            return _LONGEST_WORD * words
        case Expecting.CATEGORY:
            return _LONGEST_NAME
        case _:
            return _SHORT


def _one_group(words: list[str], vocabulary: Vocabulary) -> bool:
    """No contradiction: every word belongs to the phrases of one and the same group."""
    return any(
        all(word in {part for phrase in group for part in phrase.split()} for word in words)
        for group in vocabulary.groups
    )


def letters(text: str) -> str:
    """The sounds of a text, a letter each, without spaces. A Korean final consonant counts as the same letter as an
    initial one, the silent initial as none: 한이 and 아니 are spoken nearly alike."""
    spoken = (c for c in unicodedata.normalize("NFD", text.lower()) if c.isalnum() and c != "\u110b")
    return "".join(_FINALS.get(c, c) for c in spoken)


#: Final consonants (U+11A8 and on) and the initial ones that sound the same.
_FINALS = dict(zip("ᆨᆫᆮᆯᆷᆸᆺᆽᆾᆿᇀᇁᇂ", "ᄀᄂᄃᄅᄆᄇᄉᄌᄎᄏᄐᄑᄒ", strict=True))
