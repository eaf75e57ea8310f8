"""What the ears cost and how quickly they answer, in Korean, whose Vosk model comes as a package.

The cost is processor time over that of the recogniser alone, which is given the same audio from end to end with no
voice activity detection, turns, prosody or threads around it: each clip as far as the end of the pause that the ears
wait for. Theirs is the gain of leaving most of the silence out. So there is a second figure, for a recogniser alone
that is only given the speech itself, without any silence after it: what a perfect voice activity detection that costs
nothing would leave.

A recogniser is faster on words that it has heard before, so all sides work on the same two recognisers, and each of
these hears each clip once from every side. So little audio is used that neither wears out: making a new one every two
minutes of speech is not in the figure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import numpy as np

from hotline.bench.row import Row
from hotline.bench.speech_lines import LANGUAGE, Answer, Clip, Lines, clips, loaded, pause_of_the_default_file
from ivr.messages import Expecting
from ivr.speech.turn import RATE
from ivr.speech.vosk_recogniser import VoskRecogniser

_ROUNDS = 2
_AT_ONCE = 2
#: The engine may cost a twentieth more than the recogniser in it.
_TARGET_RATIO = 1.05
#: Seconds beyond the configured pause.
_TARGET_DELAY = 0.4
_SIDES = ("alone", "speech alone", "ears")


def rows() -> Iterator[Row]:
    """The ears of the default hotline file on the demo's callers."""
    pause = pause_of_the_default_file()
    recogniser = loaded()
    try:
        yield from asyncio.run(_measure(recogniser, clips(pause), pause))
    finally:
        recogniser.close()


async def _measure(recogniser: VoskRecogniser, spoken: list[Clip], pause: float) -> list[Row]:
    lines = Lines(recogniser, pause)
    await lines.ears.start(lines.on_event)
    try:
        cost = await _cost(recogniser, lines, spoken, pause)
        answers = await _answers(lines, spoken)
    finally:
        await lines.ears.stop()
    seconds = _ROUNDS * sum(clip.spoken + pause for clip in spoken)
    what = f"{len(spoken)} {LANGUAGE} clips"
    ratio = cost["ears"] / cost["alone"]
    beyond = [answer.delay - pause for answer in answers]
    answered = f"end of speech to heard beyond the pause of {pause:g} s, {_AT_ONCE} callers at once"
    median, late = (float(np.percentile(beyond, share)) for share in (50, 99))
    return [
        Row(
            "speech",
            f"ears over bare Vosk, processor time, {what}",
            ratio,
            "times",
            _TARGET_RATIO,
            ratio <= _TARGET_RATIO,
        ),
        Row(
            "speech",
            "ears over bare Vosk that gets no silence at all, processor time",
            cost["ears"] / cost["speech alone"],
            "times",
            None,
            None,
        ),
        Row("speech", f"bare Vosk, processor time, {what}", cost["alone"] / seconds, "s/s", None, None),
        Row("speech", f"{answered}, p50", median, "s", _TARGET_DELAY, median <= _TARGET_DELAY),
        Row("speech", f"{answered}, p99 of {len(beyond)}", late, "s", None, None),
    ]


async def _cost(recogniser: VoskRecogniser, lines: Lines, spoken: list[Clip], pause: float) -> dict[str, float]:
    """Seconds of the processor for all clips, of each side."""
    spent = dict.fromkeys(_SIDES, 0.0)
    for turn in range(_ROUNDS):
        for number, clip in enumerate(spoken):
            first = (turn + number) % len(_SIDES)
            for side in (*_SIDES[first:], *_SIDES[:first]):
                began = time.process_time()
                if side == "ears":
                    await lines.say(clip, f"cost-{number}", in_real_time=False)
                else:
                    _hear(recogniser, clip, pause if side == "alone" else 0.0)
                spent[side] += time.process_time() - began
    return spent


def _hear(recogniser: VoskRecogniser, clip: Clip, silence: float) -> None:
    session = recogniser.open(LANGUAGE, Expecting.SPEECH)
    session.accept(clip.samples[: round((clip.spoken + silence) * RATE)].astype("<i2").tobytes())
    session.finish(clip.spoken)


async def _answers(lines: Lines, spoken: list[Clip]) -> list[Answer]:
    answers: list[Answer] = []
    for first in range(0, len(spoken), _AT_ONCE):
        together = spoken[first : first + _AT_ONCE]
        answers += await asyncio.gather(
            *(lines.say(clip, f"delay-{first + n}", in_real_time=True) for n, clip in enumerate(together))
        )
    return answers
