"""`hotline serve` is told to stop while people call: nobody new comes in, nobody is cut off without a word."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import httpx
import pytest

from hotline.demo.peer import CallFailed
from tests.live.test_processes import Scene
from tests.live.watched_house import is_alive

#: Within it the second caller has to come and go, on a machine that may be slow.
LIMIT = 8.0


async def is_ready(scene: Scene) -> bool:
    async with httpx.AsyncClient(base_url=scene.house.console_address, timeout=10) as client:
        answer = await client.get("/readyz")
    assert ("admission" in answer.text) is (answer.status_code == 503)
    return answer.status_code == 200


@pytest.mark.timeout(240)
async def test_sigterm_lets_calls_end_and_says_goodbye_to_who_is_left(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    stays, leaves, late = scene.callers[:3]
    await scene.open({"HOTLINE_DRAIN_LIMIT": str(LIMIT)})
    try:
        await scene.ring(stays)
        await scene.ring(leaves)
        processes = scene.house.processes()
        assert await is_ready(scene)
        told_at = asyncio.get_running_loop().time()
        stopping = asyncio.ensure_future(scene.house.stop())
        await scene.house.logged("draining", worker="edge", on=True)
        with pytest.raises(CallFailed) as refused:
            await late.call(scene.house.number("1001"))
        assert refused.value.status == 503
        assert leaves.heard_pcm(told_at).any()  # what was being said goes on
        await leaves.hang_up()
        async with asyncio.timeout(LIMIT):
            while await is_ready(scene):  # noqa: ASYNC110 - it is asked over HTTP; a look counts for a second
                await asyncio.sleep(0.1)
        await stays.wait_for_end(30)
        assert asyncio.get_running_loop().time() - told_at > LIMIT
        assert stays.heard_pcm(told_at + LIMIT).any()
        await stopping
        assert scene.house.exit_code == 0
        assert not any(map(is_alive, processes))
        for caller, by, seconds in ((stays, "stop", LIMIT), (leaves, "them", 0.0)):
            (record,) = await scene.house.records(caller.user)
            assert record.ended_by == by
            assert record.recording is not None
            with wave.open(str(scene.house.folder / "recordings" / record.recording)) as recording:
                assert recording.getnframes() > seconds * recording.getframerate()  # a whole file
        assert not [line for line in scene.house.log() if line["level"] in ("error", "critical")]
    finally:
        await scene.close()
