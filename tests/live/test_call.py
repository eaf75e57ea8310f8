"""One whole call with real parts: SIP and G.722 on loopback, Vosk hearing Korean, SQLite, events to a broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from callbacks.calls.records import CallRecords, Speaker
from callbacks.store.sql_calls import SqlCalls
from config.settings import default_hotline_file, load_settings
from hotline.assembly import Hotline
from hotline.demo.house import ADDRESS, write_hotline_file
from hotline.demo.peer import SpeakingPhone, similarity
from hotline.demo.people import clip
from ivr.media.clips import read_clip
from tests.ports import free_port
from tests.servers import Mosquitto

CALLER = "+821012340001"


@pytest.fixture
async def agent() -> AsyncIterator[SpeakingPhone]:
    phone = SpeakingPhone("cho", ADDRESS, auto_answer_after=0.5)
    await phone.start()
    yield phone
    await phone.stop()


@pytest.fixture
async def caller() -> AsyncIterator[SpeakingPhone]:
    phone = SpeakingPhone(CALLER, ADDRESS)
    await phone.start()
    yield phone
    await phone.stop()


@pytest.fixture
async def hotline(tmp_path: Path, agent: SpeakingPhone, mosquitto: Mosquitto) -> AsyncIterator[Hotline]:
    file = tmp_path / "hotline.yaml"
    write_hotline_file(file, {"cho": agent.uri}, default_hotline_file())
    settings = load_settings(
        data_folder=tmp_path,
        hotline_file=file,
        sip_address=ADDRESS,
        sip_port=free_port(),
        console_port=free_port(),
        second_hearing=False,
        mqtt_url=f"mqtt://127.0.0.1:{mosquitto.port}",
    )
    hotline = Hotline(settings)
    await hotline.start()
    job = asyncio.ensure_future(hotline.run())
    yield hotline
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    await hotline.stop()


async def test_a_korean_caller_is_heard_understood_and_connected_to_the_agent_with_the_skill(
    hotline: Hotline, caller: SpeakingPhone, agent: SpeakingPhone, mosquitto: Mosquitto
) -> None:
    await hotline.desk.sign_in("cho")
    await hotline.desk.ready("cho")

    await caller.call(f"sip:1003@{ADDRESS}:{hotline.settings.sip_port}")
    await caller.wait_until_quiet(1.5)
    await caller.say(clip("ko", "refund"))
    await caller.wait_until_quiet(1.5)
    await caller.say(clip("ko", "yes"))

    await agent.wait_for_answer(60)
    await caller.silence(4.0)  # the whisper to the agent
    work = await hotline.desk.current("cho")
    begun = asyncio.get_running_loop().time()
    await caller.say(clip("ko", "refund"))
    await caller.silence(0.5)
    arrived = similarity(read_clip(clip("ko", "refund"), 16_000), agent.heard_pcm(begun - 0.5))
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as listener:
        await listener.subscribe("hotline/+/call/ended", qos=1)
        await caller.hang_up()
        await agent.wait_for_end(10)
        async with asyncio.timeout(10):
            told = await anext(aiter(listener.messages))

    assert work is not None
    assert (work.category, work.tier, work.language) == ("refund", "standard", "ko")
    assert "환불" in " ".join(line.text for line in work.transcript)
    assert arrived > 0.6
    (call,) = await CallRecords(SqlCalls(hotline.database), hotline.clock).of_contact(work.contact)
    assert (call.agent, call.category, call.ended_by) == ("cho", "refund", "them")
    lines = await CallRecords(SqlCalls(hotline.database), hotline.clock).lines(call.id)
    assert {line.heard_by for line in lines if line.speaker is Speaker.CALLER} == {"vosk"}
    assert call.recording is not None
    assert (hotline.settings.recordings_folder / call.recording).exists()
    event = json.loads(bytes(told.payload))
    assert (event["subject"], event["data"]["agent"], event["data"]["category"]) == (call.id, "cho", "refund")
