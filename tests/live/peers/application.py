"""A small hotline to try telephones on: the real edge and the real media plane, doing what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ivr.media.plane import MediaPlane
from ivr.messages import Answer, AudioChunk, Dial, EdgeCommand, EdgeEvent, LegAnswered, LegArrived, LegEnded, Play
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import AdmissionLimits, EdgeSettings, Trunk
from prompts.prompt_library import packaged_audio

Told = TypeVar("Told", bound=EdgeEvent)

PROMPT = "ko/ask-problem.1.opus"
_PATIENCE = 8.0
#: The machine of a test is busy with other things: that is no overload of ours.
_UNHURRIED = AdmissionLimits(lateness=10.0, media_lateness=10.0)
#: Below the range from which the system gives ports to others.
_RTP_PORTS = (20000, 29998)


def settings(
    host: str = "127.0.0.1", port: int = 0, *, trunks: tuple[Trunk, ...] = (), admission: AdmissionLimits = _UNHURRIED
) -> EdgeSettings:
    """Of an edge on loopback."""
    return EdgeSettings(host, port, trunks=trunks, admission=admission)


class Application:
    """Answers what arrives at once if `answers`, and plays `plays` to it; everything else is the test's to say."""

    def __init__(self, settings: EdgeSettings) -> None:
        self.edge = PyVoipEdge(settings, MediaPlane(settings.address, _RTP_PORTS, (packaged_audio(),), self._hear))
        self.events: list[EdgeEvent] = []
        self.answers = True
        self.plays: tuple[str, ...] = ()
        self.heard: list[AudioChunk] = []
        self._happened = asyncio.Event()
        self._dialled = 0

    async def start(self) -> None:
        """Take calls from now on."""
        await self.edge.start(self._told)

    async def stop(self) -> None:
        """Hang up on everybody."""
        await self.edge.stop()

    @property
    def address(self) -> tuple[str, int]:
        """Where SIP is taken."""
        return self.edge.address

    def send(self, command: EdgeCommand) -> None:
        """Ask the edge."""
        self.edge.send(command)

    def dial(self, target: str, *, caller: str = "+82215880000", ring_seconds: float = 5.0, trunk: str = "") -> str:
        """Call somebody; the leg."""
        self._dialled += 1
        leg = f"dialled{self._dialled}"
        self.send(Dial(leg, target, caller, ring_seconds, trunk))
        return leg

    def told(self, kind: type[Told], leg: str = "") -> list[Told]:
        """Everything of this kind that the edge told, of one leg or of all."""
        return [event for event in self.events if isinstance(event, kind) and leg in ("", event.leg)]

    async def until(
        self, kind: type[Told], leg: str = "", such: Callable[[Told], bool] = lambda _: True, count: int = 1
    ) -> Told:
        """The first event of this kind (with `count`, the so-manieth), come or yet to come. Raises TimeoutError."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    found = [event for event in self.told(kind, leg) if such(event)]
                    if len(found) >= count:
                        return found[count - 1]
                    self._happened.clear()
                    await self._happened.wait()
        except TimeoutError:
            raise TimeoutError(f"no {kind.__name__} (leg {leg or 'any'}) among {self.events}") from None

    async def answered(self) -> str:
        """The leg of the first call that is up."""
        return (await self.until(LegAnswered)).leg

    async def ended(self, leg: str = "") -> LegEnded:
        """How a call ended."""
        return await self.until(LegEnded, leg)

    def heard_pcm(self) -> NDArray[np.int16]:
        """What tapped legs said, at 16,000 samples a second; the legs are to be one, and G.722."""
        return np.frombuffer(b"".join(chunk.samples for chunk in self.heard), dtype=np.int16)

    def _told(self, event: EdgeEvent) -> None:
        self.events.append(event)
        if isinstance(event, LegArrived) and self.answers:
            self.send(Answer(event.leg))
            if self.plays:
                self.send(Play(event.leg, 1, self.plays))
        self._happened.set()

    def _hear(self, chunk: AudioChunk) -> None:
        self.heard.append(chunk)
