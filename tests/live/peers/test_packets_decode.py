"""What we put on the wire, judged by tshark: nothing malformed, nothing lost, and the same figures as ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.messages import Bridge, HangUp, LegAnswered, LegEnded, Refer, ReferEnded, SendDigits
from ivr.sip.settings import Trunk
from tests.live.peers import tshark
from tests.live.peers.application import PROMPT, Application, settings
from tests.live.peers.capture import Capture
from tests.live.peers.conftest import Start
from tests.live.peers.recording_phone import RawPeer, RecordingPhone
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
        assert theirs.packets == ours.packets_sent
        assert "G722" in theirs.payload.upper().replace(".", "")


async def test_every_refusal(capture: Capture, application: Application, tmp_path: Path) -> None:
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
