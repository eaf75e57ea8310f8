"""What the ears cost and how quickly they answer, in Korean, whose Vosk model comes as a package.

The cost is processor time over that of the recogniser alone, which is given the same audio from end to end with no
voice activity detection, turns, prosody or threads around it. A recogniser is faster on words that it has heard
before, so both sides work on the same two recognisers, and each of these hears each clip once from either side. So
little audio is used that neither wears out: making a new one every two minutes of speech is not in the figure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from config.errors import ModelMissing
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file, load_settings
from hotline.bench.row import Row
from hotline.transcribe import read_sound
from ivr.messages import AudioChunk, EarsEvent, Expecting, Forget, Listen, SpeechStarted
from ivr.speech.ears import LocalEars
from ivr.speech.models import ModelStore
from ivr.speech.prosody import Samples
from ivr.speech.recognisers import Recognisers
from ivr.speech.turn import RATE
from ivr.speech.vosk_recogniser import VoskRecogniser

_LANGUAGE = "ko"
_ROUNDS = 2
_AT_ONCE, _CALLERS = 2, 8
_FRAME = RATE // 50
#: The engine may cost a twentieth more than the recogniser in it.
_TARGET_RATIO = 1.05
#: Speech is over where the clip falls so many dB below its loudest part for good.
_FLOOR_DB = 35.0


@dataclass(frozen=True, slots=True)
class Clip:
    """What a caller says, followed by as much silence as ends an utterance; `spoken` seconds of it are speech."""

    samples: Samples
    spoken: float

    def frames(self, leg: str) -> Iterator[AudioChunk]:
        """In pieces of 20 ms, as the media plane gives them."""
        for place in range(0, len(self.samples), _FRAME):
            yield AudioChunk(leg, RATE, self.samples[place : place + _FRAME].astype("<i2").tobytes())


def rows() -> Iterator[Row]:
    """The ears of the default hotline file on the demo's callers."""
    store = ModelStore(load_settings().models_folder)
    folder = store.vosk().get(_LANGUAGE)
    if folder is None:
        raise ModelMissing(f"no Vosk model for {_LANGUAGE} is here", remedy=f"hotline models fetch {_LANGUAGE}")
    pause = read_hotline_file(default_hotline_file())[0].listening.pause
    clips = [_clip(path, pause) for path in _paths()]
    recogniser = VoskRecogniser()
    recogniser.load(_LANGUAGE, folder)
    try:
        yield from asyncio.run(_measure(store, recogniser, clips, pause))
    finally:
        recogniser.close()


async def _measure(store: ModelStore, recogniser: VoskRecogniser, clips: list[Clip], pause: float) -> list[Row]:
    lines = _Lines(LocalEars(store, load=lambda _store, _second: Recognisers(recogniser, None, _nothing)), pause)
    await lines.ears.start(lines.on_event)
    try:
        alone, ours = await _cost(recogniser, lines, clips)
        delays = await _delays(lines, clips[:_CALLERS])
    finally:
        await lines.ears.stop()
    seconds = _ROUNDS * sum(len(clip.samples) for clip in clips) / RATE
    what = f"{len(clips)} {_LANGUAGE} clips"
    ratio = ours / alone
    answered = f"end of speech to heard, {_AT_ONCE} callers at once, {pause:g} s of it the pause"
    return [
        Row(
            "speech",
            f"ears over bare Vosk, processor time, {what}",
            ratio,
            "times",
            _TARGET_RATIO,
            ratio <= _TARGET_RATIO,
        ),
        Row("speech", f"bare Vosk, processor time, {what}", alone / seconds, "s/s", None, None),
        Row("speech", f"{answered}, p50", float(np.percentile(delays, 50)), "s", None, None),
        Row("speech", f"{answered}, worst of {len(delays)}", max(delays), "s", None, None),
    ]


async def _cost(recogniser: VoskRecogniser, lines: _Lines, clips: list[Clip]) -> tuple[float, float]:
    """Seconds of the processor for all clips: the recogniser alone, and the ears."""
    spent = {"alone": 0.0, "ours": 0.0}
    for turn in range(_ROUNDS):
        for number, clip in enumerate(clips):
            for side in ("alone", "ours") if (turn + number) % 2 == 0 else ("ours", "alone"):
                began = time.process_time()
                if side == "ours":
                    await lines.say(clip, f"cost-{number}", in_real_time=False)
                else:
                    _hear(recogniser, clip)
                spent[side] += time.process_time() - began
    return spent["alone"], spent["ours"]


def _hear(recogniser: VoskRecogniser, clip: Clip) -> None:
    session = recogniser.open(_LANGUAGE, Expecting.SPEECH)
    session.accept(clip.samples.astype("<i2").tobytes())
    session.finish(clip.spoken)


async def _delays(lines: _Lines, clips: list[Clip]) -> list[float]:
    """Seconds from the end of each clip's speech to what was heard."""
    delays: list[float] = []
    for first in range(0, len(clips), _AT_ONCE):
        together = clips[first : first + _AT_ONCE]
        delays += await asyncio.gather(
            *(lines.say(clip, f"delay-{first + n}", in_real_time=True) for n, clip in enumerate(together))
        )
    return delays


class _Lines:
    """Callers on the line to the ears."""

    def __init__(self, ears: LocalEars, pause: float) -> None:
        self.ears = ears
        self._pause = pause
        self._answers: dict[str, asyncio.Future[float]] = {}

    def on_event(self, event: EarsEvent) -> None:
        """An utterance ended, heard or not."""
        answer = self._answers.get(event.leg)
        if answer is not None and not answer.done() and not isinstance(event, SpeechStarted):
            answer.set_result(time.monotonic())

    async def say(self, clip: Clip, leg: str, in_real_time: bool) -> float:
        """Seconds from the end of speech to the answer (in real time; else only the work counts)."""
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._answers[leg] = answer
        self.ears.send(Listen(leg, 1, _LANGUAGE, Expecting.SPEECH, self._pause, no_input=10.0, maximum=20.0))
        began = time.monotonic()
        for number, chunk in enumerate(clip.frames(leg), 1):
            if in_real_time:
                await asyncio.sleep(max(0.0, began + number * _FRAME / RATE - time.monotonic()))
            self.ears.hear(chunk)
        answered = await asyncio.wait_for(answer, 30)
        self.ears.send(Forget(leg))
        return answered - began - clip.spoken


def _clip(path: Path, pause: float) -> Clip:
    samples, _ = read_sound(path)
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1)
    last = int(np.flatnonzero(levels > levels.max() - _FLOOR_DB)[-1]) + 1
    silence = np.zeros(round((pause + 0.3) * RATE), dtype=np.int16)
    return Clip(np.concatenate((samples, silence)), last * _FRAME / RATE)


def _paths() -> list[Path]:
    return sorted(Path(str(files("hotline") / "demo" / "clips" / _LANGUAGE)).glob("*.opus"))


def _nothing() -> None:
    """The recogniser is ours to close."""
