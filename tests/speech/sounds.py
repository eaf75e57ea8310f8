"""Sound for the tests: the demo's callers, silence and noise, and how it reaches the ears."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np

from hotline.commands.transcribe import read_sound
from ivr.messages import AudioChunk
from ivr.speech.prosody import Samples

RATE = 16_000


def clip(language: str, name: str) -> Samples:
    """What a caller of the demo says, 16,000 samples a second."""
    samples, rate = read_sound(Path(str(files("hotline") / "demo" / "clips" / language / f"{name}.opus")))
    assert rate == RATE
    return samples


def silence(seconds: float, rate: int = RATE) -> Samples:
    return np.zeros(round(seconds * rate), dtype=np.int16)


def noise(seconds: float, rate: int = RATE, level: float = 300.0) -> Samples:
    """White noise of a quiet line (-41 dBFS by default)."""
    return np.random.default_rng(7).normal(0, level, round(seconds * rate)).astype(np.int16)


def tone(hertz: float, seconds: float, amplitude: float = 0.3, rate: int = RATE) -> Samples:
    """A tone with the overtones of a voice, as far as they fit below 4 kHz."""
    time = np.arange(round(seconds * rate)) / rate
    wave = np.zeros(len(time))
    for harmonic in range(1, max(2, int(4_000 / hertz))):
        wave += np.sin(2 * np.pi * hertz * harmonic * time) / harmonic
    scaled: Samples = (wave / np.max(np.abs(wave)) * amplitude * 32767).astype(np.int16)
    return scaled


def chunks(leg: str, samples: Samples, rate: int = RATE, milliseconds: int = 100) -> Iterator[AudioChunk]:
    """The audio as the tap of a leg sends it."""
    step = rate * milliseconds // 1000
    for place in range(0, len(samples), step):
        yield AudioChunk(leg, rate, samples[place : place + step].astype("<i2").tobytes())
