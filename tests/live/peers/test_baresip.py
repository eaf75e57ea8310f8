"""baresip as a caller who speaks and as the agent's telephone: wide band, hold, keys, transfer, behind a proxy too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hotline.demo.peer_audio import similarity
from ivr.media.clips import read_clip
from ivr.media.codec import Codec
from ivr.messages import (
    Bridge,
    DigitPressed,
    EndedBy,
    HangUp,
    LegAnswered,
    LegArrived,
    LegHeld,
    Refer,
    ReferEnded,
    ReportTransfer,
    SendDigits,
    Tap,
    TransferAsked,
)
from ivr.sip.settings import Trunk
from prompts.prompt_library import packaged_audio
from tests.live.peers.application import PROMPT, Application, settings
from tests.live.peers.baresip import HOST, Baresip, running_baresip
from tests.live.peers.conftest import Start
from tests.live.peers.kamailio import PASSWORD, USER, running_kamailio
from tests.media.sounds import babble

pytestmark = pytest.mark.live

CUSTOMER, AGENT = babble(8, 1), babble(8, 2)


def _hotline(application: Application) -> str:
    return f"sip:hotline@{HOST}:{application.address[1]}"


async def _agent_picks_up(application: Application, agent: Baresip) -> str:
    leg = application.dial(agent.uri)
    await application.until(LegAnswered, leg)
    return leg


@pytest.mark.parametrize("codec", [Codec.G722, Codec.PCMA])
async def test_a_caller_hears_the_prompt_and_is_heard(codec: Codec, tmp_path: Path, application: Application) -> None:
    application.plays = (PROMPT,)
    async with running_baresip(tmp_path, "customer", CUSTOMER, codec=codec) as phone:
        phone.tell("dial", _hotline(application))
        up = await application.until(LegAnswered)
        application.send(Tap(up.leg, True))
        await asyncio.sleep(3)
        phone.tell("hangup")
        ended = await application.ended()
    prompt = read_clip(packaged_audio() / PROMPT, 16_000)[: 2 * 16_000]
    assert (up.codec, up.wide_band) == (codec.encoding_name, codec is Codec.G722)
    assert similarity(prompt, phone.heard()) > 0.7
    if codec is Codec.G722:
        assert similarity(CUSTOMER[: 2 * 16_000], application.heard_pcm()) > 0.7
    assert (ended.by, ended.media.packets_lost) == (EndedBy.THEM, 0)
    assert ended.media.packets_received > 100


async def test_customer_and_agent_hear_each_other(tmp_path: Path, application: Application) -> None:
    async with (
        running_baresip(tmp_path / "agent", "agent", AGENT) as agent,
        running_baresip(tmp_path / "customer", "customer", CUSTOMER) as customer,
    ):
        customer.tell("dial", _hotline(application))
        waiting = await application.answered()
        leg = await _agent_picks_up(application, agent)
        application.send(Bridge(waiting, leg))
        await asyncio.sleep(2.5)
        agent.tell("hangup")
        assert (await application.ended(leg)).by is EndedBy.THEM
        application.send(HangUp(waiting))
        await customer.until("CALL_CLOSED")
    # They begin to hear each other only when they are joined: from the first second on.
    assert similarity(CUSTOMER[16_000 : 2 * 16_000], agent.heard()) > 0.7
    assert similarity(AGENT[16_000 : 2 * 16_000], customer.heard()) > 0.7


async def test_the_agent_holds_and_returns_and_presses_keys(tmp_path: Path, application: Application) -> None:
    async with running_baresip(tmp_path, "agent", AGENT) as agent:
        leg = await _agent_picks_up(application, agent)
        agent.tell("hold")
        assert (await application.until(LegHeld, leg)).on
        agent.tell("resume")
        assert not (await application.until(LegHeld, leg, count=2)).on
        for key in "4#":
            agent.tell("sndcode", key)
            await asyncio.sleep(0.4)
        await application.until(DigitPressed, leg, count=2)
        application.send(HangUp(leg))
        await agent.until("CALL_CLOSED")
    assert "".join(digit.digit for digit in application.told(DigitPressed)) == "4#"


async def test_our_keys_are_heard_by_the_agents_telephone(tmp_path: Path, application: Application) -> None:
    async with running_baresip(tmp_path, "agent", AGENT) as agent:
        leg = await _agent_picks_up(application, agent)
        await asyncio.sleep(0.2)
        application.send(SendDigits(leg, "42"))
        await agent.until("CALL_DTMF_START", 2)
        application.send(HangUp(leg))
        await agent.until("CALL_CLOSED")


async def test_the_agent_hands_the_customer_to_a_colleague(tmp_path: Path, application: Application) -> None:
    async with (
        running_baresip(tmp_path / "agent", "agent", AGENT) as agent,
        running_baresip(tmp_path / "colleague", "colleague", babble(8, 3)) as colleague,
        running_baresip(tmp_path / "customer", "customer", CUSTOMER) as customer,
    ):
        customer.tell("dial", _hotline(application))
        waiting = await application.answered()
        leg = await _agent_picks_up(application, agent)
        application.send(Bridge(waiting, leg))
        agent.tell("transfer", colleague.uri)
        asked = await application.until(TransferAsked, leg)
        assert asked.target == colleague.uri
        other = application.dial(asked.target)
        await application.until(LegAnswered, other)
        application.send(ReportTransfer(leg, 200))
        assert (await application.ended(leg)).by is EndedBy.THEM  # its part is done: it hangs up by itself
        application.send(Bridge(waiting, other))
        await asyncio.sleep(2)
        application.send(HangUp(waiting))
        application.send(HangUp(other))
        await colleague.until("CALL_CLOSED")
    assert len(colleague.heard()) > 16_000
    assert similarity(babble(8, 3)[8_000:24_000], customer.heard()) > 0.7


async def test_a_telephone_is_sent_on_by_us(tmp_path: Path, application: Application) -> None:
    async with (
        running_baresip(tmp_path / "agent", "agent", AGENT) as agent,
        running_baresip(tmp_path / "customer", "customer", CUSTOMER) as customer,
    ):
        customer.tell("dial", _hotline(application))
        leg = await application.answered()
        await customer.until("CALL_ESTABLISHED")
        await asyncio.sleep(0.05)  # its ACK is on the way
        application.send(Refer(leg, agent.uri))
        assert (await application.until(ReferEnded, leg)).status == 200
        await agent.until("CALL_ESTABLISHED")
        customer.tell("hangup")


async def test_both_registered_at_a_proxy_reach_each_other(tmp_path: Path, start: Start) -> None:
    async with (
        running_kamailio(tmp_path / "proxy") as proxy,
        running_baresip(tmp_path / "agent", "agent", AGENT, registrar=proxy.address) as agent,
    ):
        application = await start(settings(trunks=(Trunk(HOST, proxy.port, USER, PASSWORD, register=True),)))
        await proxy.until("PROVED REGISTER", 2)

        leg = application.dial(f"sip:agent@{HOST}:{proxy.port}")
        up = await application.until(LegAnswered, leg)
        assert up.wide_band
        application.send(HangUp(leg))
        await agent.until("CALL_CLOSED")

        agent.tell("dial", f"sip:{USER}@{HOST}:{proxy.port}")
        arrived = await application.until(LegArrived)
        assert (arrived.caller, arrived.dialled) == ("agent", USER)
        await application.until(LegAnswered, arrived.leg)
        agent.tell("hangup")
        assert (await application.ended(arrived.leg)).by is EndedBy.THEM
        await proxy.until("LOOSE BYE", 2)
    assert "ASTRAY" not in proxy.log
