"""Hostile datagrams, in the spirit of RFC 4475: none stops the edge, none costs it a port, most are answered."""

from __future__ import annotations

import random

import pytest

from ivr.messages import LegArrived
from tests.sip.bench import SDP, Bench, request

_n = random.Random(1)
_invite = request("INVITE", body=SDP)

#: What each datagram is answered with last; 0 for silence.
HOSTILE: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 0),
    "keep-alive": (b"\r\n\r\n", 0),
    "four NULs": (b"\0\0\0\0", 0),
    "one byte": (b"I", 0),
    "noise of 1 kB": (_n.randbytes(1024), 0),
    "noise of 8 kB": (_n.randbytes(8192), 0),
    "60 kB of A": (b"A" * 60_000, 0),
    "padded to 64 kB": (request("INVITE", body=SDP, extra="X-Pad: " + "a" * 64_000 + "\r\n"), 513),
    "500 headers": (request("INVITE", body=SDP, extra="".join(f"X-{i}: {i}\r\n" for i in range(500))), 513),
    "7 kB header": (request("INVITE", body=SDP, extra="X-Big: " + "b" * 7000 + "\r\n"), 180),
    "request line only": (b"INVITE sip:x@y SIP/2.0\r\n\r\n", 0),
    "no version": (b"INVITE sip:ivr@127.0.0.1\r\n\r\n", 0),
    "60 hops": (_invite.replace(b"Max-", b"Via: SIP/2.0/UDP a:1;branch=z9hG4bKa\r\n" * 60 + b"Max-"), 180),
    "90 hops": (_invite.replace(b"Max-", b"Via: SIP/2.0/UDP a:1;branch=z9hG4bKa\r\n" * 90 + b"Max-"), 0),
    "IPv6 hop": (_invite.replace(b"192.0.2.9:5062;branch", b"[2001:db8::1]:5062;branch"), 180),
    "port 99999 in Via": (_invite.replace(b"9:5062;branch", b"9:99999;branch"), 0),
    "NUL in a header": (request("INVITE", body=SDP, extra="X-Nul: a\0b\r\n"), 180),
    "no branch": (_invite.replace(b";branch=z9hG4bK-call-1-INVITE-1", b""), 180),
    "SDP of noise": (request("INVITE", body=_n.randbytes(300)), 400),
    "SDP without m=": (request("INVITE", body=SDP.partition("m=")[0]), 488),
    "SDP port 99999999": (request("INVITE", body=SDP.replace("31000", "99999999")), 400),
    "SDP port 0": (request("INVITE", body=SDP.replace("31000", "0")), 488),
    "SDP short o=": (request("INVITE", body=SDP.replace("o=u 1 1 IN IP4 192.0.2.9", "o=u")), 180),
    "SDP hostile address count": (
        request("INVITE", body=SDP.replace("IP4 192.0.2.9\r\nt", "IP4 192.0.2.9/127/2147483647\r\nt")),
        180,
    ),
    "SDP rtpmap before m=": (request("INVITE", body=SDP.replace("m=", "a=rtpmap:0 PCMU/8000\r\nm=")), 180),
    "300 streams": (request("INVITE", body=SDP + "m=audio 9 RTP/AVP 0\r\n" * 300), 488),
    "5000 formats": (request("INVITE", body=SDP.replace("0 8 101", " ".join(["0"] * 5000))), 488),
    "multipart": (request("INVITE", body=f"--b\r\n\r\n{SDP}--b--", content_type="multipart/mixed;boundary=b"), 415),
    "gzip": (request("INVITE", body=SDP, extra="Content-Encoding: gzip\r\n"), 415),
    "unknown method": (request("!interesting-Method0123456789_*+`.%indeed'~"), 501),
    "angle brackets round the URI": (request("INVITE", body=SDP, uri="<sip:ivr@127.0.0.1>"), 400),
    "status 4294967301": (b"SIP/2.0 4294967301 better not break\r\nVia: SIP/2.0/UDP a\r\nCall-ID: q\r\n\r\n", 0),
    "response without a status": (b"SIP/2.0\r\nCall-ID: qqqqqqqqqqqq\r\n\r\n", 0),
    "bye without headers": (b"BYE sip:x@y SIP/2.0\r\n\r\n", 0),
    "stray ACK": (request("ACK"), 0),
    "stray CANCEL": (request("CANCEL"), 481),
    "nested quotes without end": (_invite.replace(b"Max-", b"Contact: " + b'"' * 999 + b"\r\nMax-"), 400),
    "a thousand brackets": (_invite.replace(b"To: <", b"To: " + b"<" * 1000), 400),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_datagram_is_survived(name: str) -> None:
    data, status = HOSTILE[name]
    bench = Bench()
    bench.receive(data)
    answered = int(bench.wire.raw[-1].split()[1]) if bench.wire.raw else 0
    assert answered == status
    assert bench.count(LegArrived) == (status == 180)
    assert len(bench.media.open) == (status == 180)
    leg, _ = bench.established(call_id="good") if status != 180 else (bench.last(LegArrived).leg, "")
    bench.agent.legs[leg].hang_up()
    assert not bench.media.open


def test_a_flood_of_bad_calls_costs_no_port() -> None:
    bench = Bench(ports=3)
    for number in range(200):
        bench.receive(request("INVITE", body=SDP.replace("0 8 101", "18"), call_id=f"flood-{number}"))
    assert not bench.media.open
    assert bench.established()
