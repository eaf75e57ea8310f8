"""What we put on the wire, judged by tshark: nothing malformed, nothing lost, and the same figures as ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.messages import (
    Answer,
    Bridge,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    Refer,
    ReferEnded,
    ReportTransfer,
    SendDigits,
    TransferAsked,
)
from ivr.sip.settings import Trunk
from tests.live.peers import tshark
from tests.live.peers.application import PROMPT, Application, settings
from tests.live.peers.capture import Capture
from tests.live.peers.conftest import Start
from tests.live.peers.recording_phone import RawPeer, RecordingPhone
from tests.live.peers.scenario import ack, answered, hang_up, invite, keep, receive, request, respond, scenario
from tests.live.peers.sipp import SippBench
from tests.live.peers.test_sipp_asks import ASKED
from tests.live.peers.test_sipp_calls_us import CALLS
from tests.live.peers.test_sipp_in_a_call import INSIDE
from tests.media.sounds import babble

pytestmark = pytest.mark.live

_REQUEST = """\
{method} sip:hotline@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP {here};branch=z9hG4bK-{number};rport
Max-Forwards: 70
From: "M\u00fcller, \\"Kim\\"" <sip:caller@127.0.0.1>;tag=f{number}
To: <sip:hotline@127.0.0.1>{to}
Call-ID: odd-{number}@127.0.0.1
CSeq: 1 {method}
Contact: <sip:caller@{here}>
{more}Content-Length: {length}

{body}"""

#: Requests that are refused, each for another reason: method, tag of To, headers, body.
_ODD = (
    ("OPTIONS", "", "", ""),
    ("JUMP", "", "", ""),
    ("PUBLISH", "", "", ""),
    ("BYE", ";tag=none", "", ""),
    ("INVITE", "", "Require: teleport, levitate\n", ""),
    ("INVITE", "", "Content-Type: text/plain\n", "hello"),
    ("INVITE", "", "Content-Type: application/sdp\n", "v=0\n"),
    ("INVITE", "", "Session-Expires: 10\nSupported: timer\n", ""),
)


@pytest.fixture
async def capture() -> Capture:
    return Capture()


@pytest.fixture
async def caller(capture: Capture) -> AsyncIterator[RecordingPhone]:
    phone = RecordingPhone("+821055501234", capture)
    await phone.start()
    yield phone
    await phone.stop()


@pytest.fixture
async def agent(capture: Capture) -> AsyncIterator[RecordingPhone]:
    phone = RecordingPhone("agent", capture, auto_answer_after=0.0)
    await phone.start()
    yield phone
    await phone.stop()


async def test_a_whole_call(
    capture: Capture, caller: RecordingPhone, agent: RecordingPhone, application: Application, tmp_path: Path
) -> None:
    application.plays = (PROMPT,)
    await caller.call(f"sip:hotline@127.0.0.1:{application.address[1]}")
    leg = await application.answered()
    await caller.silence(1.0)
    application.send(SendDigits(leg, "7#"))
    await caller.silence(1.0)
    other = application.dial(agent.uri)
    await application.until(LegAnswered, other)
    application.send(Bridge(leg, other))
    await asyncio.gather(caller.say(babble(1.5, 1)), agent.say(babble(1.5, 2)))
    await caller.silence(3.5)  # the first reports of RTCP are due within five seconds (RFC 3550, 6.2)
    application.send(Refer(leg, "sip:elsewhere@127.0.0.1:9"))
    await application.until(ReferEnded, leg)
    application.send(HangUp(leg))
    await caller.wait_for_end()
    await agent.hang_up()
    await application.until(LegEnded, other)

    file = capture.write(tmp_path / "call.pcap")
    assert await tshark.faults(file) == []
    seen = await tshark.protocols(file)
    assert {"sip", "sdp", "rtp", "rtpevent", "rtcp"} <= set(seen)
    streams = {stream.destination_port: stream for stream in await tshark.rtp_streams(file)}
    for name, phone in ((leg, caller), (other, agent)):
        ours, theirs = (await application.ended(name)).media, streams[phone.audio.port]
        assert theirs.lost == 0
        assert theirs.packets == pytest.approx(ours.packets_sent, abs=3)  # one may leave while the figures are taken
        assert "G722" in theirs.payload.upper().replace(".", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_every_refusal(host: str, capture: Capture, start: Start, tmp_path: Path) -> None:
    application = await start(settings(host))
    peer = RawPeer(capture, application.address)
    answers = []
    for number, (method, to, more, body) in enumerate(_ODD):
        fields = {"method": method, "to": to, "more": more, "body": body, "number": str(number), "here": "{here}"}
        length = len(body.replace("\n", "\r\n"))
        answers.append(await peer.ask(_REQUEST.format(length=length, **fields)))
    peer.close()
    assert [answer.split()[1] for answer in answers] == ["200", "501", "405", "481", "420", "415", "488", "422"]
    file = capture.write(tmp_path / "refusals.pcap")
    assert await tshark.faults(file) == []
    assert (await tshark.protocols(file))["sip"] == len(_ODD)


async def test_what_sipp_is_told_in_all_its_calls(
    capture: Capture, application: Application, sipp: SippBench, tmp_path: Path
) -> None:
    """Every scenario that needs nobody's help, all at once."""
    inside = {title: (invite(), answered(), steps, hang_up(30)) for title, steps in INSIDE.items()}
    callers = [
        await sipp.calls(application.address, scenario(title, *steps))
        for title, steps in (CALLS | inside | ASKED).items()
    ]
    await asyncio.gather(*(caller.succeeds() for caller in callers))
    for number, caller in enumerate(callers):
        for place, datagram in enumerate(caller.received):
            capture.add(number + place / 100, application.address, caller.address, datagram)
    file = capture.write(tmp_path / "sipp.pcap")
    assert await tshark.faults(file) == []
    assert (await tshark.protocols(file))["sip"] == len(capture.packets) > 2 * len(callers)


