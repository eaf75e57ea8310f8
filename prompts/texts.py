"""Reads the texts of a language: `texts/LANGUAGE.yaml` (prompts) and `texts/LANGUAGE.words.yaml` (slots)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from prompts.phrase import Phrase
from prompts.template import Fragment, parse
from prompts.words import Spoken, Words

TEXTS = Path(__file__).parent / "texts"
CALM = "calm"

#: The first key of the groups that are written as lists.
_FIRST_KEY = {"digit": 0, "hour": 0, "hour12": 1, "minute": 1, "month": 1, "date": 1}


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said in one language. `prompts` maps id and mood to the text; calm is always there."""

    language: str
    prompts: Mapping[str, Mapping[str, str]]
    words: Words

    def wording(self, phrase: Phrase, mood: str) -> tuple[str, str]:
        """The text of a prompt for a mood, calm where there is none for it, and the stem of its clips' names."""
        moods = self.prompts[phrase.prompt]
        if mood == CALM or mood not in moods:
            return moods[CALM], phrase.prompt
        return moods[mood], f"{phrase.prompt}-{mood}"

    def lines(self) -> Iterator[Spoken]:
        """Every clip of this language except the titles of categories, which the hotline file holds."""
        for prompt in self.prompts:
            for mood in self.prompts[prompt]:
                text, stem = self.wording(Phrase(prompt), mood)
                for part in parse(text):
                    if isinstance(part, Fragment) and part.number:
                        yield Spoken(f"{stem}.{part.number}", part.text)
        yield from (word for word in self.words.lines() if word.clip)


@cache
def read_texts(language: str) -> Texts | None:
    """The packaged texts of a language, None when there are none."""
    if not (TEXTS / f"{language}.yaml").exists():
        return None
    yaml = YAML(typ="safe")
    prompts = {
        prompt: {CALM: text} if isinstance(text, str) else text
        for prompt, text in yaml.load(TEXTS / f"{language}.yaml").items()
    }
    words = yaml.load(TEXTS / f"{language}.words.yaml")
    patterns = words.pop("patterns")
    groups = {
        group: {str(key): word for key, word in enumerate(entries, _FIRST_KEY[group])}
        if isinstance(entries, list)
        else {str(key): word for key, word in entries.items()}
        for group, entries in words.items()
    }
    return Texts(language, prompts, Words(groups, patterns))
