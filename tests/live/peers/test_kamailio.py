"""Kamailio between us and the telephones: registration, calls both ways through it, fail-over, pings."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.messages import Drain, HangUp, LegAnswered, LegArrived
from ivr.sip.hop import TransportName
from ivr.sip.settings import Trunk
from tests.live.peers.application import Application, settings
from tests.live.peers.conftest import Start
from tests.live.peers.kamailio import HOST, PASSWORD, USER, Kamailio, running_kamailio
from tests.live.peers.scenario import (
    OFFER,
    TWO_VIAS,
    answer_invite,
    called,
    caller_by_proxy,
    calls_by_proxy,
    holds,
    receive,
    refused_ack,
    respond,
    says,
    scenario,
)
from tests.live.peers.sipp import Sipp, SippBench
from tests.ports import free_port

pytestmark = pytest.mark.live

NUMBER = "+82215881234"


def trunk(proxy: Kamailio, name: str = "main", *, register: bool = False) -> Trunk:
    """Kamailio as our provider."""
    return Trunk(HOST, proxy.port, USER, PASSWORD, register=register, name=name)


#: A telephone behind the proxy that is called.
CALLED = scenario(
    "is called through the proxy",
    called(says("Record-Route", "lr"), TWO_VIAS),
    answer_invite(180, headers="[last_Record-Route:]", is_proxied=True),
    answer_invite(200, headers="[last_Record-Route:]", is_proxied=True, body=OFFER, retransmitted=True),
    receive("ACK", TWO_VIAS, holds("^ACK sip:sipp@")),
    receive("BYE", TWO_VIAS),
    respond(200),
)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_we_register_and_are_called_through_the_proxy(
    algorithm: str, tmp_path: Path, start: Start, sipp: SippBench
) -> None:
    async with running_kamailio(tmp_path / "proxy", algorithm=algorithm) as proxy:
        application = await start(settings(HOST, trunks=(trunk(proxy, register=True),)))
        await proxy.until("PROVED REGISTER")
        caller = await sipp.calls(proxy.address, caller_by_proxy(USER))
        leg = await application.answered()
        assert application.told(LegArrived)[0].dialled == USER
        await proxy.until("LOOSE ACK")
        application.send(HangUp(leg))
        await caller.succeeds()
        await application.stop()
        await proxy.until("PROVED REGISTER", 2)  # and gave the registration back
    assert "ASTRAY" not in proxy.log
    assert "INSANE" not in proxy.log


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_we_dial_through_the_proxy_and_prove_who_we_are(
    algorithm: str, tmp_path: Path, start: Start, sipp: SippBench
) -> None:
    phone = await sipp.is_called(CALLED)
    async with running_kamailio(tmp_path / "proxy", algorithm=algorithm, phone=phone.address[1]) as proxy:
        application = await start(settings(HOST, trunks=(trunk(proxy),)))
        leg = application.dial(NUMBER, caller=USER)
        await application.until(LegAnswered, leg)
        application.send(HangUp(leg))
        await phone.succeeds()
        await proxy.until("LOOSE BYE")
    assert "PROVED INVITE" in proxy.log
    assert "LOOSE ACK" in proxy.log
    assert "ASTRAY" not in proxy.log
    assert "INSANE" not in proxy.log


async def test_a_nonce_that_grew_old_is_replaced_without_ado(tmp_path: Path, start: Start, sipp: SippBench) -> None:
    phone = await sipp.is_called(CALLED)
    port = phone.address[1]
    async with running_kamailio(tmp_path / "proxy", nonce_seconds=1, phone=port) as proxy:
        application = await start(settings(HOST, trunks=(trunk(proxy),)))
        await _calls_once(application, phone)
        await asyncio.sleep(2.1)
        await _calls_once(application, await sipp.is_called(CALLED, port=port))
        await proxy.until("PROVED INVITE", 2)


async def _calls_once(application: Application, phone: Sipp) -> None:
    leg = application.dial(NUMBER, caller=USER)
    await application.until(LegAnswered, leg)
    application.send(HangUp(leg))
    await phone.succeeds()


async def test_we_reach_the_proxy_by_tcp(tmp_path: Path, start: Start, sipp: SippBench) -> None:
    by: TransportName = "tcp"
    phone = await sipp.is_called(CALLED)
    async with running_kamailio(tmp_path / "proxy", phone=phone.address[1]) as proxy:
        provider = Trunk(HOST, proxy.port, USER, PASSWORD, register=True, transport=by)
        application = await start(settings(HOST, trunks=(provider,)))
        await proxy.until("PROVED REGISTER")
        leg = application.dial(NUMBER, caller=USER)
        await application.until(LegAnswered, leg)
        application.send(HangUp(leg))
        messages = await phone.succeeds()
        assert "SIP/2.0/TCP" in messages
        caller = await sipp.calls(proxy.address, caller_by_proxy(USER))
        incoming = await application.until(LegAnswered, such=lambda event: event.leg != leg)
        await proxy.until("LOOSE ACK", 2)
        application.send(HangUp(incoming.leg))
        await caller.succeeds()


async def test_when_the_first_proxy_is_killed_the_second_carries_the_call(
    tmp_path: Path, start: Start, sipp: SippBench
) -> None:
    phone = await sipp.is_called(CALLED)
    port = phone.address[1]
    async with (
        running_kamailio(tmp_path / "one", phone=port) as one,
        running_kamailio(tmp_path / "two", phone=port) as two,
    ):
        first = Trunk(HOST, one.port, USER, PASSWORD, name="one", failover=("two",))
        application = await start(settings(HOST, trunks=(first, trunk(two, "two"))))
        await one.kill()
        leg = application.dial(NUMBER, caller=USER, ring_seconds=20)
        await application.until(LegAnswered, leg)
        application.send(HangUp(leg))
        await phone.succeeds()
        await two.until("LOOSE BYE")


async def test_pings_are_answered_and_while_draining_refused(tmp_path: Path, start: Start, sipp: SippBench) -> None:
    """The proxy sends callers to who answers its OPTIONS with 200, and to nobody else."""
    port = free_port(HOST)
    refused = scenario(
        "nobody there", calls_by_proxy("pinged"), receive(100, optional=True), receive(480), refused_ack()
    )
    application = await start(settings(HOST, port))
    async with running_kamailio(tmp_path / "proxy", pinged=port) as proxy:
        caller = await sipp.calls(proxy.address, caller_by_proxy("pinged"))
        leg = await application.answered()
        await proxy.until("LOOSE ACK")
        application.send(Drain(True))
        await proxy.until("SILENT")
        await (await sipp.calls(proxy.address, refused)).succeeds()
        application.send(HangUp(leg))
        await caller.succeeds()
        application.send(Drain(False))
        await proxy.until("ANSWERS")
        again = await sipp.calls(proxy.address, caller_by_proxy("pinged"))
        arrived = await application.until(LegAnswered, count=2)
        await proxy.until("LOOSE ACK", 2)
        application.send(HangUp(arrived.leg))
        await again.succeeds()
    assert len(application.told(LegArrived)) == 2
