"""The SIP messages of the bench's telephones, as text: what they say and what they make of an answer.

They are no user agent: they know as much of RFC 3261 as a caller needs who behaves well, and they must cost little.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

Address = tuple[str, int]

_HEADER = re.compile(rb"^(To|t|Contact|m|Call-ID|i|CSeq)[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_URI = re.compile(r"<([^>]*)>")
_AUDIO = re.compile(rb"^m=audio (\d+)", re.MULTILINE)
_KEPT = re.compile(rb"^(Via|v|From|f|To|t|Call-ID|i|CSeq)[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)
_LONG = {b"t": b"to", b"m": b"contact", b"i": b"call-id"}


@dataclass(frozen=True, slots=True)
class Answered:
    """A response: its status, which request it answers, and what it adds to the dialog. `audio` is the port of its
    session description, 0 without one."""

    status: int
    call: str
    method: str
    number: int
    to: str
    target: str
    audio: int


def read_response(data: bytes) -> Answered | None:
    """None if that is no response to a request of a call."""
    if not data.startswith(b"SIP/2.0 ") or not data[8:11].isdigit():
        return None
    headers = {_LONG.get(name.lower(), name.lower()): value for name, value in _HEADER.findall(data)}
    number, _, method = headers.get(b"cseq", b"").decode().partition(" ")
    if b"call-id" not in headers or not number.isdigit():
        return None
    contact = headers.get(b"contact", b"").decode()
    uri = _URI.search(contact)
    audio = _AUDIO.search(data)
    return Answered(
        int(data[8:11]),
        headers[b"call-id"].decode(),
        method.strip(),
        int(number),
        headers.get(b"to", b"").decode(),
        uri[1] if uri else contact,
        int(audio[1]) if audio else 0,
    )


def respond(data: bytes, status: int, reason: str) -> bytes:
    """A response without a body to the request in `data`."""
    kept = [line[0].rstrip(b"\r") for line in re.finditer(_KEPT, data)]
    return b"\r\n".join([f"SIP/2.0 {status} {reason}".encode(), *kept, b"Content-Length: 0", b"", b""])


@dataclass(slots=True)
class Dialog:
    """One call as the telephone that makes it sees it. `audio` is where it wants to hear."""

    host: str
    port: int
    audio: int
    hotline: Address
    name: str = field(default_factory=lambda: secrets.token_hex(12))
    to: str = ""
    target: str = ""
    number: int = 1

    def __post_init__(self) -> None:
        self.target = f"sip:hotline@{self.hotline[0]}:{self.hotline[1]}"
        self.to = f"<sip:hotline@{self.hotline[0]}>"

    def invite(self) -> bytes:
        """INVITE with an offer of G.711 mu-law and keys; within the dialog, if `to` has a tag by now."""
        body = (
            f"v=0\r\no=bench 1 {self.number} IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.audio} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-15\r\na=sendrecv\r\n"
        )
        return self._request("INVITE", self.number, "INVITE", body)

    def ack(self, number: int) -> bytes:
        """ACK of a 2xx to the INVITE of that CSeq number: a transaction of its own."""
        return self._request("ACK", number, "ACK")

    def ack_refusal(self, answered: Answered) -> bytes:
        """ACK of a final response of 300 and above: part of the INVITE's own transaction."""
        return self._request("ACK", answered.number, "INVITE", to=answered.to)

    def cancel(self) -> bytes:
        """CANCEL of the INVITE under way."""
        return self._request("CANCEL", self.number, "INVITE")

    def bye(self) -> bytes:
        """BYE, as the next request of the dialog."""
        self.number += 1
        return self._request("BYE", self.number, "BYE")

    def _request(self, method: str, number: int, transaction: str, body: str = "", to: str = "") -> bytes:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} {self.target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK{self.name}{number}{transaction};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:+821000000000@{self.host}>;tag={self.name[:8]}\r\nTo: {to or self.to}\r\n"
            f"Call-ID: {self.name}\r\nCSeq: {number} {method}\r\nContact: <sip:bench@{self.host}:{self.port}>\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
