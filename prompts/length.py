"""How long callers have to listen: no prompt may take more than twelve seconds.

Measured from the clips. What no voice has said yet, the title of an admin's own category, is estimated by the pace of
the clips of its language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from prompts.catalogue import CATALOGUE, CHOOSE_LANGUAGE, Slot
from prompts.manifest import read_manifest
from prompts.phrase import Recorded, SlotValue, phrase
from prompts.prompt_library import PromptLibrary, packaged_audio

LONGEST_SECONDS = 12.0
MOODS = ("calm", "tense", "upset")
#: Where a language has no clips to go by: slow speech of an alphabet.
_SECONDS_A_LETTER = 0.1
_NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
#: What the call flow fills in, at its longest. A category's title comes from the hotline file; what people record for
#: one problem or product is as long as they please.
_FILLED: dict[Slot, SlotValue] = {
    Slot.REFERENCE: "477177",
    Slot.WHEN: datetime(2026, 11, 24, 7, 57, tzinfo=UTC),
    Slot.MINUTES: 25,
    Slot.DIGIT: "7",
    Slot.PRODUCT: "",
    Slot.WORKAROUND: Recorded("", ""),
}


@dataclass(frozen=True, slots=True)
class LongPrompt:
    """A prompt that takes `seconds`; with the title of `category`, where one is in it."""

    language: str
    prompt: str
    seconds: float
    category: str | None = None


def too_long(library: PromptLibrary) -> tuple[LongPrompt, ...]:
    """The longest of each prompt's moods that is too long, and of each category's the longest prompt."""
    found: list[LongPrompt] = []
    for language in library.languages:
        found += _of_language(library, language)
        for category in library.titles(language):
            worst = max(_of_category(library, language, category), key=lambda one: one.seconds)
            found += [worst] if worst.seconds > LONGEST_SECONDS else []
    return tuple(found)


@cache
def pace(language: str, folder: Path) -> float:
    """Seconds a letter of the rendered clips of a language."""
    clips = [clip for clip in read_manifest(folder).values() if clip.language == language]
    letters = sum(len(clip.transcript) for clip in clips)
    return sum(float(clip.seconds) for clip in clips) / letters if letters else _SECONDS_A_LETTER


def _of_language(library: PromptLibrary, language: str) -> Iterator[LongPrompt]:
    for prompt, entry in CATALOGUE.items():
        if Slot.CATEGORY in entry.slots or prompt == CHOOSE_LANGUAGE:  # which is as long as there are languages
            continue
        seconds = _seconds(library, language, prompt)
        if seconds > LONGEST_SECONDS:
            yield LongPrompt(language, prompt, seconds)


def _of_category(library: PromptLibrary, language: str, category: str) -> Iterator[LongPrompt]:
    title = library.titles(language)[category]
    unheard = library.path(f"{language}/category.{category}.opus") is None
    estimated = len(title) * pace(language, packaged_audio()) if unheard else 0.0
    for prompt, entry in CATALOGUE.items():
        if Slot.CATEGORY in entry.slots:
            seconds = estimated + _seconds(library, language, prompt, category)
            yield LongPrompt(language, prompt, seconds, category)


def _seconds(library: PromptLibrary, language: str, prompt: str, category: str = "") -> float:
    filled = _FILLED | {Slot.CATEGORY: category}
    said = phrase(prompt, **{slot.value: filled[slot] for slot in CATALOGUE[prompt].slots})
    return max(library.duration(library.clips(said, language, mood, _NOW, UTC)) for mood in MOODS)
