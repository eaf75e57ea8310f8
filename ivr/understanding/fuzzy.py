"""Expressions found in spite of a recogniser's slips.

Letters and Hangul are compared with one slip allowed (a wrong, a lost or an added sound). Hangul is taken apart into
its jamo, so that a wrong final consonant is one slip and not another syllable; plain, tense and aspirated consonants
count as one, for narrow-band recognisers hardly tell them apart. Beginning and ending have to be right: there
inflection makes other words ("charger" and "charged", 충전기 and 충전이). Of a cue with one slip one of its two halves
is unharmed (the pigeonhole filter of Wu & Manber, "Fast text searching allowing errors", CACM 1992): only where a half
is found letters are counted. Chinese characters are taken for each other where they sound alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Initials k t p s ch, then the vowels ae and e, then finals: tense and aspirated to plain.
_FOLDED = str.maketrans(
    "\u1101\u110f\u1104\u1110\u1108\u1111\u110a\u110d\u110e\u1166\u11a9\u11bf\u11c0\u11c1\u11bb",
    "\u1100\u1100\u1103\u1103\u1107\u1107\u1109\u110c\u110c\u1162\u11a8\u11a8\u11ae\u11b8\u11ba",
)
_LETTERS_AT_THE_END = 2
#: Shorter expressions have too many neighbours that mean something else.
SHORTEST_WITH_SLIP = 7


@dataclass(frozen=True, slots=True)
class Sounds:
    """A text taken apart into sounds; sound i is of character `places[i]`; the text's end is a last place."""

    text: str
    sounds: str
    places: tuple[int, ...]


def sounds_of(text: str) -> Sounds:
    """Hangul in plain jamo, everything else as it is, in lower case."""
    parts = [unicodedata.normalize("NFD", character).translate(_FOLDED) for character in text.lower()]
    places = [i for i, part in enumerate(parts) for _ in part]
    return Sounds(text, "".join(parts), (*places, len(text)))


class Cue:
    """One expression, taken apart once."""

    def __init__(self, expression: str, *, whole_words: bool) -> None:
        """With `whole_words` it is found only between word boundaries (languages written in letters)."""
        self.expression = expression
        self._whole_words = whole_words
        self._sounds = sounds_of(expression).sounds
        middle = len(self._sounds) // 2
        self._halves = (self._sounds[:middle], self._sounds[middle:])
        ending = _LETTERS_AT_THE_END if whole_words else len(sounds_of(expression[-1:]).sounds)
        self._head, self._tail = self._sounds[:1], self._sounds[-ending:]
        self._slips = len(self._sounds) >= SHORTEST_WITH_SLIP

    def find(self, heard: Sounds) -> tuple[int, int] | None:
        """The span in the text of the first place, exact ones before others."""
        at = heard.sounds.find(self._sounds)
        while at >= 0:
            if span := self._span(heard, at, at + len(self._sounds)):
                return span
            at = heard.sounds.find(self._sounds, at + 1)
        if self._slips:
            for number, half in enumerate(self._halves):
                at = heard.sounds.find(half)
                while at >= 0:
                    begin = at - number * len(self._halves[0])
                    if span := self._around(heard, begin):
                        return span
                    at = heard.sounds.find(half, at + 1)
        return None

    def _around(self, heard: Sounds, begin: int) -> tuple[int, int] | None:
        """With one slip, about where the unharmed half says that the expression begins."""
        for start in (begin, begin - 1, begin + 1):
            for length in (len(self._sounds), len(self._sounds) - 1, len(self._sounds) + 1):
                if start < 0 or not self._is_like(heard.sounds[start : start + length]):
                    continue
                if span := self._span(heard, start, start + length):
                    return span
        return None

    def _is_like(self, heard: str) -> bool:
        same_ends = heard.startswith(self._head) and heard.endswith(self._tail)
        return same_ends and within_one_slip(self._sounds, heard)

    def _span(self, heard: Sounds, start: int, end: int) -> tuple[int, int] | None:
        if end >= len(heard.places):
            return None
        if self._whole_words:
            end += heard.sounds.startswith("s", end)  # more than one of them
            if heard.sounds[max(0, start - 1) : start].isalnum() or heard.sounds[end : end + 1].isalnum():
                return None
        return heard.places[start], heard.places[end - 1] + 1


def within_one_slip(one: str, other: str) -> bool:
    """Whether at most one letter is wrong, lost or added (Levenshtein distance 0 or 1)."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]


def sounding_alike(expression: str, alike: Mapping[str, str]) -> str:
    """A regular expression for Chinese words in which each character may be one that sounds alike."""
    return "".join(f"[{alike[character]}]" if character in alike else character for character in expression)


def alike_table(groups: Sequence[str]) -> dict[str, str]:
    """`["烟眼言"]` as: each of them may be any of them. Raises `ValueError` for a character in two groups."""
    table = {character: group for group in groups for character in group}
    if len(table) != sum(map(len, groups)):
        raise ValueError("a character is in two groups of those that sound alike")
    return table
