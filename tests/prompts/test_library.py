"""Phrases become clips in speaking order."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.hotline_file import HotlineFile
from prompts.phrase import Window, phrase
from prompts.prompt_library import PromptLibrary, packaged_audio

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
TOMORROW = Window(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 2, 30, tzinfo=UTC))
MADE = phrase("callback-made", reference="471233", when=TOMORROW)


def test_callback_made_names_the_window_then_the_reference(library: PromptLibrary) -> None:
    assert library.clips(MADE, "en", "calm", NOW, SEOUL) == (
        "en/callback-made.1.opus",
        "en/words-day.tomorrow.opus",
        "en/time-window.1.opus",
        "en/words-hour.9.opus",
        "en/time-window.2.opus",
        "en/words-hour12.11.opus",
        "en/words-minute.30.opus",
        "en/words-half.am.opus",
        "en/callback-made.2.opus",
        "en/words-digit.4.opus",
        "en/words-digit.7.opus",
        "en/words-digit.1.opus",
        "music/pause.opus",
        "en/words-digit.2.opus",
        "en/words-digit.3.opus",
        "en/words-digit.3.opus",
    )


def test_the_text_reads_as_the_clips_sound(library: PromptLibrary) -> None:
    assert library.text(MADE, "en", "calm", NOW, SEOUL) == (
        "It is promised. We will call you tomorrow between nine AM and eleven thirty AM. Your reference is 471233."
    )


def test_a_mood_without_words_of_its_own_is_spoken_calmly(library: PromptLibrary) -> None:
    ask = phrase("ask-problem")
    assert library.clips(ask, "ko", "upset", NOW, SEOUL) == ("ko/ask-problem-upset.1.opus",)
    assert library.clips(phrase("goodbye"), "ko", "upset", NOW, SEOUL) == ("ko/goodbye.1.opus",)


def test_languages_are_offered_each_in_itself_in_the_files_order(library: PromptLibrary) -> None:
    assert library.clips(phrase("choose-language"), "en", "calm", NOW, SEOUL) == (
        "en/language-menu-item.1.opus",
        "en/words-digit.1.opus",
        "zh/language-menu-item.1.opus",
        "zh/words-digit.2.opus",
        "ko/language-menu-item.1.opus",
        "ko/words-digit.3.opus",
        "ko/language-menu-item.2.opus",
    )


def test_a_language_without_texts_is_answered_in_the_files_first_and_reported(hotline_file: HotlineFile) -> None:
    library = PromptLibrary(hotline_file.model_copy(update={"languages": ("ko", "fr")}))
    assert library.clips(phrase("greeting"), "fr", "calm", NOW, SEOUL) == ("ko/greeting.1.opus",)
    assert [fault.language for fault in library.missing()] == ["fr"]


def test_a_human_recording_takes_the_place_of_the_voice(hotline_file: HotlineFile, tmp_path: Path) -> None:
    recorded = tmp_path / "en" / "greeting.1.opus"
    recorded.parent.mkdir()
    shutil.copy(packaged_audio() / "music" / "beep.opus", recorded)
    library = PromptLibrary(hotline_file, overrides=tmp_path)
    assert library.path("en/greeting.1.opus") == recorded
    assert library.duration(("en/greeting.1.opus",)) == 0.25


def test_a_recording_counts_as_soon_as_it_is_there_and_no_longer_than_it_is(
    hotline_file: HotlineFile, tmp_path: Path
) -> None:
    library = PromptLibrary(hotline_file, overrides=tmp_path)
    greeting = "en/greeting.1.opus"
    packaged, recorded = packaged_audio() / greeting, tmp_path / greeting
    assert library.path(greeting) == packaged
    before = library.duration((greeting,))
    recorded.parent.mkdir()
    shutil.copy(packaged_audio() / "music" / "beep.opus", recorded)
    assert (library.path(greeting), library.duration((greeting,))) == (recorded, 0.25)
    shutil.copyfile(packaged_audio() / "en" / "goodbye.1.opus", recorded)
    os.utime(recorded, ns=(1, 1))
    assert library.duration((greeting,)) > 0.25
    recorded.unlink()
    assert (library.path(greeting), library.duration((greeting,))) == (packaged, before)


def test_a_category_of_the_admins_own_is_reported_until_it_is_recorded(
    hotline_file: HotlineFile, tmp_path: Path
) -> None:
    fridges = hotline_file.categories["repair"].model_copy(update={"titles": {"en": "a fridge"}})
    file = hotline_file.model_copy(
        update={"languages": ("en",), "categories": hotline_file.categories | {"fridge": fridges}}
    )
    missing = PromptLibrary(file).missing()
    assert [(fault.clip, fault.what) for fault in missing] == [("en/category.fridge.opus", "no sound for 'a fridge'")]
    (tmp_path / "en").mkdir()
    shutil.copy(packaged_audio() / "music" / "beep.opus", tmp_path / "en" / "category.fridge.opus")
    assert PromptLibrary(file, overrides=tmp_path).missing() == ()


def test_a_title_that_the_voice_does_not_say_is_reported(hotline_file: HotlineFile) -> None:
    renamed = hotline_file.categories["refund"].model_copy(update={"titles": {"en": "your money"}})
    file = hotline_file.model_copy(
        update={"languages": ("en",), "categories": hotline_file.categories | {"refund": renamed}}
    )
    (fault,) = PromptLibrary(file).missing()
    assert fault.clip == "en/category.refund.opus"
    assert "your money" in fault.what
