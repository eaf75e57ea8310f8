"""The contract of `Ears`: the scripted ones on a virtual clock, the real ones with Vosk's Korean model and Whisper."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.clock import SystemClock, VirtualClock
from ivr.ears_server import EarsServer
from ivr.messages import EarsEvent, Expecting, Listen
from ivr.ports import Ears
from ivr.remote_ears import RemoteEars
from ivr.speech.ears import LocalEars
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import Recognisers, load_recognisers
from ivr.speech.remote_recogniser import RemoteRecogniser
from ivr.speech.scripted_ears import ScriptedEars
from tests.contracts.ears_contract import EarsContract
from tests.speech.sounds import chunks, clip, silence
from tests.speech.vosk_server import VoskServer


class ScriptedLine:
    """Scripted ears on a virtual clock."""

    language = "ko"

    def __init__(self) -> None:
        self._clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
        self._script = ScriptedEars(self._clock)
        self.ears: Ears = self._script
        self.told: list[EarsEvent] = []

    async def speak(self, leg: str) -> None:
        self._script.say(leg, "환불해 주세요", seconds=1.5)
        await self._clock.advance(1.5)

    async def keep_silent(self, leg: str, seconds: float) -> None:
        await self._clock.advance(seconds)

    async def events(self) -> list[EarsEvent]:
        await self._clock.settle()
        return self.told


class TestScriptedEars(EarsContract):
    @pytest.fixture
    async def line(self) -> AsyncIterator[ScriptedLine]:
        line = ScriptedLine()
        await line.ears.start(line.told.append)
        yield line
        await line.ears.stop()


class MarkingLine:
    """Ears asked for one listen more, on a leg of its own: when that is answered, all that came before is done."""

    ears: Ears

    def __init__(self) -> None:
        self.told: list[EarsEvent] = []
        self._marks = 0
        self._marked = asyncio.Event()

    def take(self, event: EarsEvent) -> None:
        if event.leg == "mark":
            self._marked.set()
        else:
            self.told.append(event)

    def _mark(self, language: str) -> None:
        self._marks += 1
        self._marked.clear()
        self.ears.send(Listen("mark", self._marks, language, Expecting.SPEECH, 0.5, 0.1, 1.0))


class RemoteLine(MarkingLine):
    """Scripted ears at the other end of a socket. A command is known to have arrived when a later one was answered:
    a listen in a language that nobody hears."""

    language = "ko"

    def __init__(self, clock: VirtualClock, script: ScriptedEars, ears: RemoteEars) -> None:
        self._clock = clock
        self._script = script
        self.ears = ears
        super().__init__()

    async def speak(self, leg: str) -> None:
        await self._arrived()
        self._script.say(leg, "환불해 주세요", seconds=1.5)
        await self._clock.advance(1.5)

    async def keep_silent(self, leg: str, seconds: float) -> None:
        await self._arrived()
        await self._clock.advance(seconds)

    async def events(self) -> list[EarsEvent]:
        await self._clock.settle()
        await self._arrived()
        return self.told

    async def _arrived(self) -> None:
        if not self.ears.languages():  # stopped
            return
        self._mark("xx")
        await asyncio.wait_for(self._marked.wait(), 5)


class TestRemoteEars(EarsContract):
    @pytest.fixture
    async def line(self) -> AsyncIterator[RemoteLine]:
        clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
        script = ScriptedEars(clock)
        with TemporaryDirectory() as folder:  # pytest's own are too long for a Unix socket
            server = EarsServer(script, f"{folder}/ears", f"{folder}/audio")
            await server.start()
            ears = RemoteEars(f"{folder}/ears", f"{folder}/audio", SystemClock())
            line = RemoteLine(clock, script, ears)
            await ears.start(line.take)
            yield line
            await ears.stop()
            await server.stop()


class RealLine(MarkingLine):
    """Real ears: audio goes in as fast as they take it. The listen that tells when all has been worked off ends by
    silence."""

    def __init__(self, ears: LocalEars, language: str, waits_for_second: bool = True) -> None:
        self.ears = ears
        self._waits_for_second = waits_for_second
        self.language = language
        super().__init__()

    async def speak(self, leg: str) -> None:
        for chunk in chunks(leg, clip(self.language, "refund")):
            self.ears.hear(chunk)

    async def keep_silent(self, leg: str, seconds: float) -> None:
        for chunk in chunks(leg, silence(seconds)):
            self.ears.hear(chunk)

    async def events(self) -> list[EarsEvent]:
        if self.ears.languages():
            self._mark(self.language)
            for chunk in chunks("mark", silence(0.3)):
                self.ears.hear(chunk)
            await asyncio.wait_for(self._marked.wait(), 30)
            second_hearings = asyncio.all_tasks() - {asyncio.current_task()}
            if second_hearings and self._waits_for_second:
                await asyncio.wait(second_hearings, timeout=60)
        return self.told


@pytest.fixture(scope="module")
def recognisers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recognisers]:
    loaded = load_recognisers(ModelStore(tmp_path_factory.mktemp("models")), second_hearing=True)
    yield loaded
    loaded.close()


class TestEarsWithAServerElsewhere(EarsContract):
    @pytest.fixture
    async def line(self, tmp_path: Path) -> AsyncIterator[RealLine]:
        """What the caller says goes to a server that speaks vosk-server's protocol."""
        async with VoskServer() as server:
            urls = {"ko": server.url}

            def load(_models: ModelStore, _second: bool) -> Recognisers:
                remote = RemoteRecogniser(urls, SystemClock())
                return Recognisers(remote, None, remote.close)

            ears = LocalEars(ModelStore(tmp_path), load=load, strained_at=60.0)
            line = RealLine(ears, "ko", waits_for_second=False)
            await ears.start(line.take)
            yield line
            await ears.stop()


@pytest.mark.live
class TestLocalEars(EarsContract):
    @pytest.fixture(params=["ko", "en"])
    async def line(
        self, request: pytest.FixtureRequest, recognisers: Recognisers, tmp_path: Path
    ) -> AsyncIterator[RealLine]:
        """Korean is heard by Vosk, English by the second hearing."""
        shared = Recognisers(recognisers.first, recognisers.second, close=lambda: None)
        ears = LocalEars(
            ModelStore(tmp_path), load=lambda _models, _second: shared, second_deadline=30.0, strained_at=60.0
        )
        line = RealLine(ears, request.param)
        await ears.start(line.take)
        yield line
        await ears.stop()
