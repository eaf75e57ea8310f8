"""The words of the interface: `words/<language>/` has a file a subject; all languages have the same keys, which a test
compares."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

#: Language -> its own name, in the order of the choice.
LANGUAGES = {"en": "English", "zh": "中文", "ko": "한국어"}

_FOLDER = Path(__file__).parent / "words"


class Words:
    """One language's words: `words("desk.ready")`, with named values where the text has `{places}`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text; `KeyError` when there is none, which is a fault of the program."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def named(self, group: str, code: str) -> str:
        """The word for a code such as a state, or the code itself when the code is an admin's own."""
        return self.texts.get(f"{group}.{code}", code)


@cache
def words(language: str) -> Words:
    """The words of one of `LANGUAGES`."""
    texts: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.yaml")):
        texts.update(_flat("", YAML(typ="safe").load(path.read_text("utf-8"))))
    return Words(language, texts)


def choose(wanted: str | None, accept: str) -> str:
    """The language a person chose, else the first of the browser's `Accept-Language` that we have, else English."""
    if wanted in LANGUAGES:
        return wanted
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        ranked.append((-weight, place, tag.split("-")[0].strip().lower()))
    return next((tag for _, _, tag in sorted(ranked) if tag in LANGUAGES), "en")


def _flat(prefix: str, tree: dict[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
