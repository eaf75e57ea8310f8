"""Text as counts of character n-grams: they survive the slips of a recogniser, and need no word boundaries."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_NOT_SPOKEN = re.compile(r"[^\w]+")
# Chinese and Korean carry a word in one or two characters, European languages in three or more.
_LENGTHS = {"zh": (1, 2, 3), "ko": (1, 2, 3)}
_OTHER_LENGTHS = (3, 4, 5)


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, punctuation as single spaces."""
    return _NOT_SPOKEN.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def ngrams(text: str, language: str) -> Counter[str]:
    """Counts of the n-grams within each word; Chinese is taken as one word."""
    words = normalise(text).split()
    if language == "zh":
        words = ["".join(words)] if words else []
    counts: Counter[str] = Counter()
    for word in words:
        padded = word if language in _LENGTHS else f" {word} "
        for length in _LENGTHS.get(language, _OTHER_LENGTHS):
            counts.update(padded[i : i + length] for i in range(len(padded) - length + 1))
    return counts
