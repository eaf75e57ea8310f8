"""Everything that is spoken in one language, prompt by prompt, with the clips that speak it: what an admin looks
through to record it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from config.hotline_file import HotlineFile
from prompts.catalogue import CATALOGUE
from prompts.phrase import Phrase
from prompts.prompt_library import product_clip, workaround_clip
from prompts.template import Fragment, parse
from prompts.texts import Texts, read_texts


class Family(StrEnum):
    """What kind of thing is spoken."""

    PROMPT = "prompt"
    WORDS = "words"  # what slots are filled with: digits, hours, days
    CATEGORY = "category"
    PRODUCT = "product"
    WORKAROUND = "workaround"


@dataclass(frozen=True, slots=True)
class Clip:
    """Words that are one sound, named as `PromptLibrary` names it: "en/greeting.1.opus"."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of the repertoire. `id` is the prompt's; `mood` is empty where there is but one wording, else calm,
    tense or upset; `text` has its slots in braces."""

    family: Family
    id: str
    mood: str
    text: str
    clips: tuple[Clip, ...]

    @property
    def key(self) -> str:
        """Its name in the language: "ask-problem upset"."""
        return f"{self.id} {self.mood}".strip()

    @property
    def heard_when(self) -> str:
        """When it is heard, for prompts of the catalogue."""
        return CATALOGUE[self.id].heard_when if self.family is Family.PROMPT else ""


def repertoire(file: HotlineFile, language: str, workarounds: Sequence[tuple[str, str]] = ()) -> tuple[Piece, ...]:
    """Every piece of a language, prompts first; empty for one without texts. `workarounds` pairs the ids of known
    problems with what callers can do about them."""
    texts = read_texts(language)
    if texts is None:
        return ()
    return (
        *_prompts(texts),
        *_titles(file, language),
        *_named(Family.WORKAROUND, language, ((workaround_clip(problem), text) for problem, text in workarounds)),
        *_named(Family.PRODUCT, language, ((product_clip(product), product) for product in file.products)),
        *_words(texts),
    )


def _prompts(texts: Texts) -> Iterator[Piece]:
    for prompt, moods in texts.prompts.items():
        for mood in moods:
            text, stem = texts.wording(Phrase(prompt), mood)
            clips = tuple(
                Clip(f"{texts.language}/{stem}.{part.number}.opus", part.text.strip())
                for part in parse(text)
                if isinstance(part, Fragment) and part.number
            )
            yield Piece(Family.PROMPT, prompt, mood if len(moods) > 1 else "", text.strip(), clips)


def _titles(file: HotlineFile, language: str) -> Iterator[Piece]:
    for name, category in file.categories.items():
        title = category.titles.get(language)
        if title is not None:
            clip = Clip(f"{language}/category.{name}.opus", title)
            yield Piece(Family.CATEGORY, f"category.{name}", "", title, (clip,))


def _named(family: Family, language: str, named: Iterator[tuple[str, str]]) -> Iterator[Piece]:
    for clip, text in named:
        if text.strip():
            yield Piece(family, clip, "", text, (Clip(f"{language}/{clip}.opus", text),))


def _words(texts: Texts) -> Iterator[Piece]:
    for group, words in groupby(texts.words.lines(), key=lambda word: word.clip.rpartition(".")[0]):
        clips = tuple(Clip(f"{texts.language}/{word.clip}.opus", word.text.strip()) for word in words if word.clip)
        if clips:
            yield Piece(Family.WORDS, group, "", " · ".join(clip.text for clip in clips), clips)
