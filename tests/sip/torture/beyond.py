"""What RFC 4475 did not think of, or was seen since: noise, floods in one datagram, sizes, hostile offers."""

from __future__ import annotations

import random

from tests.sip.bench import SDP, request
from tests.sip.torture.case import Case, invite, message, plain

_n = random.Random(1)
_invite = request("INVITE", body=SDP)
_without_end = _invite.partition(b"\r\n\r\n")[0]


def _offer(old: str, new: str) -> bytes:
    assert old in SDP
    return request("INVITE", body=SDP.replace(old, new))


BEYOND = (
    Case("nothing", b"", 0),
    Case("a keep-alive", b"\r\n\r\n", 0),
    Case("a hundred keep-alives", b"\r\n\r\n" * 100, 0),
    Case("four NULs", b"\0\0\0\0", 0),
    Case("one byte", b"I", 0),
    Case("noise of 1 kB", _n.randbytes(1024), 0),
    Case("noise of 60 kB", _n.randbytes(60_000), 0),
    Case("60 kB of A", b"A" * 60_000, 0),
    Case("60 kB of line ends", b"\r\n" * 30_000, 0),
    Case("a STUN binding request", b"\0\1\0\0\x21\x12\xa4\x42" + _n.randbytes(12), 0),
    Case("an RTP packet", b"\x80\0" + _n.randbytes(170), 0),
    Case("a request of another protocol", b"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n", 0),
    Case("padded to 64 kB", request("INVITE", body=SDP, extra="X-Pad: " + "a" * 64_000 + "\r\n"), 513),
    Case("a body of 40 kB", request("INVITE", body=SDP + "a=x\r\n" * 8000), 513),
    Case("500 headers", request("INVITE", body=SDP, extra="".join(f"X-{i}: {i}\r\n" for i in range(500))), 513),
    Case("10,000 folded lines", _invite.replace(b"Content-T", b"X: y\r\n" + b" z\r\n" * 10_000 + b"Content-T"), 513),
    Case("a header of 7 kB", request("INVITE", body=SDP, extra="X-Big: " + "b" * 7000 + "\r\n"), 180),
    Case("a Call-ID of 9 kB", _invite.replace(b"Call-ID: ", b"Call-ID: " + b"c" * 9000), 400),
    Case("30,000 blanks in From", _invite.replace(b"From: <", b"From: a" + b" " * 30_000 + b"b <"), 0),
    Case("a line of 60 kB without a colon", _invite.replace(b"Max-", b"x" * 60_000 + b"\r\nMax-"), 0),
    Case("only a request line", b"INVITE sip:x@y SIP/2.0\r\n\r\n", 0),
    Case("a BYE without headers", b"BYE sip:x@y SIP/2.0\r\n\r\n", 0),
    Case("no version", b"INVITE sip:ivr@127.0.0.1\r\n\r\n", 0),
    Case("headers without an end", _without_end, 0),
    Case("cut in the middle of a header", _invite[:250], 0),
    Case("line ends of Unix", _invite.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n\n" + SDP.encode(), 180),
    Case("line ends mixed", _invite.replace(b"\r\nFrom", b"\nFrom").replace(b"\r\nContact", b"\nContact"), 180),
    Case("an empty line of Unix before one of the network", _without_end + b"\n\n" + SDP.encode() + b"\r\n\r\n", 180),
    Case("keep-alives before the request", b"\r\n\r\n\r\n" + _invite, 180),
    Case("60 hops", _invite.replace(b"Max-", b"Via: SIP/2.0/UDP a:1;branch=z9hG4bKa\r\n" * 60 + b"Max-"), 180),
    Case("1,000 hops", _invite.replace(b"Max-", b"Via: SIP/2.0/UDP a:1;branch=z9hG4bKa\r\n" * 1000 + b"Max-"), 0),
    Case("1,000 hops in a line", _invite.replace(b"Via: ", b"Via: " + b"SIP/2.0/UDP a:1," * 1000), 0),
    Case("a hop by IPv6", _invite.replace(b"192.0.2.9:5062;branch", b"[2001:db8::1]:5062;branch"), 180),
    Case("port 99999 in Via", _invite.replace(b"9:5062;branch", b"9:99999;branch"), 0),
    Case("port 0 in Via", _invite.replace(b"9:5062;branch", b"9:0;branch"), 0),
    Case("an rport of another alphabet", _invite.replace(b";rport", ";rport=²".encode()), 180),
    Case("no branch", _invite.replace(b";branch=z9hG4bK-call-1-INVITE-1", b""), 180),
    Case("a NUL in a header", request("INVITE", body=SDP, extra="X-Nul: a\0b\r\n"), 180),
    Case("a NUL in the method", _invite.replace(b"INVITE sip", b"INV\0ITE sip", 1), 400),
    Case("bytes that are no UTF-8", _invite.replace(b"sip:+8210", b"sip:\xff\xfe\xe9"), 180),
    Case("a Content-Length of 400 digits", _invite.replace(b"Length: ", b"Length: " + b"9" * 400), 400),
    Case("a Content-Length of letters", _invite.replace(b"Length: ", b"Length: x"), 400),
    Case("a status of 0", b"SIP/2.0 000 Nothing\r\nVia: SIP/2.0/UDP a\r\nCall-ID: qqqqq\r\n\r\n", 0),
    Case("a response without a status", b"SIP/2.0\r\nCall-ID: qqqqqqqqqqqq\r\n\r\n", 0),
    Case("a stray ACK", request("ACK"), 0),
    Case("a malformed ACK", request("ACK").replace(b"CSeq: 1", b"CSeq: x"), 0),
    Case("a stray CANCEL", request("CANCEL"), 481),
    Case("a stray PRACK", request("PRACK", extra="RAck: 1 1 INVITE\r\n"), 481),
    Case("a BYE with tags of nobody", request("BYE", to="<sip:hotline@192.0.2.1>;tag=nobody"), 481),
    Case("an INVITE with a tag of nobody", request("INVITE", body=SDP, to="<sip:hotline@192.0.2.1>;tag=no"), 481),
    Case("no Contact", request("INVITE", body=SDP, contact=""), 400),
    Case("a Contact of stars", request("INVITE", body=SDP, contact="Contact: *\r\n"), 400),
    Case("a Contact at port 0", request("INVITE", body=SDP, contact="Contact: <sip:a@b:0>\r\n"), 400),
    Case("quotes without end", _invite.replace(b"Max-", b"Contact: " + b'"' * 999 + b"\r\nMax-"), 400),
    Case("a thousand brackets", _invite.replace(b"To: <", b"To: " + b"<" * 1000), 400),
    Case("a user of escapes that are none", invite("bad-escapes", start="INVITE sip:%%%zz%@192.0.2.1 SIP/2.0"), 180),
    Case("a request URI of 20 kB", invite("uri", start=f"INVITE sip:{'a' * 20_000}@192.0.2.1 SIP/2.0"), 180),
    Case("a method of 100 letters", plain("A" * 100, "method"), 400),
    Case("a lower-case method is another method", plain("invite", "lower"), 501),
    Case("gzip", request("INVITE", body=SDP, extra="Content-Encoding: gzip\r\n"), 415),
    Case("a boundary that never comes", request("INVITE", body="x", content_type="multipart/mixed;boundary=b"), 400),
    Case("parts without a boundary", request("INVITE", body="x", content_type="multipart/mixed"), 415),
    Case(
        "10,000 parts",
        request("INVITE", body="--b\r\n\r\n" * 3000, content_type="multipart/mixed;boundary=b"),
        415,
    ),
    Case("an offer of noise", request("INVITE", body=_n.randbytes(300)), 400),
    Case("an offer without streams", request("INVITE", body=SDP.partition("m=")[0]), 488),
    Case("a stream at port 99999999", _offer("31000", "99999999"), 400),
    Case("a stream at a port of another alphabet", _offer("31000", "٣١٠٠٠"), 400),
    Case("a stream at port 0", _offer("31000", "0"), 488),
    Case("an origin cut short", _offer("o=u 1 1 IN IP4 192.0.2.9", "o=u"), 180),
    Case("two thousand million addresses", _offer("192.0.2.9\r\nt", "192.0.2.9/127/2147483647\r\nt"), 180),
    Case("an address that is a name", _offer("192.0.2.9\r\nt", "evil.example\r\nt"), 488),
    Case("an address of many", _offer("192.0.2.9\r\nt", "224.2.1.1/127\r\nt"), 488),
    Case("an attribute before its stream", _offer("m=", "a=rtpmap:0 PCMU/8000\r\nm="), 180),
    Case("a format beyond seven bits", _offer("0 8 101", "300 4294967296 -1"), 488),
    Case("a ptime of 5,000 digits", request("INVITE", body=SDP + f"a=ptime:000020{'0' * 5000}\r\n"), 180),
    Case("an rtpmap that is a riddle", request("INVITE", body=SDP + "a=rtpmap:101\r\na=rtpmap:\r\na=rtpmap\r\n"), 180),
    Case("300 streams", request("INVITE", body=SDP + "m=audio 9 RTP/AVP 0\r\n" * 300), 488),
    Case("5,000 formats", _offer("0 8 101", " ".join(["0"] * 5000)), 488),
    Case(
        "a header that would end the line in our answer",
        message(
            "OPTIONS sip:hotline@192.0.2.1 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bK-inject;rport",
            'From: "a\rX-Evil: 1" <sip:ann@192.0.2.9>;tag=1',
            "To: <sip:hotline@192.0.2.1>",
            "Call-ID: inject\rX-Evil: 2",
            "CSeq: 1 OPTIONS",
        ),
        200,
    ),
)
