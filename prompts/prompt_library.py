"""Turns a phrase into the clips to be played, or the text to be shown, for one hotline file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

import soundfile

from config.hotline_file import HotlineFile
from prompts.catalogue import CHOOSE_LANGUAGE, LANGUAGE_MENU_ITEM, Slot
from prompts.manifest import read_manifest
from prompts.phrase import Phrase, Recorded, SlotValue, Window, phrase
from prompts.template import Gap, parse
from prompts.texts import Texts, read_texts
from prompts.words import Spoken

FALLBACK_LANGUAGE = "en"


def packaged_audio() -> Path:
    """The folder of the clips that come with the program."""
    return Path(__file__).parent / "audio"


@dataclass(frozen=True, slots=True)
class MissingPrompt:
    """Something that callers in `language` will not hear, or not as written; `what` is for people."""

    language: str
    clip: str
    what: str


class PromptLibrary:
    """The prompts of one version of the hotline file.

    Clip names are relative to `folder`; a file of the same name in `overrides`, a human recording, takes its place:
    `path` says which file is meant. A language without texts of its own is spoken to in the file's first that has.
    """

    def __init__(self, file: HotlineFile, folder: Path | None = None, overrides: Path | None = None) -> None:
        self._file = file
        self._folder = folder or packaged_audio()
        self._overrides = overrides
        self._there: dict[str, Path] = {}

    def clips(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        """File names like "en/callback-made.1.opus", in speaking order; what has no file is left out, and with the name
        of a product the whole phrase."""
        if any(not self._can_name(value, language) for slot, value in phrase.slots if slot == Slot.PRODUCT):
            return ()
        return tuple(clip for clip, _ in self._spoken(phrase, language, mood, now, zone) if clip and self.path(clip))

    def text(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> str:
        """What the clips say, for the terminal and the transcript."""
        return "".join(text for _, text in self._spoken(phrase, language, mood, now, zone)).strip()

    def path(self, clip: str) -> Path | None:
        """The file of a clip, the human recording first; None when there is none."""
        if self._overrides is not None and (self._overrides / clip).is_file():
            return self._overrides / clip  # looked for each time: people record, and take back, while calls go on
        if clip not in self._there and (self._folder / clip).is_file():
            self._there[clip] = self._folder / clip
        return self._there.get(clip)

    def duration(self, clips: Sequence[str]) -> float:
        """Seconds that the clips take, one after another."""
        return sum(seconds_of(path) for path in map(self.path, clips) if path)

    @property
    def languages(self) -> tuple[str, ...]:
        """The file's languages that have prompts of their own."""
        return tuple(language for language in self._file.languages if read_texts(language) is not None)

    def titles(self, language: str) -> dict[str, str]:
        """The titles of the file's categories in a language, as far as there are."""
        return {name: c.titles[language] for name, c in self._file.categories.items() if language in c.titles}

    def missing(self) -> tuple[MissingPrompt, ...]:
        """Every text and clip that the file's languages and categories lack. A product that nobody has recorded is no
        fault: it is not said back."""
        return tuple(fault for language in self._file.languages for fault in self._missing_in(language))

    def _spoken(self, said: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> Iterator[tuple[str, str]]:
        """Pairs of a clip's file name ("" where nothing is to be heard) and its text."""
        if said.prompt == CHOOSE_LANGUAGE:
            for digit, other in enumerate(self._file.languages, 1):
                item = phrase(LANGUAGE_MENU_ITEM, digit=str(digit))
                yield from self._spoken(item, other, mood, now, zone)
                yield "", " "
            return
        texts = self._texts(language)
        wording, stem = texts.wording(said, mood)
        values = dict(said.slots)
        for part in parse(wording):
            if isinstance(part, Gap):
                for spoken in self._fill(part.slot, values[part.slot], texts, now, zone):
                    yield _file_name(texts.language, spoken.clip), spoken.text
            else:
                yield _file_name(texts.language, f"{stem}.{part.number}" if part.number else ""), part.text

    def _fill(self, slot: str, value: SlotValue, texts: Texts, now: datetime, zone: tzinfo) -> Iterator[Spoken]:
        match Slot(slot), value:
            case ((Slot.REFERENCE | Slot.DIGIT), str()):
                return texts.words.digits(value)
            case Slot.MINUTES, int():
                return texts.words.minutes(value)
            case Slot.WHEN, datetime() | Window():
                return texts.words.when(value, now, zone)
            case Slot.CATEGORY, str():
                return iter((Spoken(f"category.{value}", self._title(value, texts.language)),))
            case Slot.PRODUCT, str():
                return iter((Spoken(product_clip(value), value),))
            case Slot.WORKAROUND, Recorded():
                return iter((Spoken(value.clip, value.text),))
        raise ValueError(f"{slot} cannot be {value!r}")

    def _can_name(self, product: SlotValue, language: str) -> bool:
        clip = product_clip(str(product))
        return self.path(_file_name(self._texts(language).language, clip)) is not None

    def _title(self, category: str, language: str) -> str:
        titles = self._file.categories[category].titles
        return titles.get(language, category)

    def _texts(self, language: str) -> Texts:
        for candidate in (language, *self._file.languages, FALLBACK_LANGUAGE):
            texts = read_texts(candidate)
            if texts is not None:
                return texts
        raise AssertionError(f"the texts of {FALLBACK_LANGUAGE!r} are packaged")

    def _missing_in(self, language: str) -> Iterator[MissingPrompt]:
        texts = read_texts(language)
        if texts is None:
            yield MissingPrompt(language, "", "there are no prompts in this language; callers hear another one")
            return
        for line in texts.lines():
            name = _file_name(language, line.clip)
            if self.path(name) is None:
                yield MissingPrompt(language, name, f"no sound for {line.text.strip()!r}")
        rendered = read_manifest(self._folder)
        for category, about in self._file.categories.items():
            name = _file_name(language, f"category.{category}")
            title = about.titles.get(language)
            path = self.path(name)
            if title is None:
                yield MissingPrompt(language, name, f"category {category!r} has no title")
            elif path is None:
                yield MissingPrompt(language, name, f"no sound for {title!r}")
            elif path == self._folder / name and name in rendered and rendered[name].transcript != title:
                says = rendered[name].transcript
                yield MissingPrompt(language, name, f"the title is {title!r}, the voice says {says!r}")


def product_clip(product: str) -> str:
    """The name of the clip that says a product's name: "product.washing-machine"."""
    return "product." + re.sub(r"\W+", "-", product.lower())


def workaround_clip(problem: str) -> str:
    """The name under which people record what callers can do about a problem: "workaround.1f0c9a3e", by its id."""
    return f"workaround.{problem[:8]}"


def _file_name(language: str, clip: str) -> str:
    if not clip or "/" in clip:
        return clip
    return f"{language}/{clip}.opus"


def seconds_of(path: Path) -> float:
    """How long a sound file lasts."""
    return _seconds(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def _seconds(path: Path, _changed_at: int) -> float:
    return float(soundfile.info(path).duration)
