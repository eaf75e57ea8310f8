"""Prompts recorded: trimmed, levelled, approved, and heard at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from callbacks.model import Problem
from config.clock import SystemClock
from config.errors import NotFound, Refused
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from console.audit import Audit
from console.errors import Forbidden
from console.identity.users import Role, User
from console.store.memory_audit import MemoryAudit
from console.workshop.prompt_studio import LARGEST_RECORDING, ClipView, PromptService, Show, Source, chosen
from hotline.recording_studio import RecordingStudio
from ivr.flow.catalogue import STEPS
from ivr.services import Edition
from ivr.understanding.understander import Understander
from prompts.prompt_library import PromptLibrary, packaged_audio
from prompts.voices.pydub_level import SPEECH_LEVEL

ADMIN = User("ada", "Ada", Role.ADMIN)
GREETING = "en/greeting.1.opus"
RATE = 16_000


@pytest.fixture(scope="module")
def edition() -> Edition:
    file = read_hotline_file(default_hotline_file(), STEPS)[0]
    return Edition("1", file, PromptLibrary(file), Understander(file))


@pytest.fixture
def library(edition: Edition, tmp_path: Path) -> PromptLibrary:
    return PromptLibrary(edition.file, overrides=tmp_path)


@pytest.fixture
def service(edition: Edition, library: PromptLibrary, tmp_path: Path) -> PromptService:
    now = Edition("1", edition.file, library, edition.understander)
    studio = RecordingStudio(lambda: now, tmp_path, no_problems, SystemClock())
    return PromptService(studio, Audit(MemoryAudit(), SystemClock()))


async def no_problems() -> Sequence[Problem]:
    return ()


def wav(seconds: float, loudness: float = 0.05) -> bytes:
    """A tone between two half seconds of silence."""
    tone = loudness * np.sin(2 * np.pi * 220 * np.arange(int(RATE * seconds)) / RATE)
    out = io.BytesIO()
    silence = np.zeros(RATE // 2)
    soundfile.write(out, np.concatenate([silence, tone, silence]), RATE, format="WAV")
    return out.getvalue()


async def clip_of(service: PromptService, name: str) -> ClipView:
    pieces = await service.pieces(ADMIN, name.partition("/")[0])
    return next(clip for piece in pieces for clip in piece.clips if clip.name == name)


async def test_a_recording_is_trimmed_and_levelled_and_says_how_it_was(service: PromptService) -> None:
    take = await service.record(ADMIN, GREETING, "me.wav", wav(2.0))
    assert take.before.seconds == pytest.approx(3.0, abs=0.01)
    assert take.after.seconds == pytest.approx(2.0, abs=0.15)
    assert take.after.level == pytest.approx(SPEECH_LEVEL, abs=1.0)
    assert take.before.level < take.after.level
    seen = await clip_of(service, GREETING)
    assert (seen.source, seen.draft) == (Source.VOICE, take)
    assert (await service.draft(ADMIN, GREETING)).is_file()


async def test_an_approved_recording_counts_at_once_and_until_it_is_taken_back(
    service: PromptService, library: PromptLibrary
) -> None:
    before = library.duration((GREETING,))
    await service.record(ADMIN, GREETING, "me.wav", wav(1.0))
    assert library.duration((GREETING,)) == before
    await service.approve(ADMIN, GREETING)
    assert library.duration((GREETING,)) == pytest.approx(1.0, abs=0.15)
    seen = await clip_of(service, GREETING)
    assert seen.source is Source.PERSON
    assert seen.approved is not None
    assert seen.approved.approved_by == "Ada"
    await service.revert(ADMIN, GREETING)
    assert library.duration((GREETING,)) == before


async def test_words_that_changed_since_they_were_recorded_are_marked(service: PromptService, edition: Edition) -> None:
    pieces = await service.pieces(ADMIN, "en")
    assert chosen(pieces, Show.WRONG, "") == ()
    title = "en/category.refund.opus"
    await service.record(ADMIN, title, "me.wav", wav(1.0))
    await service.approve(ADMIN, title)
    refund = edition.file.categories["refund"].model_copy(update={"titles": {"en": "your money"}})
    file = edition.file.model_copy(update={"categories": {**edition.file.categories, "refund": refund}})
    folder = (await service.sound(ADMIN, title)).parents[1]
    changed = Edition("2", file, PromptLibrary(file, overrides=folder), edition.understander)
    later = PromptService(RecordingStudio(lambda: changed, folder, no_problems, SystemClock()))
    assert (await clip_of(later, title)).wrong_words == "a refund"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("me.wav", wav(14.0), "takes 14 seconds"),
        ("me.wav", wav(1.0, 0.0), "silent"),
        ("me.wav", b"GIF89a", "something else"),
        ("me.exe", wav(1.0), "not taken"),
        ("me.wav", b"", "empty"),
        ("me.wav", bytes(LARGEST_RECORDING + 1), "larger"),
    ],
)
async def test_what_cannot_be_a_prompt_is_refused(service: PromptService, name: str, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        await service.record(ADMIN, GREETING, name, data)
    assert (await clip_of(service, GREETING)).draft is None


@pytest.mark.parametrize(
    "clip", ["en/../../etc/passwd", "en/nothing.opus", "drafts/greeting.1.opus", "xx/greeting.1.opus", ""]
)
async def test_only_what_is_spoken_can_be_recorded(service: PromptService, clip: str) -> None:
    with pytest.raises(NotFound):
        await service.record(ADMIN, clip, "me.wav", wav(1.0))
    with pytest.raises(NotFound):
        await service.approve(ADMIN, clip)
    with pytest.raises(NotFound):
        await service.revert(ADMIN, clip)


async def test_sounds_are_found_inside_the_folders_only(service: PromptService) -> None:
    assert await service.sound(ADMIN, GREETING) == packaged_audio() / GREETING
    for name in ("en/../../__init__.py", "../prompts/audio/en/greeting.1.opus", "en/nothing.opus"):
        with pytest.raises(NotFound):
            await service.sound(ADMIN, name)


async def test_admins_alone_record_and_everyone_who_sees_the_file_listens(service: PromptService) -> None:
    supervisor, agent = User("sam", "Sam", Role.SUPERVISOR), User("minji", "Min-ji", Role.AGENT, "minji")
    assert await service.sound(supervisor, GREETING) == packaged_audio() / GREETING
    for user in (supervisor, agent):
        with pytest.raises(Forbidden):
            await service.record(user, GREETING, "me.wav", wav(1.0))
        with pytest.raises(Forbidden):
            await service.approve(user, GREETING)
        with pytest.raises(Forbidden):
            await service.pieces(user, "en")
    with pytest.raises(Forbidden):
        await service.sound(agent, GREETING)


async def test_what_callers_hear_otherwise_is_in_the_audit_log(
    edition: Edition, library: PromptLibrary, tmp_path: Path
) -> None:
    audit = Audit(MemoryAudit(), SystemClock())
    now = Edition("1", edition.file, library, edition.understander)
    service = PromptService(RecordingStudio(lambda: now, tmp_path, no_problems, SystemClock()), audit)
    await service.record(ADMIN, GREETING, "me.wav", wav(1.0))
    await service.approve(ADMIN, GREETING)
    await service.revert(ADMIN, GREETING)
    await service.discard(ADMIN, GREETING)
    lines = [(line.by, line.subject, line.detail) for line in await audit.newest(ADMIN)]
    assert lines[::-1] == [
        ("user:ada", GREETING, "recorded, 1.1 s"),
        ("user:ada", GREETING, "approved"),
        ("user:ada", GREETING, "back to the house's voice"),
        ("user:ada", GREETING, "draft discarded"),
    ]


async def test_the_repertoire_is_searched_by_words_names_and_kind(service: PromptService) -> None:
    await service.record(ADMIN, GREETING, "me.wav", wav(1.0))
    pieces = await service.pieces(ADMIN, "en")

    def keys(show: Show, words: str = "") -> list[str]:
        return [view.piece.key for view in chosen(pieces, show, words)]

    assert keys(Show.DRAFTS) == ["greeting"]
    assert keys(Show.ALL, "CHARGED never said") == []
    assert "callback-made" in keys(Show.ALL, "promised call")
    assert keys(Show.MISSING) == []
    assert len(keys(Show.ALL)) == len(pieces)


def test_a_title_without_a_sound_is_missed_and_a_product_is_not() -> None:
    def view(is_optional: bool) -> ClipView:
        return ClipView("en/x.opus", "x", Source.NOBODY, None, None, None, is_optional=is_optional)

    assert view(False).is_missing
    assert not view(True).is_missing
