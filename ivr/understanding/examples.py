"""What the product ships of sentences that callers say, read from `data/examples-<language>.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from callbacks.model import Wish

#: The category of what is no matter at all: greetings, noise, talk that was not meant for us. Never an answer; it
#: takes confidence from the others.
NOTHING = "nothing"
_UNSAID = "-"
#: Labelled sentences that nothing is learned from: thresholds are chosen and changes judged by them.
HELD_OUT = Path(__file__).parent / "data" / "held-out.csv"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence, its category and its wish; None where the sentence says nothing about it."""

    text: str
    category: str | None
    wish: Wish | None = None


@cache
def packaged_examples(language: str) -> tuple[Example, ...]:
    """The sentences of a language; none where none were written."""
    source = files(__package__).joinpath("data", f"examples-{language}.txt")
    return tuple(parse_examples(source.read_text(encoding="utf-8"))) if source.is_file() else ()


def parse_examples(text: str) -> Iterator[Example]:
    """Lines below headings `[category wish]`; `-` is None. Empty lines and those that begin with # are left out.
    Raises `ValueError` for a line before the first heading and for a heading that is none."""
    category: str | None = None
    wish: Wish | None = None
    headed = False
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            named, wished = line.strip("[]").split()
            category, wish = _said(named), Wish(wished) if wished != _UNSAID else None
            headed = True
        elif not line.startswith("#"):
            if not headed:
                raise ValueError(f"a sentence before the first heading: {line}")
            yield Example(line, category, wish)


def _said(word: str) -> str | None:
    return None if word == _UNSAID else word
