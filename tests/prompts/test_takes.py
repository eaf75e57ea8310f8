"""Recordings of prompts: drafts that nobody hears, and approved ones that take the voice's place."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import NotFound, NotWritable
from config.hotline_file import HotlineFile
from prompts.prompt_library import PromptLibrary, packaged_audio
from prompts.takes import Loudness, Take, Takes

GREETING = "en/greeting.1.opus"
SOUND = (packaged_audio() / "music" / "beep.opus").read_bytes()
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TAKE = Take("Hello.", "Ada", NOON, Loudness(2.0, -31.5), Loudness(1.5, -20.0))


def test_a_draft_is_not_heard_and_an_approved_one_is(hotline_file: HotlineFile, tmp_path: Path) -> None:
    takes, library = Takes(tmp_path), PromptLibrary(hotline_file, overrides=tmp_path)
    takes.keep(GREETING, SOUND, TAKE)
    assert takes.draft(GREETING) == TAKE
    assert library.path(GREETING) == packaged_audio() / GREETING
    approved = takes.approve(GREETING, "Sam", NOON)
    assert (approved.by, approved.approved_by, approved.approved_at) == ("Ada", "Sam", NOON)
    assert takes.approved(GREETING) == approved
    assert takes.draft(GREETING) is None
    heard = library.path(GREETING)
    assert heard is not None
    assert heard.read_bytes() == SOUND


def test_what_is_reverted_is_spoken_by_the_voice_again(hotline_file: HotlineFile, tmp_path: Path) -> None:
    takes, library = Takes(tmp_path), PromptLibrary(hotline_file, overrides=tmp_path)
    takes.keep(GREETING, SOUND, TAKE)
    takes.approve(GREETING, "Sam", NOON)
    takes.keep(GREETING, SOUND, TAKE)
    takes.revert(GREETING)
    assert library.path(GREETING) == packaged_audio() / GREETING
    assert takes.approved(GREETING) is None
    assert takes.draft_path(GREETING) is not None
    takes.discard(GREETING)
    assert takes.draft_path(GREETING) is None
    takes.discard(GREETING)


def test_there_is_nothing_to_approve_without_a_draft(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no draft"):
        Takes(tmp_path).approve(GREETING, "Sam", NOON)


def test_a_recording_that_was_put_there_by_hand_is_heard_though_nothing_is_known_of_it(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    shutil.copy(packaged_audio() / "music" / "beep.opus", tmp_path / GREETING)
    assert Takes(tmp_path).approved(GREETING) is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file where a folder should be")
    with pytest.raises(NotWritable, match="cannot be kept"):
        Takes(tmp_path).keep(GREETING, SOUND, TAKE)
