"""What single expressions tell: harm, law, a wish, abuse. Read from `data/<language>.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from callbacks.model import Wish
from config.urgency import Urgency
from ivr.understanding.fuzzy import Cue, Sounds, alike_table, sounding_alike
from ivr.understanding.understanding import Evidence

_GRAVE = (Urgency.SAFETY, Urgency.LEGAL)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The expressions of one language: regular expressions matched anywhere in lower-case text, and cues that are
    found in spite of a slip."""

    urgency: tuple[tuple[Urgency, re.Pattern[str], tuple[Cue, ...]], ...]
    wishes: tuple[tuple[Wish, re.Pattern[str]], ...]
    abuse: re.Pattern[str]


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lexicon of a language, or None where none was written."""
    source = files(__package__).joinpath("data", f"{language}.yaml")
    if not source.is_file():
        return None
    data = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    alike = alike_table(data.get("alike", ()))
    urgency = []
    for grave in _GRAVE:
        expressions, cues = list(data["urgency"][grave.value]), list(data["cues"][grave.value])
        if alike:
            expressions += [sounding_alike(cue, alike) for cue in cues]
            cues = []
        letters = all(cue.isascii() for cue in cues)
        urgency.append((grave, _any_of(expressions), tuple(Cue(cue, whole_words=letters) for cue in cues)))
    return Lexicon(
        urgency=tuple(urgency),
        wishes=tuple((Wish(name), _any_of(expressions)) for name, expressions in data["wishes"].items()),
        abuse=_any_of(data["abuse"]),
    )


def find_urgency(text: str, heard: Sounds, words: Lexicon) -> tuple[Urgency, Evidence] | None:
    """The gravest urgency that an expression in lower-case `text` speaks for; `heard` is the same text in sounds."""
    for urgency, pattern, cues in words.urgency:
        found = pattern.search(text)
        span = found.span() if found else next((span for cue in cues if (span := cue.find(heard))), None)
        if span is not None:
            return urgency, Evidence("urgency", urgency.value, *span)
    return None


def find_wish(text: str, words: Lexicon) -> tuple[Wish, Evidence] | None:
    """The first wish, in the lexicon's order, that an expression speaks for."""
    for wish, pattern in words.wishes:
        if found := pattern.search(text):
            return wish, Evidence("wish", wish.value, *found.span())
    return None


def find_abuse(text: str, words: Lexicon) -> Evidence | None:
    """The first abusive expression."""
    found = words.abuse.search(text)
    return Evidence("abusive", "true", *found.span()) if found else None


def _any_of(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression})" for expression in expressions))
