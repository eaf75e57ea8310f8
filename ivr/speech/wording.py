"""From a recogniser's spelling to text as people write it."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"\[(\d+)\]")
# Between two characters of a script that is written without spaces (kana, Han, full-width punctuation).
_GAP = re.compile(r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])")
_SPACES = re.compile(r"\s+")
_UNSPACED = frozenset({"zh", "ja"})
_UNKNOWN = frozenset({"[unk]", "<unk>"})


def clean_word(word: str) -> str:
    """A word of Vosk's: numbers lose their brackets ("[3]"), a word that was not understood is empty."""
    return "" if word.lower() in _UNKNOWN else _BRACKETED.sub(r"\1", word)


def clean_text(text: str, language: str) -> str:
    """One line, single spaces, no comma or colon at its end; in Chinese and Japanese no spaces between characters."""
    line = _SPACES.sub(" ", text).strip().rstrip(" ,:;，：；、")
    return _GAP.sub("", line) if language in _UNSPACED else line
