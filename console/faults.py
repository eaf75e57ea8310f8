"""What went wrong, in the language of the person who reads the page.

Services raise `HotlineError`s with English texts, which logs, the command line and the API show as they are. For pages
`words/faults/<language>.yaml` has the translation of each text as it stands in the source, with a `{name}` for each
value: `the state {state} cannot be set`. Values that are words of the program themselves, such as a state, are
translated by `words/faults/values/<language>.yaml`, place by place. A text that is not there stays English: better
said in another language than not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from config.errors import HotlineError

FOLDER = Path(__file__).parent / "words" / "faults"

_PLACE = re.compile(r"\{(\w+)\}")
#: Language -> what stands between the words of a list.
_COMMA = {"en": ", ", "zh": "、", "ko": ", "}
#: Language -> what ends `what` before `remedy`, and what ends both.
_STOPS = {"en": (". ", ""), "zh": ("。", "。"), "ko": (". ", ".")}


@dataclass(frozen=True, slots=True)
class Translations:
    """One language's table: English text -> translation, both with the same places; and place -> value -> word."""

    comma: str
    texts: dict[str, str]
    values: dict[str, dict[str, str]]
    patterns: tuple[tuple[re.Pattern[str], str], ...]


@cache
def translations(language: str) -> Translations:
    """The table of a language; an empty one for English, which is what the sources say."""
    if language == "en":
        return Translations(_COMMA[language], {}, {}, ())
    texts: dict[str, str] = YAML(typ="safe").load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    values: dict[str, dict[str, str]] = YAML(typ="safe").load(
        (FOLDER / "values" / f"{language}.yaml").read_text("utf-8")
    )
    # The text with most words of its own first: `use {known}` agrees with much.
    places = sorted((text for text in texts if _PLACE.search(text)), key=lambda text: -len(_PLACE.sub("", text)))
    return Translations(_COMMA[language], texts, values, tuple((_pattern(text), texts[text]) for text in places))


def in_words(error: HotlineError, language: str) -> tuple[str, str]:
    """What is wrong and the remedy, which may be empty, in one of `console.words.LANGUAGES`."""
    return translated(error.what, language), translated(error.remedy, language)


def translated(text: str, language: str) -> str:
    """`what` or `remedy` of a fault in a language; the text itself where there is no translation."""
    table = translations(language)
    if text in table.texts:
        return table.texts[text]
    for pattern, translation in table.patterns:
        if found := pattern.fullmatch(text):
            values = {place: _value(table, place, value) for place, value in found.groupdict().items()}
            return translation.format(**values)
    return text


def sentence(error: HotlineError, language: str) -> str:
    """What is wrong and the remedy in one line."""
    what, remedy = in_words(error, language)
    between, end = _STOPS[language]
    return f"{what}{between}{remedy}{end}" if remedy else what


def _pattern(text: str) -> re.Pattern[str]:
    """Agrees with the text whatever stands in its places. `split` gives literals and names of places by turns."""
    parts = _PLACE.split(text)
    literals = [re.escape(part) for part in parts[::2]]
    places = [f"(?P<{name}>.*?)" for name in parts[1::2]]
    return re.compile("".join(a + b for a, b in zip(literals, [*places, ""], strict=True)), re.DOTALL)


def _value(table: Translations, place: str, value: str) -> str:
    """The word for a value, or for each of several with commas between; the second place of a name is `{name_2}`."""
    words = table.values.get(re.sub(r"_\d+$", "", place), {})
    parts = value.split(", ")
    if value not in words and words.keys() >= set(parts):
        return table.comma.join(words[part] for part in parts)
    return words.get(value, value)
