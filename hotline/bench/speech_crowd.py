"""How many callers speak at once to the ears on one core, and the memory that each of them takes.

All speak in real time, starting a tenth of a second after one another; the crowd holds as long as half of the answers
come within the target after the pause. The recognisers of a crowd are warm, as after the first busy minutes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hotline.bench.row import Row
from hotline.bench.speech_lines import LANGUAGE, Clip, Lines, clips, loaded, pause_of_the_default_file
from ivr.messages import Expecting
from ivr.speech.hearing import HearingSession
from ivr.speech.turn import RATE
from ivr.speech.vosk_recogniser import VoskRecogniser

_CROWDS = (4, 8, 12, 16, 20, 24, 32)
_BEYOND_PAUSE = 0.4  # seconds
_APART = 0.1  # seconds
_STREAMS, _STREAM_SECONDS = 8, 10
_MIB = 1 << 20


def rows() -> Iterator[Row]:
    """Of one core; the processor the bench may not leave is chosen from those it has."""
    pause = pause_of_the_default_file()
    recogniser = loaded()
    cores = os.sched_getaffinity(0)
    try:
        spoken = clips(pause)
        yield Row(
            "speech", f"memory a stream, {_STREAM_SECONDS} s into it", _memory(recogniser, spoken), "MiB", None, None
        )
        os.sched_setaffinity(0, {max(cores)})
        most, median = asyncio.run(_crowd(recogniser, spoken, pause))
        what = f"callers who speak at once, one core, real time ({median:.2f} s beyond the pause, p50)"
        yield Row("speech", what, float(most), "callers", None, None)
    finally:
        os.sched_setaffinity(0, cores)
        recogniser.close()


async def _crowd(recogniser: VoskRecogniser, spoken: list[Clip], pause: float) -> tuple[int, float]:
    """The largest crowd that is heard in time, and its median delay beyond the pause."""
    lines = Lines(recogniser, pause)
    await lines.ears.start(lines.on_event)
    held = (0, 0.0)
    try:
        for size in _CROWDS:
            _warm(recogniser, spoken[0], size)
            answers = await asyncio.gather(
                *(_late(lines, spoken[n % len(spoken)], f"{size}-{n}", _APART * n) for n in range(size))
            )
            median = float(np.median(answers)) - pause
            if median > _BEYOND_PAUSE:
                break
            held = (size, median)
    finally:
        await lines.ears.stop()
    return held


async def _late(lines: Lines, clip: Clip, leg: str, seconds: float) -> float:
    await asyncio.sleep(seconds)
    return (await lines.say(clip, leg, in_real_time=True)).delay


def _warm(recogniser: VoskRecogniser, clip: Clip, size: int) -> None:
    for session in [recogniser.open(LANGUAGE, Expecting.SPEECH) for _ in range(size)]:
        session.accept(clip.samples[:RATE].astype("<i2").tobytes())
        session.abandon()


def _memory(recogniser: VoskRecogniser, spoken: list[Clip]) -> float:
    """MiB of each of several sessions that are in use at once."""
    speech = np.concatenate([clip.samples[: round(clip.spoken * RATE)] for clip in spoken])
    before = _resident()
    sessions: list[HearingSession] = []
    for number in range(_STREAMS):
        session = recogniser.open(LANGUAGE, Expecting.SPEECH)
        begin = number * 2 * RATE
        session.accept(speech[begin : begin + _STREAM_SECONDS * RATE].astype("<i2").tobytes())
        sessions.append(session)
    taken = _resident() - before
    for session in sessions:
        session.abandon()
    return taken / _STREAMS / _MIB


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
