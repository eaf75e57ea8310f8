"""Callers as they are, each in a real call over SIP and RTP, heard by real recognisers (lesson 19): whoever hesitates,
mumbles, shouts, stands in noise, says nothing, is misunderstood or has only keys, gets where they wanted to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hotline.demo.house import ADDRESS
from hotline.demo.peer import SpeakingPhone
from tests.live.spoken import Samples, hesitating, mumbling, noisy, plain, shouting
from tests.live.spoken_callers import Caller, TalkativeHouse

#: Everybody else speaks Korean, which Vosk hears; English and Chinese the second recogniser hears alone.
LANGUAGES = {"silent": "en", "corrected-en": "en", "corrected-zh": "zh"}
#: What they want, and what is to be written down; who says nothing is helped all the same.
WANTED = {
    "hesitating": "refund",
    "thinking": "refund",
    "mumbling": "refund",
    "shouting": "refund",
    "noisy": "repair",
    "corrected": "repair",
    "corrected-by-key": "repair",
    "corrected-zh": "repair",
    "corrected-en": "repair",
    "keys-only": "delivery",
    "silent": None,
}
#: Seconds of silence in the middle of a sentence: less than the step's pause, and more.
HESITATING, THINKING = 1.0, 1.8
#: Seconds between two who ring: the machine has two cores, which hear them all.
STAGGERED = 3.0


class Scene:
    """A house with one agent, who speaks English alone: in other languages nobody is there, and a call is promised."""

    def __init__(self, folder: Path) -> None:
        self.agent = SpeakingPhone("ana", ADDRESS, auto_answer_after=0.3)
        self._trunk = SpeakingPhone("trunk", ADDRESS)
        self._folder = folder

    async def open(self) -> None:
        await self.agent.start()
        await self._trunk.start()
        self.house = TalkativeHouse(self._folder, {"ana": self.agent}, self._trunk)
        await self.house.furnish({})
        await self.house.open_books()
        await self.house.start()
        await self.house.set_state("ana", "ready")
        self.callers = {
            name: Caller(f"+8210123410{number:02}", LANGUAGES.get(name, "ko"), self.house)
            for number, name in enumerate(WANTED)
        }

    async def close(self) -> None:
        await self.house.stop()
        await self.house.close_books()
        phones = [self.agent, self._trunk, *(caller.phone for caller in self.callers.values())]
        await asyncio.gather(*(phone.stop() for phone in phones))

    # --- the journeys -----------------------------------------------------------------------------------------------

    async def complains(self, name: str, delay: float) -> None:
        """Say it in the caller's own way, and take the promise of a call."""
        caller = self.callers[name]
        await asyncio.sleep(delay)
        await caller.ring()
        language = LANGUAGES.get(name, "ko")
        correction = plain(language, "correct") if name in ("corrected", "corrected-zh", "corrected-en") else None
        wants = WANTED[name]
        assert wants is not None
        await caller.complain(said_by(name, language), wants, correction)
        if language != "en":
            await self.is_promised_a_call(name)

    async def has_only_keys(self, delay: float) -> None:
        """No word is said."""
        caller = self.callers["keys-only"]
        await asyncio.sleep(delay)
        await caller.ring()
        assert await caller.hears_of("ask-problem")
        caller.phone.press("0")
        await caller.complain(plain("ko", "refund")[:0], "delivery")
        await self.is_promised_a_call("keys-only")

    async def is_promised_a_call(self, name: str) -> None:
        """Nobody is there: the first window, by key."""
        caller = self.callers[name]
        await caller.hears_of("choose-time")
        caller.phone.press("1")
        await caller.hears_of("callback-made")
        await caller.phone.hang_up()

    async def rings_off(self) -> None:
        """Who has heard the number of the case needs no more: Ana is left to those who say nothing."""
        await self.complains("corrected-en", 0.0)
        await self.callers["corrected-en"].phone.hang_up()

    async def says_nothing(self, delay: float) -> None:
        """Neither a word nor a key: a person comes on the line."""
        caller = self.callers["silent"]
        await asyncio.sleep(delay)
        await caller.ring()
        await caller.hears_of("keys-only")
        await caller.hears_of("wait-soon")
        async with asyncio.timeout(30):
            while not ((record := await caller.record()) and record.bridged_at):  # noqa: ASYNC110 - read from a database
                await asyncio.sleep(0.3)
        await caller.phone.hang_up()


def said_by(name: str, language: str) -> Samples:
    """The complaint. Who corrects what was understood has complained about something else first."""
    speech = plain(language, "repair" if name == "noisy" else "refund")
    match name:
        case "hesitating":
            return hesitating(speech, HESITATING)
        case "thinking":
            return hesitating(speech, THINKING)
        case "mumbling":
            return mumbling(speech)
        case "shouting":
            return shouting(speech)
        case "noisy":
            return noisy(speech)
        case _:
            return speech


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.mark.alone  # eleven people speak at once: the recognisers need both cores
@pytest.mark.timeout(300)
async def test_however_callers_speak_they_get_where_they_wanted_to(scene: Scene) -> None:
    speakers = [name for name in WANTED if name not in ("keys-only", "corrected-en", "silent")]
    async with asyncio.timeout(200), asyncio.TaskGroup() as all_at_once:
        all_at_once.create_task(scene.rings_off())
        all_at_once.create_task(scene.says_nothing(4.0))
        all_at_once.create_task(scene.has_only_keys(2.0))
        for place, name in enumerate(speakers):
            all_at_once.create_task(scene.complains(name, STAGGERED * place))
    records = {name: await caller.record() for name, caller in scene.callers.items()}
    assert {name: record.category for name, record in records.items() if record} == WANTED
    assert {name: record.agent for name, record in records.items() if record and record.agent} == {"silent": "ana"}
    hearers = {name: {line.heard_by for line in await caller.lines()} for name, caller in scene.callers.items()}
    assert set.union(*hearers.values()) == {"", "vosk", "whisper"}  # ours are heard by nobody
    assert hearers["keys-only"] == hearers["silent"] == {""}
