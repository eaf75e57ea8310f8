"""`python -m prompts.voices.hold_music`: synthesise the sounds that are not speech, into `prompts/audio/music`.

The tune is our own: four bars of broken chords over a soft bass, twice round, that ends where it begins.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from prompts.prompt_library import packaged_audio
from prompts.voices.pydub_level import RATE, level, write_opus
from prompts.voices.voice import Sound

Samples = NDArray[np.float32]

HOLD_LEVEL = -29.0  # dBFS: well below speech, one should be able to talk to someone in the room
BEAT = 0.5  # seconds
#: Chords as MIDI note numbers, bass first: C, A minor, F, G, and a turn that leads back.
CHORDS = (
    (48, 60, 64, 67),
    (45, 60, 64, 69),
    (41, 60, 65, 69),
    (43, 59, 62, 67),
    (52, 59, 64, 67),
    (45, 60, 64, 69),
    (50, 57, 62, 65),
    (43, 59, 65, 67),
)
#: Which chord note sounds on each eighth of a bar.
PATTERN = (1, 2, 3, 2, 1, 3, 2, 3)
#: The melody, one note a bar, sung over the chords.
MELODY = (76, 72, 77, 74, 79, 76, 77, 74)


def frequency(note: int) -> float:
    """Hertz of a MIDI note number, A4 = 69 = 440 Hz, equal temperament."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def tone(note: int, seconds: float, *, attack: float, decay: float) -> Samples:
    """A soft tone of three harmonics with an exponential decay; `attack` and `decay` in seconds."""
    times = np.arange(int(seconds * RATE)) / RATE
    pitch = 2 * np.pi * frequency(note) * times
    wave = np.sin(pitch) + 0.3 * np.sin(2 * pitch) + 0.1 * np.sin(3 * pitch)
    return np.asarray(wave * np.minimum(1, times / attack) * np.exp(-times / decay), np.float32)


def hold_tune() -> Samples:
    """32 seconds that can be looped: what still sounds at the end is added to the beginning."""
    bar = len(PATTERN) * BEAT
    length = int(len(CHORDS) * bar * RATE)
    tune = np.zeros(length, np.float32)

    def add(note: int, at: float, seconds: float, loudness: float, decay: float) -> None:
        start = int(at * RATE)
        for index, sample in _wrapped(start, tone(note, seconds, attack=0.03, decay=decay) * loudness, length):
            tune[index] += sample

    for number, (chord, top) in enumerate(zip(CHORDS, MELODY, strict=True)):
        begins = number * bar
        add(chord[0], begins, bar, 0.5, 2.0)
        add(top, begins + BEAT, bar, 0.25, 1.5)
        for step, voice in enumerate(PATTERN):
            add(chord[voice], begins + step * BEAT, 2.0, 0.35, 0.6)
    return tune


def beep() -> Samples:
    """The tone after which one speaks: 0.25 s of A5."""
    return tone(81, 0.25, attack=0.01, decay=1.0)


def pause(seconds: float = 0.3) -> Samples:
    """Nothing, for between groups of digits."""
    return np.zeros(int(seconds * RATE), np.float32)


def write(folder: Path) -> None:
    """Make the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hold.opus").write_bytes(write_opus(level(Sound(hold_tune(), RATE), speech_level=HOLD_LEVEL)))
    (folder / "beep.opus").write_bytes(write_opus(level(Sound(beep(), RATE))))
    (folder / "pause.opus").write_bytes(write_opus(Sound(pause(), RATE)))


def _wrapped(start: int, samples: Samples, length: int) -> tuple[tuple[slice, Samples], ...]:
    """The places of `samples` in a loop of `length`, split where it passes the end."""
    until_end = length - start
    if len(samples) <= until_end:
        return ((slice(start, start + len(samples)), samples),)
    rest = len(samples) - until_end
    return ((slice(start, length), samples[:until_end]), (slice(0, rest), samples[until_end:]))


if __name__ == "__main__":
    write(packaged_audio() / "music")
