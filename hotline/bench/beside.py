"""Whether a recogniser that works all the time disturbs the audio of calls: the same load with and without it.

The recogniser hears in a process of its own, on any core it likes, as the ears of the hotline do.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path

from config.errors import ModelMissing
from config.logging import configure_logging
from config.settings import load_settings
from hotline.bench.edge.program import running
from hotline.bench.edge.trial import Trial, attempt
from hotline.bench.row import Row
from hotline.bench.sip import OURS
from hotline.commands.transcribe import read_sound
from ivr.messages import Expecting
from ivr.speech.models import ModelStore
from ivr.speech.turn import RATE
from ivr.speech.vosk_recogniser import VoskRecogniser

_LANGUAGE = "ko"
_CALLS = 600
_TARGET_PACING = 10.0  # milliseconds


def rows() -> Iterator[Row]:
    """Without, then with. Raises `ModelMissing`."""
    folder = ModelStore(load_settings().models_folder).vosk().get(_LANGUAGE)
    if folder is None:
        raise ModelMissing(f"no Vosk model for {_LANGUAGE} is here", remedy=f"hotline models fetch {_LANGUAGE}")
    yield from _rows(attempt(OURS, _CALLS), "alone")
    with running(recognise, folder) as recogniser:
        recogniser.answer()  # warm, and at it
        used = recogniser.processor_time()
        trial = attempt(OURS, _CALLS)
        used = recogniser.processor_time() - used
    yield from _rows(trial, "a recogniser at work beside")
    yield Row("sip", "processor time of that recogniser meanwhile", used, "s", None, None)


def _rows(trial: Trial, beside: str) -> Iterator[Row]:
    what = f"{_CALLS} calls, {beside}"
    is_held = not trial.failed and not trial.short and trial.p99 < _TARGET_PACING
    yield Row("sip", f"pacing error p99, {what}", trial.p99, "ms", _TARGET_PACING, is_held)
    yield Row("sip", f"processor time, {what}", trial.cpu, "% of a core", None, None)


def recognise(asker: Connection, model: Path) -> None:
    """Hear the demo's callers again and again, in one thread, until told to stop."""
    configure_logging("human", "error")
    recogniser = VoskRecogniser(spare=1)
    recogniser.load(_LANGUAGE, model)
    folder = Path(str(files("hotline") / "demo" / "clips" / _LANGUAGE))
    clips = [read_sound(path)[0] for path in sorted(folder.glob("*.opus"))]
    asker.send("hearing")
    for samples in cycle(clips):
        if asker.poll():
            break
        session = recogniser.open(_LANGUAGE, Expecting.SPEECH)
        session.accept(samples.astype("<i2").tobytes())
        session.finish(len(samples) / RATE)
    recogniser.close()
