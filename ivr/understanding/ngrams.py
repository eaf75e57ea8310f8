"""Text as counts of character n-grams: they survive the slips of a recogniser, and need no word boundaries."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

_NOT_SPOKEN = re.compile(r"[^\w]+")
# Chinese and Korean carry a word in one or two characters, European languages in three or more. The lengths, and that
# words and their pairs help in European languages but hurt in Korean, were found by cross-validation.
_LENGTHS = {"zh": (1, 2, 3), "ko": (1, 2, 3)}
_OTHER_LENGTHS = (2, 3, 4, 5)


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, punctuation as single spaces."""
    return _NOT_SPOKEN.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def ngrams(text: str, language: str) -> Counter[str]:
    """Counts of the n-grams within each word, its edges included; Chinese is taken as one word. Of languages written in
    letters also the words, marked by a tab at each end, and pairs of neighbours."""
    words = normalise(text).split()
    if language == "zh":
        return _within("".join(words), _LENGTHS["zh"])
    lengths = _LENGTHS.get(language, _OTHER_LENGTHS)
    counts: Counter[str] = Counter()
    for word in words:
        counts.update(_within(f" {word} ", lengths))
    if language not in _LENGTHS:
        counts.update(f"\t{word}\t" for word in words)
        counts.update(f"\t{one} {other}\t" for one, other in pairwise(words))
    return counts


def _within(word: str, lengths: tuple[int, ...]) -> Counter[str]:
    return Counter(word[i : i + length] for length in lengths for i in range(len(word) - length + 1))
