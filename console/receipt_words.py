"""Why work went to an agent, in the reader's language: the line that `routing.receipts.explain` wrote, read again.

The line is kept with a call, and shown to people of several languages. Its parts are told apart by the English texts of
`words/en/receipt.yaml`; a part that is not among them stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from console.faults import pattern
from console.words import Words, words

_GROUP = "receipt."
_BETWEEN = "receipt.between"


def in_words(line: str, language: Words) -> str:
    """The line in the language."""
    english = words("en")(_BETWEEN)
    return language(_BETWEEN).join(_part(part, language) for part in line.split(english))


def _part(part: str, language: Words) -> str:
    for key, said in _patterns():
        if found := said.fullmatch(part):
            return language(
                key, **{place: _value(place, value, language) for place, value in found.groupdict().items()}
            )
    return part


def _value(place: str, value: str, language: Words) -> str:
    match place:
        case "urgency":
            return language.named("urgency", value)
        case "wait":
            count, _, unit = value.partition(" ")
            return language(f"receipt_wait.{unit}", count=count)
        case _:
            return value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The text with most words of its own first: that of *safety first* is also one of *safety*."""
    texts = {key: text for key, text in words("en").texts.items() if key.startswith(_GROUP) and key != _BETWEEN}
    keys = sorted(texts, key=lambda key: -len(re.sub(r"\{\w+\}", "", texts[key])))
    return tuple((key, pattern(texts[key])) for key in keys)
