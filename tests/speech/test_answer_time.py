"""How long after a caller's last word our answer comes, with the real recogniser."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from hotline.bench.speech_lines import Lines, clips, loaded

pytestmark = [pytest.mark.live, pytest.mark.alone]

PAUSE = 0.8
AT_ONCE = 2
BEYOND_PAUSE = 0.4  # seconds; the median


async def test_half_of_the_answers_come_within_400_ms_beyond_the_pause(capsys: pytest.CaptureFixture[str]) -> None:
    recogniser = await asyncio.to_thread(loaded)
    lines = Lines(recogniser, PAUSE)
    await lines.ears.start(lines.on_event)
    spoken = sorted(clips(PAUSE), key=lambda clip: clip.spoken)[:8]
    answers = []
    for first in range(0, len(spoken), AT_ONCE):
        together = enumerate(spoken[first : first + AT_ONCE], first)
        answers += await asyncio.gather(*(lines.say(clip, f"leg-{n}", in_real_time=True) for n, clip in together))
    await lines.ears.stop()
    await asyncio.to_thread(recogniser.close)
    beyond = [answer.delay - PAUSE for answer in answers]
    with capsys.disabled():
        median, late = np.percentile(beyond, (50, 90))
        print(f"\nend of speech to answer, beyond the pause: p50 {median:.2f} s, p90 {late:.2f} s")  # noqa: T201
    assert all(answer.is_heard for answer in answers)
    assert np.median(beyond) < BEYOND_PAUSE
