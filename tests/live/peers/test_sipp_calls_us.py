"""SIPp as the caller: how a call begins, is answered, repeated, given up, refused."""

from __future__ import annotations

import asyncio

import pytest

from hotline.demo.peer_audio import similarity
from ivr.media.clips import read_clip
from ivr.media.codec import Codec
from ivr.messages import Answer, EndedBy, HangUp, LegAnswered, LegArrived, LegEnded, Reject
from prompts.prompt_library import packaged_audio
from tests.live.peers.application import PROMPT, Application, settings
from tests.live.peers.audio import Audio
from tests.live.peers.conftest import Start
from tests.live.peers.scenario import (
    OFFER,
    Step,
    ack,
    answered,
    hang_up,
    holds,
    hung_up_on,
    invite,
    keep,
    lacks,
    pause,
    receive,
    refused_ack,
    request,
    respond,
    ringing,
    says,
    scenario,
    send,
    session,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live

A_CALL = scenario(
    "a call that is answered and ended by the caller",
    invite(),
    answered(
        says("Contact", "<sip:[^>]+>"),
        says("To", ";tag=[^;]+"),
        says("Content-Type", "application/sdp"),
        holds("m=audio [0-9]+ RTP/AVP 0 101"),
    ),
    hang_up(2),
)

_COMPACT = """INVITE sip:hotline@[remote_ip]:[remote_port] SIP/2.0
v: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
f: <sip:caller@[local_ip]>;tag=[pid]caller[call_number]
t: <sip:hotline@[remote_ip]>
i: [call_id]
CSeq: 1 INVITE
m: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
k: replaces
c: application/sdp
l: [len]

"""
_FOLDED = """INVITE sip:hotline@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port]
[blank];branch=[branch]
[blank];rport
Max-Forwards: 70
From:
[blank]<sip:caller@[local_ip]>
[blank];tag=[pid]caller[call_number]
To: <sip:hotline@[remote_ip]>
Subject: a caller
[blank]with much to say
Call-ID: [call_id]
CSeq: 1
[blank]INVITE
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

"""
_PARTS = f"""--parts
Content-Type: text/plain

Good morning.
--parts
Content-Type: application/sdp
Content-Disposition: session

{OFFER}--parts--
"""

#: Calls that go well: answered, and ended by the caller.
CALLS: dict[str, tuple[Step | tuple[Step, ...], ...]] = {
    "begins without an offer": (
        invite(body=""),
        *ringing(),
        receive(200, holds("m=audio [0-9]+ RTP/AVP 9 [08] [80]"), holds("telephone-event/8000"), routes=True),
        ack(body=OFFER),
        hang_up(2),
    ),
    "writes its headers in the compact form": (send(_COMPACT + OFFER, retransmitted=True), answered(), hang_up(2)),
    "folds its header lines": (send(_FOLDED + OFFER, retransmitted=True), answered(), hang_up(2)),
    "brings its offer in a multipart body": (
        invite(body=_PARTS, content='multipart/mixed;boundary="parts"'),
        answered(holds("m=audio [1-9][0-9]* RTP/AVP 0 101")),
        hang_up(2),
    ),
    "comes through a NAT": (
        send(
            "INVITE sip:hotline@[remote_ip]:[remote_port] SIP/2.0\n"
            "Via: SIP/2.0/[transport] 192.0.2.1:5099;branch=[branch];rport\nMax-Forwards: 70\n"
            "From: <sip:caller@192.0.2.1>;tag=[pid]caller[call_number]\nTo: <sip:hotline@[remote_ip]>\n"
            "Call-ID: [call_id]\nCSeq: 1 INVITE\nContact: <sip:sipp@[local_ip]:[local_port]>\n"
            f"Content-Type: application/sdp\nContent-Length: [len]\n\n{OFFER}",
            retransmitted=True,
        ),
        receive(100, optional=True),
        receive(180, says("Via", "received=127[.]0[.]0[.]1"), says("Via", "rport=[1-9][0-9]+")),
        receive(200, routes=True),
        ack(),
        hang_up(2),
    ),
    "offers video and a fax beside its audio": (
        invite(
            body=session(
                media="m=video 4000 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
                "m=audio [audio_port] RTP/AVP 3 8 97\na=rtpmap:97 telephone-event/8000\n"
                "m=image 4002 udptl t38\n"
            )
        ),
        answered(holds("m=video 0 "), holds("m=audio [1-9][0-9]* RTP/AVP 8 97"), holds("m=image 0 ")),
        hang_up(2),
    ),
}


@pytest.mark.parametrize("title", CALLS)
async def test_a_call_is_taken_though_it(title: str, application: Application, sipp: SippBench) -> None:
    caller = await sipp.calls(application.address, scenario(title, *CALLS[title]))
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM
    assert len(application.told(LegAnswered)) == 1


@pytest.mark.parametrize(
    ("host", "transport"), [("127.0.0.1", "u1"), ("127.0.0.1", "t1"), ("::1", "u1"), ("::1", "t1")]
)
async def test_a_call_comes_by(host: str, transport: str, start: Start, sipp: SippBench) -> None:
    application = await start(settings(host))
    caller = await sipp.calls(application.address, A_CALL, transport=transport)
    await caller.succeeds()
    ended = await application.ended()
    assert (ended.by, ended.why) == (EndedBy.THEM, "")
    assert application.told(LegArrived)[0].dialled == "hotline"


async def test_the_caller_hears_the_prompt(application: Application, sipp: SippBench, audio: Audio) -> None:
    application.plays = (PROMPT,)
    audio.begin(Codec.PCMU, 101)
    listening = scenario("a caller who listens", invite(), answered(), pause(4000), hang_up(2))
    caller = await sipp.calls(application.address, listening, audio=audio.address)
    await caller.succeeds()
    ended = await application.ended()
    prompt = read_clip(packaged_audio() / PROMPT, 16_000)[: 3 * 16_000]
    assert similarity(prompt, audio.heard_pcm()) > 0.7
    assert ended.media.packets_sent == pytest.approx(200, abs=12)


async def test_an_invite_that_comes_twice_is_one_call(application: Application, sipp: SippBench) -> None:
    application.answers = False
    again = request("INVITE", 1, body=OFFER, to="", branch="z9hG4bK-[pid]-twice", retransmitted=False)
    twice = scenario("INVITE twice", again, *ringing(), again, *ringing(), receive(200, routes=True), ack(), hang_up(2))
    caller = await sipp.calls(application.address, twice, options=("-nr",))
    arrived = await application.until(LegArrived)
    await asyncio.sleep(0.3)
    application.send(Answer(arrived.leg))
    messages = await caller.succeeds()
    assert messages.count("SIP/2.0 180") == 2
    assert len(application.told(LegArrived)) == 1


async def test_the_200_is_repeated_until_its_ack_arrives(application: Application, sipp: SippBench) -> None:
    deaf = scenario(
        "the ACK is lost",
        invite(),
        *ringing(),
        receive(200, routes=True),
        ack(lost=True),
        pause(1800),
        ack(),
        hang_up(2),
    )
    caller = await sipp.calls(application.address, deaf)
    messages = await caller.succeeds()
    assert messages.count("SIP/2.0 200") >= 3 + 1  # three to the INVITE, one to the BYE
    assert (await application.ended()).by is EndedBy.THEM


async def test_a_caller_who_gives_up_while_it_rings_is_let_go(application: Application, sipp: SippBench) -> None:
    application.answers = False
    invitation = request("INVITE", 1, body=OFFER, to="", branch="z9hG4bK-[pid]-given-up")
    cancel = request("CANCEL", 1, to="", branch="z9hG4bK-[pid]-given-up")
    patient = scenario(
        "CANCEL after 180",
        invitation,
        *ringing(),
        cancel,
        receive(200, says("CSeq", "1 CANCEL")),
        receive(487, says("CSeq", "1 INVITE"), says("To", ";tag=")),
        refused_ack(),
    )
    caller = await sipp.calls(application.address, patient)
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM
    assert application.told(LegAnswered) == []


async def test_a_bye_before_the_answer_ends_the_call_too(application: Application, sipp: SippBench) -> None:
    application.answers = False
    early = scenario(
        "BYE in the early dialog",
        invite(),
        *ringing(),
        request("BYE", 2, retransmitted=False),
        receive(200, says("CSeq", "2 BYE")),
        receive(487, says("CSeq", "1 INVITE")),
        refused_ack(),
    )
    caller = await sipp.calls(application.address, early)
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM


async def test_two_byes_may_cross(application: Application, sipp: SippBench) -> None:
    crossing = scenario(
        "BYE crosses BYE",
        invite(),
        answered(),
        receive("BYE", keep("via", "Via"), keep("from", "From"), keep("to", "To"), keep("cseq", "CSeq")),
        request("BYE", 2, uri="[next_url]", retransmitted=False),
        receive(200),
        send(
            "SIP/2.0 200 OK\nVia:[$via]\nFrom:[$from]\nTo:[$to]\nCall-ID: [call_id]\nCSeq:[$cseq]\n"
            "Content-Length: 0\n\n"
        ),
    )
    caller = await sipp.calls(application.address, crossing)
    leg = await application.answered()
    await asyncio.sleep(0.1)
    application.send(HangUp(leg))
    await caller.succeeds()
    assert [ended.by for ended in application.told(LegEnded)] == [EndedBy.US]


async def test_a_bye_waits_for_the_ack(application: Application, sipp: SippBench) -> None:
    slow = scenario(
        "hung up on before the ACK",
        invite(),
        *ringing(),
        receive(200, routes=True),
        pause(300),
        ack(),
        hung_up_on(),
    )
    caller = await sipp.calls(application.address, slow)
    leg = await application.answered()
    application.send(HangUp(leg))
    await caller.succeeds()
    assert [ended.by for ended in application.told(LegEnded)] == [EndedBy.US]


@pytest.mark.parametrize("status", [404, 480, 486, 503, 603])
async def test_a_refusal_reaches_the_caller(status: int, application: Application, sipp: SippBench) -> None:
    application.answers = False
    refused = scenario(
        f"refused with {status}", invite(), *ringing(), receive(status, says("To", ";tag=")), refused_ack()
    )
    caller = await sipp.calls(application.address, refused)
    application.send(Reject((await application.until(LegArrived)).leg, status))
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.US


async def test_a_call_rings_until_the_application_answers(application: Application, sipp: SippBench) -> None:
    application.answers = False
    caller = await sipp.calls(application.address, A_CALL)
    arrived = await application.until(LegArrived)
    await asyncio.sleep(0.7)
    assert application.told(LegAnswered) == []
    application.send(Answer(arrived.leg))
    await caller.succeeds()


async def test_requests_follow_the_way_the_call_came(application: Application, sipp: SippBench) -> None:
    """SIPp stands for two proxies; the caller's own address leads nowhere."""
    routed = scenario(
        "Record-Route",
        invite(
            headers="Record-Route: <sip:[local_ip]:[local_port];lr>\n"
            "Record-Route: <sip:other.example.com;lr;r2=on>\n"
            "Subject: far away"
        ),
        receive(100, optional=True),
        receive(180, says("Record-Route", "<sip:127.0.0.1:[0-9]+;lr>")),
        receive(200, holds("Record-Route: *<sip:other[.]example[.]com;lr;r2=on>"), routes=True),
        ack(),
        receive(
            "BYE",
            holds("^BYE sip:sipp@127.0.0.1"),
            holds("Route: *<sip:127.0.0.1:[0-9]+;lr>.*<sip:other[.]example[.]com;lr;r2=on>"),
            lacks("Record-Route"),
        ),
        respond(200),
    )
    caller = await sipp.calls(application.address, routed)
    leg = await application.answered()
    await asyncio.sleep(0.1)
    application.send(HangUp(leg))
    await caller.succeeds()
