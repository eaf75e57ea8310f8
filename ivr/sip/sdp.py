"""Session descriptions (RFC 8866), as far as one audio stream needs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from ivr.sip.fault import SipFault

MAXIMUM_BYTES = 16_000
#: More streams than any telephone offers: beyond this it is an attack on our ports (300 m= lines were seen).
MAXIMUM_STREAMS = 8
MAXIMUM_FORMATS = 64


class Direction(Enum):
    """Who sends, as seen by the writer of the description."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        return self in (Direction.SENDRECV, Direction.RECVONLY)

    @staticmethod
    def of(*, sends: bool, receives: bool) -> Direction:
        """The direction with these two halves."""
        if sends:
            return Direction.SENDRECV if receives else Direction.SENDONLY
        return Direction.RECVONLY if receives else Direction.INACTIVE


@dataclass(frozen=True, slots=True)
class Stream:
    """One `m=` section. `formats` are payload types as text; `rtpmap` gives those that are named, as written there."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    address: str | None = None
    rtpmap: tuple[tuple[str, str], ...] = ()
    fmtp: tuple[tuple[str, str], ...] = ()
    direction: Direction = Direction.SENDRECV
    ptime: int | None = None
    maxptime: int | None = None
    rtcp_port: int | None = None  # RFC 3605
    rtcp_mux: bool = False  # RFC 5761

    def encoding(self, payload_type: str) -> str | None:
        """`PCMU/8000` and the like, in upper case; None if the format is not named."""
        return next((name.upper() for key, name in self.rtpmap if key == payload_type), None)


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """A whole description. `address` is the connection address of every stream without its own: an IPv4 or IPv6
    literal, in theirs perhaps a name."""

    session_id: int
    version: int
    address: str
    streams: tuple[Stream, ...]

    def serialise(self) -> bytes:
        """The body of a message, `application/sdp`."""
        where = f"IN {'IP6' if ':' in self.address else 'IP4'} {self.address}"
        lines = ["v=0", f"o=- {self.session_id} {self.version} {where}", "s=-", f"c={where}", "t=0 0"]
        for stream in self.streams:
            lines.append(f"m={stream.kind} {stream.port} {stream.protocol} {' '.join(stream.formats)}")
            if stream.port:
                lines += [f"a=rtpmap:{key} {name}" for key, name in stream.rtpmap]
                lines += [f"a=fmtp:{key} {value}" for key, value in stream.fmtp]
                lines += [f"a=ptime:{stream.ptime}"] if stream.ptime else []
                lines += ["a=rtcp-mux"] if stream.rtcp_mux else []
                lines.append(f"a={stream.direction.value}")
        return "\r\n".join([*lines, ""]).encode("utf-8", "surrogateescape")


@lru_cache(maxsize=32)  # an offer is looked at twice before it is answered, and often repeated
def parse_sdp(body: bytes) -> SessionDescription:
    """Read a description. Raises SipFault: 400 where it is not one, 488 where it is more than we take."""
    if len(body) > MAXIMUM_BYTES:
        raise SipFault(488, "SDP too large")
    address: str | None = None
    session_direction = Direction.SENDRECV
    streams: list[Stream] = []
    for raw in body.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n"):
        line = raw.strip()
        if not line:
            continue
        key, equals, value = line[0], line[1:2], line[2:].strip()
        if equals != "=":
            raise SipFault(400, "SDP line")
        if key == "m":
            if len(streams) == MAXIMUM_STREAMS:
                raise SipFault(488, "too many streams")
            streams.append(replace(_stream(value), address=address, direction=session_direction))
        elif key == "c":
            connection = _connection(value)
            if streams:
                streams[-1] = replace(streams[-1], address=connection)
            else:
                address = connection
        elif key == "a" and streams:
            streams[-1] = _attribute(streams[-1], value)
        elif key == "a" and value in Direction._value2member_map_:
            session_direction = Direction(value)
    return SessionDescription(0, 0, address or "", tuple(streams))


def _stream(value: str) -> Stream:
    fields = value.split()
    port = fields[1].partition("/")[0] if len(fields) >= 4 else ""
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65535:
        raise SipFault(400, "m= line")
    if len(fields) > 3 + MAXIMUM_FORMATS:
        raise SipFault(488, "too many formats")
    return Stream(fields[0].lower(), int(port), fields[2].upper(), tuple(fields[3:]))


def _connection(value: str) -> str:
    fields = value.split()
    if len(fields) < 3:
        raise SipFault(400, "c= line")
    return fields[2].partition("/")[0]


def _attribute(stream: Stream, value: str) -> Stream:
    if value in Direction._value2member_map_:
        return replace(stream, direction=Direction(value))
    name, _, rest = value.partition(":")
    if name == "rtpmap":
        key, _, encoding = rest.strip().partition(" ")
        known = key in stream.formats and key not in dict(stream.rtpmap)
        return replace(stream, rtpmap=(*stream.rtpmap, (key, encoding.strip()))) if known else stream
    if name == "ptime":
        return replace(stream, ptime=_number(rest, 200) or stream.ptime)
    if name == "maxptime":
        return replace(stream, maxptime=_number(rest, 1000) or stream.maxptime)
    if name == "rtcp-mux":
        return replace(stream, rtcp_mux=True)
    if name == "rtcp":
        port, _, elsewhere = rest.strip().partition(" ")
        # RTCP to another host than RTP is not for us: it would be a way to have strangers sent our reports.
        return stream if elsewhere else replace(stream, rtcp_port=_number(port, 65535))
    return stream


def _number(text: str, highest: int) -> int | None:
    """A whole number from 1 to `highest`, None for anything else (`ptime:20.0` of old phones is read as 20)."""
    text = text.strip().partition(".")[0]
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return found if 0 < found <= highest else None
