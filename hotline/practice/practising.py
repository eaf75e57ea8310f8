"""`console.workshop.practice` over runs of a sandbox: one for each trainee, away from everything that counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from config.clock import Clock
from config.errors import NotFound
from config.hotline_file import HotlineFile
from console.workshop.practice import Run, Scenario
from hotline.practice.ground import ShiftedClock, to_a_working_hour, training_file
from hotline.practice.run import EXERCISES, PracticeRun
from hotline.practice.scripts import Script, script
from hotline.sessions import Sessions

#: Each run ticks once a second, as any hotline does.
MOST_RUNS = 20
IDLE = timedelta(minutes=45)


class Practising:
    """`console.workshop.practice.Practice` over the hotline file in force."""

    def __init__(self, file: Callable[[], HotlineFile], clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._sessions: Sessions[PracticeRun] = Sessions(clock, MOST_RUNS, IDLE)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every exercise in every language of the file."""
        return tuple(
            scenario
            for language in self._file().languages
            for name in EXERCISES
            if (scenario := _scenario(name, language)) is not None
        )

    async def begin(self, who: str, agent: str, scenario: str, language: str) -> Run:
        """A new run in place of the trainee's earlier one."""
        file = self._file()
        found, words = _scenario(scenario, language), script(language, scenario)
        if found is None or words is None or language not in file.languages:
            raise NotFound("there is no such exercise", remedy="choose one of the list")
        if agent not in file.agents:
            raise NotFound(
                f"there is no agent named {agent}", remedy="the hotline file's agents section names them all"
            )
        await self._sessions.make_room(who)
        run = await asyncio.to_thread(self._made, file, agent, found, words)
        self._sessions.keep(who, run)
        await run.begin()
        return run

    def of(self, who: str) -> Run | None:
        """The trainee's run."""
        return self._sessions.of(who)

    async def close(self, who: str) -> None:
        """It is gone."""
        await self._sessions.close(who)

    async def close_all(self) -> None:
        """All of them are gone."""
        await self._sessions.close_all()

    def _made(self, file: HotlineFile, agent: str, scenario: Scenario, words: Script) -> PracticeRun:
        """In a thread: learning a file's categories may take a second or two."""
        later = to_a_working_hour(self._clock.now(), ZoneInfo(file.hotline.zone))
        clock = ShiftedClock(self._clock, later)
        return PracticeRun(training_file(file, agent), agent, scenario, words, clock)


def _scenario(name: str, language: str) -> Scenario | None:
    words = script(language, name)
    if words is None:
        return None
    sounds = sum(bool(words.sound(text)) for text in (*words.openings, *words.turns))
    return Scenario(name, language, EXERCISES[name].is_callback, len(words.turns), sounds)
