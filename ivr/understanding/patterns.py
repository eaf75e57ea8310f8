"""What single expressions tell: harm, law, a wish, abuse. Read from `data/<language>.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from callbacks.model import Wish
from config.urgency import Urgency
from ivr.understanding.understanding import Evidence


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The expressions of one language: regular expressions matched anywhere in lower-case text."""

    urgency: tuple[tuple[Urgency, re.Pattern[str]], ...]
    wishes: tuple[tuple[Wish, re.Pattern[str]], ...]
    abuse: re.Pattern[str]
    examples: dict[str, tuple[str, ...]]


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lexicon of a language, or None where none was written."""
    source = files(__package__).joinpath("data", f"{language}.yaml")
    if not source.is_file():
        return None
    data = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    return Lexicon(
        urgency=tuple((Urgency(name), _any_of(data["urgency"][name])) for name in ("safety", "legal")),
        wishes=tuple((Wish(name), _any_of(expressions)) for name, expressions in data["wishes"].items()),
        abuse=_any_of(data["abuse"]),
        examples={name: tuple(sentences) for name, sentences in data["examples"].items()},
    )


def find_urgency(text: str, words: Lexicon) -> tuple[Urgency, Evidence] | None:
    """The gravest urgency that an expression speaks for."""
    for urgency, pattern in words.urgency:
        if found := pattern.search(text):
            return urgency, Evidence("urgency", urgency.value, *found.span())
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
