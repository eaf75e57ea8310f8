"""SIPp with requests outside any call: what we can do, what we refuse, and with which words."""

from __future__ import annotations

import pytest

from ivr.messages import Drain, HangUp, LegArrived
from ivr.sip.settings import AdmissionLimits, EdgeSettings
from tests.live.peers.application import Application, settings
from tests.live.peers.conftest import Start
from tests.live.peers.scenario import (
    OFFER,
    Step,
    answered,
    hang_up,
    hung_up_on,
    invite,
    pause,
    receive,
    refused_ack,
    request,
    says,
    scenario,
    session,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live


def _asked(method: str, status: int, *checks: tuple[str, str], headers: str = "", to: str = "") -> tuple[Step, ...]:
    answer = receive(status, says("To", ";tag="), *(says(name, regexp) for name, regexp in checks))
    return request(method, 1, headers=headers, to=to), answer


def _refused(
    status: int, *checks: tuple[str, str], headers: str = "", body: str = OFFER, content: str = "application/sdp"
) -> tuple[Step, ...]:
    answer = receive(status, says("To", ";tag="), *(says(name, regexp) for name, regexp in checks))
    return invite(headers=headers, body=body, content=content), receive(100, optional=True), answer, refused_ack()


_UNKNOWN_CODEC = session(media="m=audio 4000 RTP/AVP 98\na=rtpmap:98 AMR/8000\n")

#: What is asked, and the answer that is due.
ASKED = {
    "OPTIONS": _asked("OPTIONS", 200, ("Allow", "INVITE.*BYE"), ("Accept", "application/sdp")),
    "a method that we know and do not take": _asked("PUBLISH", 405, ("Allow", "INVITE")),
    "a method nobody knows": _asked("JUMP", 501),
    "a BYE of no call": _asked("BYE", 481, to=";tag=nothing"),
    "a CANCEL of nothing": _asked("CANCEL", 481),
    "an INFO of no call": _asked("INFO", 481, to=";tag=nothing"),
    "an extension that we lack": _refused(420, ("Unsupported", "teleport"), headers="Require: teleport"),
    "a body that is no session": _refused(415, ("Accept", "application/sdp"), body="hello", content="text/plain"),
    "audio that we do not know": _refused(488, body=_UNKNOWN_CODEC),
    "no audio at all": _refused(488, body=session(media="m=video 4000 RTP/AVP 96\na=rtpmap:96 H264/90000\n")),
    "encrypted audio": _refused(488, body=session(media="m=audio 4000 RTP/SAVP 0\n")),
    "a description that is none": _refused(400, body="this is not SDP"),
    "a URI that we cannot be": (
        request("INVITE", 1, body=OFFER, to="", uri="http://example.com/"),
        receive(416),
        refused_ack(),
    ),
}


@pytest.mark.parametrize("title", ASKED)
async def test_due_answer_to(title: str, application: Application, sipp: SippBench) -> None:
    await (await sipp.calls(application.address, scenario(title, *ASKED[title]))).succeeds()
    assert application.told(LegArrived) == []


async def test_while_draining_pings_and_calls_get_503_and_calls_in_progress_go_on(
    application: Application, sipp: SippBench
) -> None:
    talking = await sipp.calls(application.address, scenario("talks on", invite(), answered(), *hung_up_on()))
    leg = await application.answered()
    application.send(Drain(True))
    ping = await sipp.calls(application.address, scenario("a ping", *_asked("OPTIONS", 503)))
    await ping.succeeds()
    turned_away = await sipp.calls(
        application.address, scenario("a call too late", *_refused(503, ("Retry-After", "[1-9]")))
    )
    await turned_away.succeeds()
    application.send(Drain(False))
    again = await sipp.calls(application.address, scenario("a ping", *_asked("OPTIONS", 200)))
    await again.succeeds()
    application.send(HangUp(leg))
    await talking.succeeds()
    assert len(application.told(LegArrived)) == 1


async def test_the_call_beyond_the_last_place_gets_503_and_when_to_come_again(start: Start, sipp: SippBench) -> None:
    application = await start(settings(admission=AdmissionLimits(calls=1, lateness=10.0, media_lateness=10.0)))
    first = await sipp.calls(application.address, scenario("has the place", invite(), answered(), *hung_up_on()))
    leg = await application.answered()
    second = await sipp.calls(application.address, scenario("one too many", *_refused(503, ("Retry-After", "[1-9]"))))
    await second.succeeds()
    application.send(HangUp(leg))
    await first.succeeds()


async def test_a_source_that_calls_too_often_is_held_back_and_others_are_not(start: Start, sipp: SippBench) -> None:
    application = await start(
        settings(admission=AdmissionLimits(rate_of_one_source=1, lateness=10.0, media_lateness=10.0))
    )
    call = scenario("one of many", invite(), answered(), hang_up(2))
    for _ in range(2):  # a burst of two seconds' worth is let through
        await (await sipp.calls(application.address, call)).succeeds()
    held_back = scenario("too many", *_refused(503, ("Retry-After", "[1-9]")))
    await (await sipp.calls(application.address, held_back)).succeeds()
    await (await sipp.calls(application.address, call, at="127.0.0.2")).succeeds()
    assert len(application.told(LegArrived)) == 3


async def test_a_source_that_is_not_allowed_hears_nothing(start: Start, sipp: SippBench) -> None:
    application = await start(EdgeSettings("127.0.0.1", 0, allowed_sources=("192.0.2.0/24",)))
    unheard = scenario("silence", request("OPTIONS", 1, to="", retransmitted=False), pause(700))
    await (await sipp.calls(application.address, unheard)).succeeds()
