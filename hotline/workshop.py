"""Where people learn and try things out: practice, trials of hotline files, and the recording of prompts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from config.clock import Clock
from console.audit import Audit
from console.ports import HotlineFiles
from console.rooms import Room
from console.workshop.practice import PracticeService
from console.workshop.practice_room import build_practice
from console.workshop.prompt_room import build_prompts
from console.workshop.prompt_studio import PromptService
from console.workshop.trying import TryingService
from console.workshop.trying_room import build_trying
from hotline.practice.practising import Practising
from hotline.practice.scripts import CLIPS
from hotline.recording_studio import Problems, RecordingStudio
from hotline.walk.trying import WalkTrials
from ivr.services import Edition


class Workshop:
    """The rooms of it; what people have open there ends with `close`. `recorded` is the folder of people's own
    recordings."""

    def __init__(
        self,
        edition: Callable[[], Edition],
        files: HotlineFiles,
        problems: Problems,
        recorded: Path,
        clock: Clock,
        audit: Audit | None = None,
    ) -> None:
        self._trials = WalkTrials(clock, recorded)
        self._practising = Practising(lambda: edition().file, clock)
        studio = RecordingStudio(edition, recorded, problems, clock)
        self.rooms: tuple[Room, ...] = (
            build_practice(PracticeService(self._practising), CLIPS),
            build_prompts(PromptService(studio, audit)),
            build_trying(TryingService(self._trials, files)),
        )

    async def close(self) -> None:
        """Every trial and every exercise is over."""
        await self._trials.close_all()
        await self._practising.close_all()
