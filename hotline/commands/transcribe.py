"""What `hotline transcribe WAV…` does: one JSON line a file, heard as a caller would be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile
import soxr
import typer

from config.errors import HotlineError, ModelMissing
from ivr.messages import AudioChunk, Expecting, Listen, Word
from ivr.speech.doubt import needs_second, which_stands, why_again
from ivr.speech.finished import Finished
from ivr.speech.hearing import NOTHING, Hearing
from ivr.speech.listener import Listener
from ivr.speech.models import ModelStore
from ivr.speech.pause import LONGEST
from ivr.speech.prosody import Samples, prosody_of
from ivr.speech.recognisers import Recognisers, load_recognisers
from ivr.speech.turn import RATE

_NARROW = 8_000
_PAUSE = 1.2
_MAXIMUM = 30.0
_CHUNK_SECONDS = 0.032  # one frame of the voice activity detection


class UnreadableSound(HotlineError):
    """A sound file cannot be read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One utterance of a file, `start` seconds from its beginning."""

    start: float
    finished: Finished
    hearing: Hearing


def transcribe(paths: Sequence[Path], language: str, models: ModelStore, out: TextIO) -> int:
    """Write one JSON line for each sound file, in order; the exit code: 2 if one could not be read (said on standard
    error, the others are still done), else 0. Raises `ModelMissing` if nobody here hears the language."""
    if language not in models.languages():
        raise ModelMissing(
            f"no recogniser for the language {language} is here", remedy=f"hotline models fetch {language}"
        )
    recognisers = load_recognisers(models, second_hearing=True, word_times=True)
    failed = False
    try:
        for path in paths:
            try:
                samples, rate = read_sound(path)
                line = _line(path, samples, rate, language, recognisers)
            except HotlineError as fault:
                typer.echo(str(fault), err=True)
                failed = True
            else:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                out.flush()
    finally:
        recognisers.close()
    return 2 if failed else 0


def read_sound(path: Path) -> tuple[Samples, int]:
    """A sound file of any rate, width and number of channels as one channel of 16-bit samples at 16,000 a second, or
    8,000 where the file has no more than the telephone's band. Raises `UnreadableSound`."""
    if not path.exists():
        raise UnreadableSound("there is no such file", where=str(path), remedy="name a WAV, FLAC or Opus file")
    try:
        channels, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError) as fault:
        reason = str(fault).removeprefix(f"Error opening {str(path)!r}: ")
        raise UnreadableSound(reason.rstrip("."), where=str(path), remedy="name a WAV, FLAC or Opus file") from fault
    mono = np.nan_to_num(channels.mean(axis=1))
    wanted = RATE if rate >= RATE else _NARROW
    resampled = mono if rate == wanted else soxr.resample(mono, rate, wanted)
    return np.clip(np.rint(resampled * 32767), -32768, 32767).astype(np.int16), wanted


def _line(path: Path, samples: Samples, rate: int, language: str, recognisers: Recognisers) -> dict[str, object]:
    """The JSON object; its keys keep this order."""
    parts = list(_parts(samples, rate, language, recognisers))
    heard = [part for part in parts if part.hearing.text]
    words = [word for part in heard for word in _shifted(part)]
    speech = sum(part.finished.speech for part in parts)
    spoken = np.concatenate([part.finished.samples for part in parts]) if parts else samples
    voice = prosody_of(spoken, RATE if parts else rate, speech)
    weights = [part.finished.speech for part in heard]
    return {
        "file": str(path),
        "text": " ".join(part.hearing.text for part in heard),
        "words": [
            {"word": w.word, "start": round(w.start, 3), "end": round(w.end, 3), "conf": round(w.confidence, 3)}
            for w in words
        ],
        "conf": round(float(np.average([p.hearing.confidence for p in heard], weights=weights)), 3) if heard else 0.0,
        "duration_s": round(len(samples) / rate, 3),
        "speech_s": round(speech, 3),
        "level_dbfs": round(voice.level, 1),
        "pitch_hz": round(voice.pitch if parts else 0.0, 1),
    }


def _parts(samples: Samples, rate: int, language: str, recognisers: Recognisers) -> Iterator[_Part]:
    for start, finished in utterances(samples, rate, language, recognisers):
        yield _Part(start, finished, _decide(finished, language, recognisers))


def utterances(
    samples: Samples, rate: int, language: str, recognisers: Recognisers
) -> Iterator[tuple[float, Finished]]:
    """The utterances of a file, cut and heard once as on the telephone, each with the second it begins at."""
    listener = Listener(recognisers.first, recognisers.languages())
    frame = round(_CHUNK_SECONDS * rate)
    silence = np.zeros(round((LONGEST * _PAUSE + 0.2) * rate) + frame, dtype=np.int16)
    whole = np.concatenate((samples, silence))
    turn, position = 0, 0.0
    listener.listen(_listen(turn, language))
    for place in range(0, len(whole), frame):
        chunk = whole[place : place + frame].astype("<i2").tobytes()
        position += len(chunk) / 2 / rate
        for told in listener.hear(AudioChunk("file", rate, chunk)):
            if isinstance(told, Finished):
                yield max(0.0, position - told.length), told
                turn += 1
                listener.listen(_listen(turn, language))
    listener.stop()


def _listen(turn: int, language: str) -> Listen:
    return Listen("file", turn, language, Expecting.SPEECH, _PAUSE, no_input=float("inf"), maximum=_MAXIMUM)


def _decide(finished: Finished, language: str, recognisers: Recognisers) -> Hearing:
    """As the ears decide, without their hurry."""
    why = why_again(finished.first, finished.wide_band)
    second = recognisers.second
    if second is None or language not in second.languages() or not needs_second(why):
        return finished.first or NOTHING
    return which_stands(finished.first, second.transcribe(finished.samples, language, Expecting.SPEECH))[0]


def _shifted(part: _Part) -> Iterator[Word]:
    for word in part.hearing.words:
        yield Word(word.word, word.start + part.start, word.end + part.start, word.confidence)
