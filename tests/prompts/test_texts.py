"""The packaged texts and sounds are whole: nothing a caller could need is missing in any language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prompts.catalogue import CATALOGUE, CHOOSE_LANGUAGE, Slot
from prompts.manifest import read_manifest
from prompts.phrase import Recorded, SlotValue, phrase
from prompts.prompt_library import PromptLibrary, packaged_audio
from prompts.template import gaps
from prompts.texts import CALM, Texts, read_texts
from prompts.words import PATTERNS, WEEKDAYS

LANGUAGES = ("en", "zh", "ko")
MOODS = ("calm", "tense", "upset")
LONGEST = 12.0  # seconds
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
# What the call flow usually fills in, at its longest.
FILLED: dict[Slot, SlotValue] = {
    Slot.REFERENCE: "477177",
    Slot.WHEN: datetime(2026, 11, 24, 7, 57, tzinfo=UTC),
    Slot.MINUTES: 25,
    Slot.CATEGORY: "billing",
    Slot.DIGIT: "7",
    Slot.WORKAROUND: Recorded("greeting.1", "any clip there is"),
}


def texts(language: str) -> Texts:
    found = read_texts(language)
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_written_with_its_slots_and_no_other(language: str) -> None:
    written = {
        (prompt, mood): gaps(text) for prompt, moods in texts(language).prompts.items() for mood, text in moods.items()
    }
    for (prompt, mood), slots in written.items():
        assert slots == set(CATALOGUE[prompt].slots), (prompt, mood)
    assert {prompt for prompt, mood in written if mood == CALM} == CATALOGUE.keys() - {CHOOSE_LANGUAGE}
    assert {mood for _, mood in written} <= set(MOODS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_a_time_can_need_is_there(language: str) -> None:
    words = texts(language).words
    assert words.patterns.keys() == PATTERNS.keys()
    assert all(gaps(words.patterns[name]) <= allowed for name, allowed in PATTERNS.items())
    assert set(words.groups["digit"]) == set("0123456789")
    assert set(words.groups["hour"]) == {str(hour) for hour in range(24)}
    assert set(words.groups["minute"]) == {str(minute) for minute in range(1, 60)}
    assert set(words.groups["month"]) == {str(month) for month in range(1, 13)}
    assert set(words.groups["date"]) == {str(day) for day in range(1, 32)}
    assert set(words.groups["day"]) == {"yesterday", "today", "tomorrow", *WEEKDAYS}
    assert set(words.groups["minutes"]) == {*map(str, range(1, 11)), *map(str, range(15, 61, 5)), "over"}


def test_every_fragment_and_title_has_its_sound(library: PromptLibrary) -> None:
    assert library.missing() == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_lines_share_a_clip(language: str) -> None:
    clips: dict[str, str] = {}
    for line in texts(language).lines():
        assert clips.setdefault(line.clip, line.text) == line.text, line.clip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sounds_say_what_is_written_today(language: str) -> None:
    rendered = read_manifest(packaged_audio())
    differ = [
        line.clip
        for line in texts(language).lines()
        if rendered[f"{language}/{line.clip}.opus"].transcript != line.text.strip()
    ]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mood", MOODS)
def test_no_prompt_is_longer_than_a_caller_can_listen(library: PromptLibrary, language: str, mood: str) -> None:
    filled = FILLED | {Slot.PRODUCT: {"en": "vacuum cleaner", "zh": "吸尘器", "ko": "세탁기"}[language]}
    for prompt, entry in CATALOGUE.items():
        said = phrase(prompt, **{slot.value: filled[slot] for slot in entry.slots})
        seconds = library.duration(library.clips(said, language, mood, NOW, UTC))
        assert 0.3 < seconds <= LONGEST, (prompt, seconds)


def test_the_sounds_stay_small() -> None:
    size = sum(path.stat().st_size for path in packaged_audio().rglob("*.opus"))
    assert 1_000_000 < size < 8_000_000
