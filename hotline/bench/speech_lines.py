"""Callers of the demo on the line to the ears, for the benches."""

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
from hotline.commands.transcribe import read_sound
from ivr.messages import AudioChunk, EarsEvent, EarsStrained, Expecting, Forget, Heard, Listen, SpeechStarted
from ivr.speech.ears import LocalEars
from ivr.speech.models import ModelStore
from ivr.speech.prosody import Samples
from ivr.speech.recognisers import Recognisers
from ivr.speech.turn import RATE
from ivr.speech.vosk_recogniser import VoskRecogniser

LANGUAGE = "ko"
_FRAME = RATE // 50
#: Speech is over where the clip falls so many dB below its loudest part for good.
_FLOOR_DB = 35.0
#: Amplitude of the line's own noise: -66 dBFS. Digital silence would flatter whoever looks at the level.
_LINE_NOISE = 16.0
#: The pause may grow to twice its length for a caller who seems to go on.
_SILENCE_AFTER = 2.0


@dataclass(frozen=True, slots=True)
class Clip:
    """What a caller says, followed by silence; `spoken` seconds of it are speech."""

    samples: Samples
    spoken: float

    def frames(self, leg: str) -> Iterator[AudioChunk]:
        """In pieces of 20 ms, as the media plane gives them."""
        for place in range(0, len(self.samples), _FRAME):
            yield AudioChunk(leg, RATE, self.samples[place : place + _FRAME].astype("<i2").tobytes())


@dataclass(frozen=True, slots=True)
class Answer:
    """`delay`: seconds from the end of speech; `is_heard`: with words."""

    delay: float
    is_heard: bool


def clips(pause: float) -> list[Clip]:
    """The demo's callers on a line with a little noise, and as much silence as ends an utterance after `pause`."""
    folder = Path(str(files("hotline") / "demo" / "clips" / LANGUAGE))
    return [_clip(path, pause) for path in sorted(folder.glob("*.opus"))]


def pause_of_the_default_file() -> float:
    """Seconds."""
    return read_hotline_file(default_hotline_file())[0].listening.pause


def loaded() -> VoskRecogniser:
    """The recogniser with the model of `LANGUAGE`. Raises `ModelMissing`."""
    folder = ModelStore(load_settings().models_folder).vosk().get(LANGUAGE)
    if folder is None:
        raise ModelMissing(f"no Vosk model for {LANGUAGE} is here", remedy=f"hotline models fetch {LANGUAGE}")
    recogniser = VoskRecogniser()
    recogniser.load(LANGUAGE, folder)
    return recogniser


class Lines:
    """The ears with `recogniser`, and callers who speak to them."""

    def __init__(self, recogniser: VoskRecogniser, pause: float) -> None:
        store = ModelStore(load_settings().models_folder)
        here = Recognisers(recogniser, None, _nothing)
        # Audio that comes faster than it is spoken is no strain.
        self.ears = LocalEars(store, load=lambda _store, _second: here, strained_at=60.0, most_waiting=60.0)
        self._pause = pause
        self._answers: dict[str, asyncio.Future[tuple[float, bool]]] = {}

    def on_event(self, event: EarsEvent) -> None:
        """An utterance ended, heard or not."""
        answer = self._answers.get(event.leg)
        if answer is not None and not answer.done() and not isinstance(event, SpeechStarted | EarsStrained):
            answer.set_result((time.monotonic(), isinstance(event, Heard)))

    async def say(self, clip: Clip, leg: str, in_real_time: bool) -> Answer:
        """Until it is answered (in real time, else only the work counts)."""
        answer: asyncio.Future[tuple[float, bool]] = asyncio.get_running_loop().create_future()
        self._answers[leg] = answer
        self.ears.send(Listen(leg, 1, LANGUAGE, Expecting.SPEECH, self._pause, no_input=10.0, maximum=20.0))
        began = time.monotonic()
        for number, chunk in enumerate(clip.frames(leg), 1):
            if answer.done():
                break
            if in_real_time:
                await asyncio.sleep(max(0.0, began + number * _FRAME / RATE - time.monotonic()))
            self.ears.hear(chunk)
        answered, is_heard = await asyncio.wait_for(answer, 60)
        self.ears.send(Forget(leg))
        return Answer(answered - began - clip.spoken, is_heard)


def _clip(path: Path, pause: float) -> Clip:
    samples, _ = read_sound(path)
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1)
    last = int(np.flatnonzero(levels > levels.max() - _FLOOR_DB)[-1]) + 1
    whole = np.concatenate((samples, np.zeros(round((_SILENCE_AFTER * pause + 0.3) * RATE), dtype=np.int16)))
    noise = np.random.default_rng(len(samples)).normal(0, _LINE_NOISE, len(whole))
    noisy: Samples = np.clip(np.rint(whole + noise), -32768, 32767).astype(np.int16)
    return Clip(noisy, last * _FRAME / RATE)


def _nothing() -> None:
    """The recogniser is the bench's to close."""
