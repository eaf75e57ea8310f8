"""`console.workshop.trying` over walks: the real engine in a time of its own, for people who try a hotline file out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import phonenumbers

from config.clock import Clock
from config.errors import NotFound, Refused
from config.faults import HotlineFileFaults, errors
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from console.workshop.trying import LONGEST_TEXT, Choices, Setting, Trial
from hotline.sessions import Sessions
from hotline.walk.trial import WalkTrial
from hotline.walk.trying_parts import HeardPrompts
from ivr.flow.catalogue import STEPS

#: Each trial keeps a book and a floor in memory; a few admins try things out at a time.
MOST_TRIALS = 8
IDLE = timedelta(minutes=30)
_EXAMPLE = "+821012345678"


class WalkTrials:
    """`console.workshop.trying.TryIt`. `recorded` is where people's own recordings of prompts lie."""

    def __init__(self, clock: Clock, recorded: Path | None = None) -> None:
        self._clock = clock
        self._recorded = recorded
        self._sessions: Sessions[WalkTrial] = Sessions(clock, MOST_TRIALS, IDLE)

    async def choices(self, text: str) -> Choices:
        """What can be dialled and who can be ready."""
        file = await asyncio.to_thread(_read, text)
        return Choices(
            tuple((number, meaning.language or "") for number, meaning in file.numbers.items()),
            tuple((name, agent.name) for name, agent in file.agents.items()),
            _example(file.hotline.country),
            {name: category.titles for name, category in file.categories.items()},
        )

    async def open(self, who: str, setting: Setting) -> Trial:
        """A new trial in place of the person's earlier one."""
        await self._sessions.make_room(who)
        trial = await asyncio.to_thread(self._made, setting)
        self._sessions.keep(who, trial)
        await trial.begin(setting)
        return trial

    def of(self, who: str) -> Trial | None:
        """The person's trial."""
        return self._sessions.of(who)

    async def close(self, who: str) -> None:
        """It is gone."""
        await self._sessions.close(who)

    async def close_all(self) -> None:
        """All of them are gone."""
        await self._sessions.close_all()

    def _made(self, setting: Setting) -> WalkTrial:
        """In a thread: learning a file's categories takes a second or two."""
        file = _read(setting.text)
        if setting.dialled not in file.numbers:
            raise NotFound(f"the hotline file has no number {setting.dialled!r}", remedy="choose one that it has")
        return WalkTrial(file, setting, self._clock.now(), HeardPrompts(file, self._recorded))


def _read(text: str) -> HotlineFile:
    if len(text) > LONGEST_TEXT:
        raise Refused("the text is too long to be tried", remedy=f"{LONGEST_TEXT} characters are the most")
    try:
        return read_hotline_file(text, STEPS)[0]
    except HotlineFileFaults as faults:
        found = errors(faults.faults)
        what = f"the text has {len(found)} faults; in line {found[0].line}: {found[0].what}"
        raise Refused(what, remedy=found[0].remedy) from faults


def _example(country: str) -> str:
    found = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if found is not None else _EXAMPLE
