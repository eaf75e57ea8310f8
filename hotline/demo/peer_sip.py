"""The little of SIP and SDP that a telephone needs: written apart from `ivr.sip`, so that neither hides the other's
mistakes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.media.codec import Codec

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_ADDRESSES = re.compile(r"sips?:(?:[^@>;]*@)?([^:;>]+)(?::(\d+))?")
_EVENTS = "telephone-event"


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response. Header names are lower-case."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """The method of a request, or the one that a response answers."""
        return self.start.split()[0] if not self.status else self.get("cseq").split()[-1]

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of that name, in order."""
        return [value for own, value in self.headers if own == name]


def parse(data: bytes) -> Message | None:
    """The message in a datagram, None if it is none."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((_COMPACT.get(n.strip().lower(), n.strip().lower()), value.strip()) for n, _, value in pairs)
    message = Message(start, headers, body)
    if not re.match(r"SIP/2\.0 [1-6]\d\d|[A-Z]+ \S+ SIP/2\.0$", start) or len(message.get("cseq").split()) != 2:
        return None
    return message


def build(start: str, headers: list[tuple[str, str]], body: str = "") -> bytes:
    """The datagram of a message; a body is SDP."""
    whole = [*headers, ("Content-Type", "application/sdp")] if body else headers
    lines = [start, *(f"{name}: {value}" for name, value in whole), f"Content-Length: {len(body.encode())}", "", body]
    return "\r\n".join(lines).encode()


def reply(
    request: Message, status: int, reason: str, tag: str, own: Sequence[tuple[str, str]], body: str = ""
) -> bytes:
    """The response to a request, with headers of our `own`; our tag is added to To where it has none."""
    to = request.get("to")
    headers = [("Via", via) for via in request.all("via")]
    headers += [("Record-Route", route) for route in request.all("record-route")]
    headers += [
        ("From", request.get("from")),
        ("To", to if ";tag=" in to else f"{to};tag={tag}"),
        ("Call-ID", request.get("call-id")),
        ("CSeq", request.get("cseq")),
        *own,
    ]
    return build(f"SIP/2.0 {status} {reason}", headers, body)


@dataclass(slots=True)
class Dialog:
    """Our side of one call."""

    call_id: str
    local: str  # From or To of ours, with tag
    remote: str
    target: str  # where requests inside the dialog are addressed
    routes: list[str] = field(default_factory=list)
    sequence: int = 1

    def request(self, method: str, via: str, contact: str, body: str = "") -> bytes:
        """A request inside, or at the beginning of, this dialog."""
        headers = [("Via", f"{via};branch=z9hG4bK{secrets.token_hex(8)};rport"), ("Max-Forwards", "70")]
        headers += [("Route", route) for route in self.routes]
        headers += [
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.sequence} {method}"),
            ("Contact", contact),
        ]
        return build(f"{method} {self.target} SIP/2.0", headers, body)

    @property
    def next_hop(self) -> tuple[str, int]:
        """Where a datagram of this dialog goes."""
        return address_of(self.routes[0] if self.routes else self.target)


def address_of(uri: str) -> tuple[str, int]:
    """Host and port of a SIP URI, with or without angle brackets. Raises ValueError if it is none."""
    found = _ADDRESSES.search(uri)
    if found is None:
        raise ValueError(f"not a SIP URI: {uri}")
    return found[1], int(found[2] or 5060)


def uri_of(header: str) -> str:
    """The URI in a From, To, Contact or Record-Route header."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header.split(";")[0].strip()


def branch_of(message: Message) -> str:
    """The transaction's id, from the topmost Via; a CANCEL has its INVITE's."""
    return message.get("via").partition("branch=")[2].split(";")[0]


def listed(headers: list[str]) -> list[str]:
    """The entries of headers that may each carry several, separated by commas."""
    return [entry.strip() for header in headers for entry in header.split(",") if entry.strip()]


@dataclass(frozen=True, slots=True)
class Session:
    """What a session description says of the audio. `sends` is whether its author will take audio from us."""

    address: str
    port: int
    codecs: tuple[Codec, ...]
    event_payload_type: int | None
    takes: bool


def read_session(sdp: str) -> Session | None:
    """The audio of a description, None if there is none."""
    media = re.search(r"^m=audio (\d+) RTP/AVP ([\d ]+)", sdp, re.MULTILINE)
    connections: list[str] = re.findall(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    if media is None or not connections:
        return None
    offered = [int(number) for number in media[2].split()]
    codecs = tuple(codec for number in offered for codec in Codec if codec.payload_type == number)
    events = re.search(rf"^a=rtpmap:(\d+) {_EVENTS}/8000", sdp, re.MULTILINE)
    takes = re.search(r"^a=(sendonly|inactive)", sdp, re.MULTILINE) is None
    return Session(connections[-1], int(media[1]), codecs, int(events[1]) if events else None, takes)


def write_session(address: str, port: int, codec: Codec, event_payload_type: int) -> str:
    """A description that offers, or answers with, one codec and key presses."""
    lines = (
        "v=0",
        f"o=- {secrets.randbits(31)} 1 IN IP4 {address}",
        "s=-",
        f"c=IN IP4 {address}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {codec.payload_type} {event_payload_type}",
        f"a=rtpmap:{codec.payload_type} {codec.encoding_name}/{codec.clock_rate}",
        f"a=rtpmap:{event_payload_type} {_EVENTS}/8000",
        f"a=fmtp:{event_payload_type} 0-15",
        "a=ptime:20",
        "a=sendrecv",
    )
    return "\r\n".join(lines) + "\r\n"
