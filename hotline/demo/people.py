"""The people of the demo: callers who speak recorded clips, and agents with their phones."""

from __future__ import annotations

import asyncio
import contextlib
from importlib.resources import files
from pathlib import Path

from hotline.demo.carrier import Carrier
from hotline.demo.house import ADDRESS, House
from hotline.demo.peer import SpeakingPhone
from hotline.demo.timeline import Timeline

DIALLED = {"en": "1001", "zh": "1002", "ko": "1003"}
CLIPS = Path(str(files("hotline.demo") / "clips"))
QUIET_SECONDS = 1.5  # longer than the pause between two sentences of a prompt
LISTENING_SECONDS = 60.0
LEAVE_SECONDS = 2.0  # after its last word the hotline hangs up at once
PATIENCE = 120.0
WHISPER_SECONDS = 4.0


def clip(language: str, name: str) -> Path:
    """The sound file of what a caller says."""
    return CLIPS / language / f"{name}.opus"


class Caller:
    """Someone who rings the hotline, or is rung by it."""

    def __init__(self, name: str, number: str, language: str, house: House, timeline: Timeline) -> None:
        self.name = name
        self.number = number
        self.language = language
        self.phone = SpeakingPhone(
            number, ADDRESS, on_line=lambda line: timeline.tell(name, line.removeprefix(f"{number} "))
        )
        self._house = house

    async def enter(self, carrier: Carrier) -> None:
        """Have a telephone with a number."""
        await self.phone.start()
        carrier.phones[self.number] = (ADDRESS, self.phone.port)

    async def ring(self) -> None:
        """Call the hotline on the number for this caller's language, and hear what it says."""
        await self.phone.call(self._house.number(DIALLED[self.language]))

    async def answer(self, *words: str) -> None:
        """Hear the hotline out, say the next thing, and so on."""
        for word in words:
            await self.phone.wait_until_quiet(QUIET_SECONDS, LISTENING_SECONDS)
            await self.phone.say(clip(self.language, word))

    async def agree_until_the_end(self) -> None:
        """Say yes, again if asked again, until the hotline has taken leave."""
        await self.hear_out()
        for _ in range(3):
            await self.phone.say(clip(self.language, "yes"))
            await self.hear_out()
            with contextlib.suppress(TimeoutError):
                await self.phone.wait_for_end(LEAVE_SECONDS)
                return
        raise TimeoutError

    async def press(self, key: str) -> None:
        """Hear the hotline out, then press a key."""
        await self.phone.wait_until_quiet(QUIET_SECONDS, LISTENING_SECONDS)
        self.phone.press(key)

    async def complain(self, about: str) -> None:
        """Ring, say what happened, agree with what was understood."""
        await self.ring()
        await self.answer(about, "yes")

    async def hear_out(self) -> None:
        """Listen until the hotline has finished speaking."""
        await self.phone.wait_until_quiet(QUIET_SECONDS, LISTENING_SECONDS)

    async def hang_up(self) -> None:
        """Put the phone down."""
        await self.phone.hang_up()


class Agent:
    """An agent's phone, which is picked up after a second."""

    def __init__(self, name: str, timeline: Timeline) -> None:
        self.name = name
        self.phone = SpeakingPhone(
            name,
            ADDRESS,
            on_line=lambda line: timeline.tell(f"agent {name}", line.removeprefix(f"{name} ")),
            auto_answer_after=1.0,
        )

    async def in_conversation(self, within: float = PATIENCE) -> None:
        """Until a call is up, and what is whispered before the conversation has been heard."""
        async with asyncio.timeout(within):
            while not self.phone.in_call:
                await asyncio.sleep(0.05)
            await asyncio.sleep(WHISPER_SECONDS)

    async def free(self, within: float = PATIENCE) -> None:
        """Until no call is up."""
        async with asyncio.timeout(within):
            while self.phone.in_call:
                await asyncio.sleep(0.05)
