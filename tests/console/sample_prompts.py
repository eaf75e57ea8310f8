"""The prompts of the default hotline file, with one recording approved and one draft: for pictures and the browser."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from callbacks.model import Problem
from config.clock import Clock
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from console.audit import Audit
from console.rooms import Room
from console.workshop.prompt_room import build_prompts
from console.workshop.prompt_studio import PromptService
from hotline.recording_studio import RecordingStudio
from ivr.flow.catalogue import STEPS
from prompts.prompt_library import PromptLibrary, packaged_audio


@dataclass(frozen=True, slots=True)
class Spoken:
    """What of an edition is spoken."""

    file: HotlineFile
    prompts: PromptLibrary


async def sample_prompts(clock: Clock, folder: Path, audit: Audit | None = None) -> Room:
    """The room; recordings lie in `folder`."""
    file = read_hotline_file(default_hotline_file(), STEPS)[0]
    edition = Spoken(file, PromptLibrary(file, overrides=folder))
    studio = RecordingStudio(lambda: edition, folder, _no_problems, clock)
    for clip in ("en/greeting.1.opus", "en/ask-problem-tense.1.opus"):
        await studio.record(clip, as_wav(packaged_audio() / clip), "Ada")
    await studio.approve("en/greeting.1.opus", "Sam Reyes")
    return build_prompts(PromptService(studio, audit))


def as_wav(path: Path) -> bytes:
    """The sound of a file as WAV, quieter."""
    samples, rate = soundfile.read(path, dtype="float32")
    out = io.BytesIO()
    soundfile.write(out, samples * 0.3, rate, format="WAV")
    return out.getvalue()


async def _no_problems() -> Sequence[Problem]:
    return ()
