"""Why work went to an agent, in the reader's language: the line that `routing.receipts.explain` wrote, read again.

The line is kept with a call, and shown to people of several languages. Its parts are told apart by the English texts of
`words/en/receipt.yaml`; a part that is not among them stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from console.words import Words, words

_GROUP = "receipt."
_BETWEEN = "receipt.between"
#: What stands in the places of the texts. Other places hold names of the admin's, which may be anything.
_PLACES = {"urgency": r"\w+", "points": r"\d+", "count": r"\d+", "level": r"\d+", "wait": r"\d+ (?:s|min|h)"}


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
    texts = words("en").texts
    return tuple((key, _pattern(texts[key])) for key in texts if key.startswith(_GROUP) and key != _BETWEEN)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(
        re.sub(r"\\{(\w+)\\}", lambda place: f"(?P<{place[1]}>{_PLACES.get(place[1], '.*')})", re.escape(text))
    )