async def test_a_transfer_and_reliable_ringing(
    capture: Capture, application: Application, sipp: SippBench, tmp_path: Path
) -> None:
    """REFER's NOTIFYs and a 180 that wants its PRACK."""
    application.answers = False
    caller = await sipp.calls(
        application.address,
        scenario(
            "transfer after reliable ringing",
            invite(headers="Require: 100rel\nSupported: timer\nSession-Expires: 90"),
            receive(100, optional=True),
            receive(180, keep("rseq", "RSeq", "[0-9]+"), routes=True),
            request("PRACK", 2, headers="RAck: [$rseq] 1 INVITE", uri="[next_url]"),
            receive(200),
            receive(200, routes=True),
            ack(),
            request("REFER", 3, headers="Refer-To: <sip:x@127.0.0.1:9>", uri="[next_url]"),
            receive(202),
            receive("NOTIFY"),
            respond(200),
            receive("NOTIFY"),
            respond(200),
            hang_up(4),
        ),
    )
    arrived = await application.until(LegArrived)
    await asyncio.sleep(0.3)
    application.send(Answer(arrived.leg))
    asked = await application.until(TransferAsked)
    application.send(ReportTransfer(asked.leg, 603))
    await caller.succeeds()
    for place, datagram in enumerate(caller.received):
        capture.add(place / 100, application.address, caller.address, datagram)
    file = capture.write(tmp_path / "transfer.pcap")
    assert await tshark.faults(file) == []
    assert len(capture.packets) >= 7


async def test_a_registration_with_its_proof(capture: Capture, start: Start, tmp_path: Path) -> None:
    registrar = RawPeer(capture, ("127.0.0.1", 9))
    provider = Trunk("127.0.0.1", registrar.address[1], "hotline", "secret", register=True)
    application = await start(settings(trunks=(provider,)))
    asked = await registrar.hear()
    await registrar.say(
        _answer(asked, "401 Unauthorized", 'WWW-Authenticate: Digest realm="r, s", nonce="n", qop="auth"\n'),
        application.address,
    )
    proved = await registrar.hear()
    await registrar.say(_answer(proved, "200 OK", "Expires: 60\n"), application.address)
    assert "Authorization: Digest " in proved
    registrar.close()
    file = capture.write(tmp_path / "registration.pcap")
    assert await tshark.faults(file) == []
    assert (await tshark.protocols(file))["sip"] == 2


def _answer(request: str, status: str, more: str) -> str:
    kept = [
        line
        for line in request.splitlines()
        if line.split(":")[0] in ("Via", "From", "Call-ID", "CSeq", "To", "Contact")
    ]
    lines = [line + ";tag=r" if line.startswith("To:") else line for line in kept]
    return f"SIP/2.0 {status}\n" + "\n".join(lines) + f"\n{more}Content-Length: 0\n\n"
