"""Digits as people say them one by one, and as recognisers write them down: "oh one, double five", 幺三八, 공일공."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN = {
    **{word: str(digit) for digit, word in enumerate(_EN_DIGITS)},
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "nil": "0",
}
_ZH = {"零": "0", "〇": "0", "洞": "0", "幺": "1", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4"}
_ZH |= {"五": "5", "六": "6", "七": "7", "拐": "7", "八": "8", "九": "9"}
_KO = {"공": "0", "영": "0", "일": "1", "하나": "1", "이": "2", "둘": "2", "삼": "3", "사": "4", "오": "5"}
_KO |= {"육": "6", "륙": "6", "칠": "7", "팔": "8", "구": "9"}
_WORDS = {"en": _EN, "zh": _ZH, "ko": _KO}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
#: What Koreans say around a number and that holds the syllable of a digit, or might be taken for one.
_NOT_KOREAN_DIGITS = re.compile(r"(?:이에요|이요|이고요|입니다|번호는|번호|번이요|번|요)(?=\s|[.,]|$)")
#: What may stand between two digits of one number.
_BETWEEN = {"en": r"[\s,.\-]*", "zh": r"[\s,，、.\-杠]*", "ko": r"[\s,.\-]*(?:에|의|다시)?[\s,.\-]*"}


@dataclass(frozen=True, slots=True)
class DigitRun:
    """`digits`, with a plus in front where one was spoken, and where in the text they were spoken."""

    digits: str
    span: tuple[int, int]


def digit_runs(text: str, language: str, least: int) -> Iterator[DigitRun]:
    """Runs of at least `least` digits in lower-case `text`, first to last."""
    if language not in _WORDS:
        language = "en"
    words = _WORDS[language]
    for found in _RUNS[language].finditer(text):
        digits = "".join(_digits(found.group(), words, language))
        if len(digits.lstrip("+")) >= least:
            yield DigitRun(digits, found.span())


def digits_in(text: str, language: str) -> str:
    """The digits that were said, in order: "four seven one, double two" is 47122. Numerals count in every language."""
    if language not in _WORDS:
        return "".join(sign for sign in text if "0" <= sign <= "9")
    said = _NOT_KOREAN_DIGITS.sub(" ", text) if language == "ko" else text.lower()
    return "".join(run.digits.replace("+", "") for run in digit_runs(said, language, 1))


def _digits(run: str, words: dict[str, str], language: str) -> Iterator[str]:
    times = 1
    for piece in _PIECES[language].findall(run):
        if piece in _TIMES:
            times = _TIMES[piece]
        else:
            yield "+" if piece in ("+", "plus") else words.get(piece, piece) * times
            times = 1


def _piece(language: str) -> str:
    names = "|".join(sorted(_WORDS[language], key=len, reverse=True))
    if language == "en":
        return rf"\b(?:{names}|double|triple|treble|plus)\b|\+|\d"
    if language == "ko":  # the copula after a number is no digit: 오육이에요
        names = names.replace("|이|", r"|이(?!에요|예요|라|고|거든|니까)|")
    return rf"{names}|\+|\d"


_PIECES = {language: re.compile(_piece(language)) for language in _WORDS}
_RUNS = {
    language: re.compile(rf"(?:{_piece(language)})(?:{_BETWEEN[language]}(?:{_piece(language)}))*")
    for language in _WORDS
}
