"""Session timers (RFC 4028) and reliable provisional responses (RFC 3262), with SIPp on either side."""

from __future__ import annotations

import asyncio

import pytest

from ivr.messages import Answer, EndedBy, LegAnswered, LegArrived
from tests.live.peers.application import Application
from tests.live.peers.scenario import (
    ack,
    answer_invite,
    answered,
    called,
    hang_up,
    hang_up_back,
    hung_up_on,
    invite,
    keep,
    pause,
    picks_up,
    receive,
    refused_ack,
    request,
    respond,
    ringing,
    says,
    scenario,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live


@pytest.fixture
def short_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may ask for less than 90 seconds (RFC 4028, 5), and no test can wait for so long."""
    monkeypatch.setattr("ivr.sip.session_timer.MINIMUM", 1)


def _asks(interval: str) -> str:
    return f"Supported: timer\nSession-Expires: {interval}"


async def test_a_session_timer_is_agreed(application: Application, sipp: SippBench) -> None:
    caller = await sipp.calls(
        application.address,
        scenario(
            "session timer",
            invite(headers=_asks("90;refresher=uac")),
            answered(says("Session-Expires", "90;refresher=uac"), says("Require", "timer")),
            request("UPDATE", 2, headers=_asks("90;refresher=uac"), uri="[next_url]"),
            receive(200, says("Session-Expires", "90;refresher=uac")),
            hang_up(3),
        ),
    )
    await caller.succeeds()


async def test_too_short_a_session_is_refused_with_the_shortest_that_is_not(
    application: Application, sipp: SippBench
) -> None:
    caller = await sipp.calls(
        application.address,
        scenario(
            "422",
            invite(headers=_asks("30")),
            receive(100, optional=True),
            receive(422, says("Min-SE", "90")),
            refused_ack(),
            invite(2, headers=_asks("90;refresher=uac") + "\nMin-SE: 90"),
            *ringing(),
            receive(200, says("Session-Expires", "90"), routes=True),
            ack(2),
            hang_up(3),
        ),
    )
    await caller.succeeds()


async def test_we_refresh_a_session_that_is_ours_to_refresh(
    short_sessions: None, application: Application, sipp: SippBench
) -> None:
    caller = await sipp.calls(
        application.address,
        scenario(
            "refreshed by us",
            invite(headers=_asks("2;refresher=uas") + "\nAllow: INVITE, ACK, BYE, UPDATE"),
            answered(says("Session-Expires", "2;refresher=uas")),
            receive("UPDATE", says("Session-Expires", "[0-9]+;refresher=uac"), says("Supported", "timer")),
            respond(200, headers="Session-Expires: 2;refresher=uac\nRequire: timer"),
            receive("UPDATE"),
            respond(200, headers="Session-Expires: 90;refresher=uac\nRequire: timer"),
            hang_up(2),
        ),
    )
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM


async def test_a_call_that_nobody_refreshes_is_over(
    short_sessions: None, application: Application, sipp: SippBench
) -> None:
    caller = await sipp.calls(
        application.address,
        scenario("expires", invite(headers=_asks("2;refresher=uac")), answered(), hung_up_on()),
    )
    await caller.succeeds()
    ended = await application.ended()
    assert (ended.by, ended.why) == (EndedBy.FAULT, "session expired")


async def test_we_ask_for_a_session_timer_and_yield_to_a_longer_minimum(
    application: Application, sipp: SippBench
) -> None:
    phone = await sipp.is_called(
        scenario(
            "422 to our INVITE",
            called(says("Supported", "timer"), says("Session-Expires", "1800")),
            answer_invite(422, headers="Min-SE: 3600", retransmitted=True),
            receive("ACK"),
            called(says("Session-Expires", "3600"), says("Min-SE", "3600"), says("CSeq", "2 INVITE")),
            picks_up(headers="Require: timer\nSession-Expires: 3600;refresher=uac"),
            hang_up_back(),
        )
    )
    leg = application.dial(phone.uri)
    await phone.succeeds()
    await application.until(LegAnswered, leg)


async def test_who_requires_reliable_ringing_gets_it(application: Application, sipp: SippBench) -> None:
    application.answers = False
    caller = await sipp.calls(
        application.address,
        scenario(
            "100rel",
            invite(headers="Require: 100rel"),
            receive(100, optional=True),
            receive(180, says("Require", "100rel"), keep("rseq", "RSeq", "[0-9]+"), routes=True),
            request("PRACK", 2, headers="RAck: [$rseq] 1 INVITE", uri="[next_url]"),
            receive(200, says("CSeq", "2 PRACK")),
            pause(700),
            receive(200, says("CSeq", "1 INVITE"), routes=True),
            ack(),
            hang_up(3),
        ),
    )
    arrived = await application.until(LegArrived)
    await asyncio.sleep(0.9)
    application.send(Answer(arrived.leg))
    messages = await caller.succeeds()
    assert messages.count("SIP/2.0 180") == 1


async def test_reliable_ringing_is_repeated_until_its_prack(application: Application, sipp: SippBench) -> None:
    application.answers = False
    caller = await sipp.calls(
        application.address,
        scenario(
            "PRACK late",
            invite(headers="Require: 100rel"),
            receive(100, optional=True),
            receive(180, keep("rseq", "RSeq", "[0-9]+"), routes=True),
            receive(180),
            request("PRACK", 2, headers="RAck: [$rseq] 1 INVITE", uri="[next_url]"),
            receive(200, says("CSeq", "2 PRACK")),
            request("PRACK", 3, headers="RAck: [$rseq] 1 INVITE", uri="[next_url]"),
            receive(481, says("CSeq", "3 PRACK")),
            receive(200, says("CSeq", "1 INVITE"), routes=True),
            ack(),
            hang_up(4),
        ),
        options=("-nr",),
    )
    arrived = await application.until(LegArrived)
    await asyncio.sleep(1.0)
    application.send(Answer(arrived.leg))
    await caller.succeeds()


async def test_who_merely_supports_it_is_rung_plainly(application: Application, sipp: SippBench) -> None:
    caller = await sipp.calls(
        application.address,
        scenario(
            "100rel supported",
            invite(headers="Supported: 100rel, timer, replaces"),
            *ringing(),
            receive(200, routes=True),
            ack(),
            hang_up(2),
        ),
    )
    assert "RSeq" not in await caller.succeeds()
