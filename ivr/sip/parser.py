"""From a datagram to a message, in two steps, so that what cannot be understood can still be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.sip.address import parse_address
from ivr.sip.fault import SipFault, phrase
from ivr.sip.message import STRUCTURED, Header, Request, Response
from ivr.sip.text import split_outside
from ivr.sip.uri import Address
from ivr.sip.via import Via, parse_via

MAXIMUM_BYTES = 32_000
MAXIMUM_HEADERS = 200
MAXIMUM_HOPS = 70  # the usual Max-Forwards: no honest request has passed more proxies

#: Compact forms (RFC 3261, 7.3.3, and the extensions' own).
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "c": "content-type",
    "l": "content-length",
    "e": "content-encoding",
    "k": "supported",
    "s": "subject",
    "o": "event",
    "r": "refer-to",
    "b": "referred-by",
    "u": "allow-events",
    "x": "session-expires",
}
_METHOD = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,64}")
_STATUS = re.compile(r"[1-6]\d\d", re.ASCII)
_CSEQ = re.compile(r"(\d{1,10})\s+(\S+)", re.ASCII)
_LENGTH = re.compile(r"\d{1,9}", re.ASCII)
#: A control character inside a header could end a line in somebody else's parser when we echo it.
_CONTROLS = {code: " " for code in (*range(32), 127) if code != ord("\n")}


@dataclass(frozen=True, slots=True)
class Lines:
    """A datagram cut into its parts, nothing understood yet. Header names are long and lower case."""

    start: str
    headers: tuple[Header, ...]
    body: bytes

    @property
    def is_response(self) -> bool:
        return self.start[:4].upper() == "SIP/"

    def values(self, name: str) -> list[str]:
        """Every line of that header."""
        return [value for key, value in self.headers if key == name]


def read_lines(data: bytes) -> Lines:
    """Cut a datagram. Raises SipFault(0) where not even that is possible."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        head, end, body = data.partition(b"\n\n")
    if not end:
        raise SipFault(0, "no end of the headers")
    text = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").translate(_CONTROLS)
    lines = text.lstrip("\n").split("\n")
    headers: list[Header] = []
    for line in lines[1:]:
        if line[:1] == " " and headers:  # folded (RFC 3261, 7.3.1)
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise SipFault(0, "header without a colon")
        name = name.strip().lower()
        headers.append((_COMPACT.get(name, name), value.strip()))
    return Lines(lines[0].strip(), tuple(headers), body)


def understand(lines: Lines) -> Request | Response:
    """Make sense of the lines. Raises SipFault with the status to answer with, 0 for none."""
    parts = lines.start.split(None, 2)
    if len(parts) < 2 or (len(parts) < 3 and not lines.is_response):
        raise SipFault(0, "start line")
    vias = _vias(lines)
    size = len(lines.body) + sum(len(name) + len(value) + 4 for name, value in lines.headers)
    if size > MAXIMUM_BYTES or len(lines.headers) > MAXIMUM_HEADERS:
        raise SipFault(513, "too large")
    call_id = _single(lines, "call-id")
    from_, to = parse_address(_single(lines, "from")), parse_address(_single(lines, "to"))
    cseq = _CSEQ.fullmatch(_single(lines, "cseq"))
    if not call_id or cseq is None or int(cseq[1]) >= 2**31:
        raise SipFault(400, "Call-ID or CSeq")
    others = tuple(header for header in lines.headers if header[0] not in STRUCTURED)
    if lines.is_response:
        if not _STATUS.fullmatch(parts[1]):
            raise SipFault(0, "status code")
        status = int(parts[1])
        return Response(
            status=status,
            reason=parts[2] if len(parts) > 2 else phrase(status),
            method=cseq[2],
            vias=vias,
            from_=from_,
            to=to,
            call_id=call_id,
            cseq=int(cseq[1]),
            headers=others,
            body=_body(lines),
        )
    method, uri, version = parts
    if not _METHOD.fullmatch(method) or " " in version:
        raise SipFault(400, "request line")
    if version.upper() != "SIP/2.0":
        raise SipFault(505, "version")
    if method != cseq[2]:
        raise SipFault(400, "CSeq of another method")
    return Request(
        method=method,
        uri=uri,
        vias=vias,
        from_=from_,
        to=to,
        call_id=call_id,
        cseq=int(cseq[1]),
        headers=others,
        body=_body(lines),
    )


def parse(data: bytes) -> Request | Response:
    """Both steps at once."""
    return understand(read_lines(data))


def refuse(lines: Lines, source: Address, fault: SipFault) -> tuple[bytes, Address] | None:
    """The answer to a request that could not be understood, and where it goes; None where none is due."""
    names = ("from", "to", "call-id", "cseq")
    if not fault.code or lines.is_response or lines.start[:4] == "ACK " or not all(lines.values(n) for n in names):
        return None
    try:
        first, *others = _vias(lines)
    except SipFault:
        return None
    first = first.received_from(source)
    answer = [f"SIP/2.0 {fault.code} {phrase(fault.code)}"]
    answer += [f"Via: {via}" for via in (first, *others)]
    answer += [f"{title}: {lines.values(title.lower())[0]}" for title in ("From", "To", "Call-ID", "CSeq")]
    answer += ["Content-Length: 0", "", ""]
    return "\r\n".join(answer).encode("utf-8", "surrogateescape"), first.reply_address


def _vias(lines: Lines) -> tuple[Via, ...]:
    hops = [hop for value in lines.values("via") for hop in split_outside(value, ",")]
    if not hops or len(hops) > MAXIMUM_HOPS:
        raise SipFault(0, "Via")
    return tuple(parse_via(hop) for hop in hops)


def _single(lines: Lines, name: str) -> str:
    values = lines.values(name)
    if len(values) != 1:
        raise SipFault(400, f"{name} must be there once")
    return values[0]


def _body(lines: Lines) -> bytes:
    lengths = lines.values("content-length")
    if not lengths:
        return lines.body
    if not _LENGTH.fullmatch(lengths[0]) or int(lengths[0]) > len(lines.body):
        raise SipFault(400, "Content-Length")
    return lines.body[: int(lengths[0])]
