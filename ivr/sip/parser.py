"""From a datagram to a message, in two steps, so that what cannot be understood can still be answered.

Whatever comes, the work is bounded: of a datagram that is too large only as much is read as its refusal (513) takes.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.fault import SipFault, phrase
from ivr.sip.hop import Hop
from ivr.sip.message import STRUCTURED, Header, Request, Response
from ivr.sip.text import split_outside
from ivr.sip.via import Via, parse_via

MAXIMUM_BYTES = 32_000
MAXIMUM_HEADERS = 200
MAXIMUM_LINES = 400  # folded lines counted
MAXIMUM_HOPS = 70  # the usual Max-Forwards: no honest request has passed more proxies
#: Of a header that is taken apart. The longest that RFC 4475 has (3.1.1.7) are a tenth of it.
MAXIMUM_VALUE = 8_000

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
#: Of these a message has one; two that differ would mean different things to different readers (RFC 4475, 3.3.8).
_SINGLE = frozenset({"content-type", "content-length", "max-forwards"})
_REQUIRED = ("from", "to", "call-id", "cseq")
_ENDS = (b"\n\r\n", b"\n\n")
_METHOD = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]{1,64}")
_STATUS = re.compile(r"[1-6]\d\d", re.ASCII)
_CSEQ = re.compile(r"(\d{1,10})\s+(\S+)", re.ASCII)
_LENGTH = re.compile(r"\d{1,9}", re.ASCII)
#: A control character inside a header could end a line in somebody else's parser when we echo it. A carriage return
#: that ends no line goes after decoding.
_CONTROLS = bytes(32 if (code < 32 and code not in (10, 13)) or code == 127 else code for code in range(256))


@dataclass(frozen=True, slots=True)
class Lines:
    """A datagram cut into its parts, nothing understood yet. Header names are long and lower case. `is_cut`: there was
    more than is read."""

    start: str
    headers: tuple[Header, ...]
    body: bytes
    is_cut: bool = False

    @property
    def is_response(self) -> bool:
        return self.start[:4].upper() == "SIP/"

    def values(self, name: str) -> list[str]:
        """Every line of that header."""
        return [value for key, value in self.headers if key == name]


def read_lines(data: bytes) -> Lines:
    """Cut a datagram. Raises SipFault(0) where not even that is possible."""
    is_cut = len(data) > MAXIMUM_BYTES
    data = data.lstrip(b"\r\n")  # keep-alives that a stream has put before it (RFC 3261, 7.5)
    ends = [(place, len(end)) for end in _ENDS if (place := data.find(end)) >= 0]
    if not ends:
        raise SipFault(0, "no end of the headers")
    place, length = min(ends)
    head = data[:place].translate(_CONTROLS).decode("utf-8", "surrogateescape")
    text = head.replace("\r\n", "\n").replace("\r", " ")
    start, *lines = text.split("\n", MAXIMUM_LINES + 1)
    if len(lines) > MAXIMUM_LINES:
        is_cut = True
        del lines[MAXIMUM_LINES:]
    headers: list[Header] = []
    for line in lines:
        if line[:1] == " " and headers:  # folded (RFC 3261, 7.3.1)
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise SipFault(0, "header without a colon")
        name = name.strip().lower()
        headers.append((_COMPACT.get(name, name), value.strip()))
    return Lines(start.strip(), tuple(headers), data[place + length :], is_cut or len(headers) > MAXIMUM_HEADERS)


def understand(lines: Lines) -> Request | Response:
    """Make sense of the lines. Raises SipFault with the status to answer with, 0 for none."""
    parts = lines.start.split(None, 2)
    if len(parts) < 2 or (len(parts) < 3 and not lines.is_response):
        raise SipFault(0, "start line")
    vias, is_whole = _vias(lines)
    if lines.is_cut:
        raise SipFault(513, "too large")
    if not is_whole:
        raise SipFault(400, "Via")
    found: dict[str, str] = {}
    others: list[Header] = []
    for header in lines.headers:
        name, value = header
        if name not in STRUCTURED:
            others.append(header)
            if name not in _SINGLE:
                continue
        if name == "via":
            continue
        if name in found:
            raise SipFault(400, f"{name} twice")
        if len(value) > MAXIMUM_VALUE:
            raise SipFault(400, f"{name} too long")
        found[name] = value
    if not all(name in found for name in _REQUIRED):
        raise SipFault(400, "From, To, Call-ID and CSeq must be there")
    from_, to, call_id = parse_address(found["from"]), parse_address(found["to"]), found["call-id"]
    cseq = _CSEQ.fullmatch(found["cseq"])
    if not call_id or cseq is None or (number := int(cseq[1])) >= 2**31:
        raise SipFault(400, "Call-ID or CSeq")
    body = _body(lines.body, found.get("content-length"))
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
            cseq=number,
            headers=tuple(others),
            body=body,
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
        cseq=number,
        headers=tuple(others),
        body=body,
    )


def parse(data: bytes) -> Request | Response:
    """Both steps at once."""
    return understand(read_lines(data))


def refuse(lines: Lines, source: Hop, fault: SipFault) -> tuple[bytes, Hop] | None:
    """The answer to a request that could not be understood, and where it goes; None where none is due: to an ACK, to
    a response, and where what an answer must repeat is missing or is nothing that could be repeated."""
    if not fault.code or lines.is_response or lines.start[:4] == "ACK ":
        return None
    said = {name: value for name, value in reversed(lines.headers) if name in _REQUIRED}
    hops = lines.values("via")
    if len(said) < len(_REQUIRED) or not hops or sum(map(len, (*hops, *said.values()))) > MAXIMUM_BYTES // 2:
        return None
    first, *others = _hops(hops[0])
    via = parse_via(first).received_from(source)
    answer = [f"SIP/2.0 {fault.code} {phrase(fault.code)}", f"Via: {via}"]
    answer += [f"Via: {other}" for other in (*others, *hops[1:])]  # unread: they are the business of those before us
    answer += [f"From: {said['from']}", f"To: {_tagged(said['to'], via)}"]
    answer += [f"Call-ID: {said['call-id']}", f"CSeq: {said['cseq']}", "Content-Length: 0", "", ""]
    return "\r\n".join(answer).encode("utf-8", "surrogateescape"), via.reply_hop


def _vias(lines: Lines) -> tuple[tuple[Via, ...], bool]:
    """The hops that can be read, and whether these are all. Raises SipFault(0) if the nearest is none of them."""
    values = lines.values("via")
    if any(len(value) > MAXIMUM_VALUE for value in values) or len(values) > MAXIMUM_HOPS:
        raise SipFault(0, "Via too long")
    texts = [hop for value in values for hop in _hops(value)]
    if not texts or len(texts) > MAXIMUM_HOPS:
        raise SipFault(0, "Via")
    hops = [parse_via(texts[0])]
    for text in texts[1:]:
        try:
            hops.append(parse_via(text))
        except SipFault:
            return tuple(hops), False
    return tuple(hops), True


def _hops(value: str) -> list[str]:
    """The hops of one line."""
    return [value] if "," not in value else split_outside(value, ",")


def _tagged(to: str, via: Via) -> str:
    """The To of a refusal, which needs a tag (RFC 3261, 8.2.6.2), the same one if the request is repeated."""
    try:
        address: NameAddress = parse_address(to)
    except SipFault:
        return to  # the very thing that is refused
    return to if address.tag else f"{to};tag={zlib.crc32(str(via).encode('utf-8', 'surrogateescape')):08x}"


def _body(body: bytes, length: str | None) -> bytes:
    if length is None:
        return body
    if not _LENGTH.fullmatch(length) or int(length) > len(body):
        raise SipFault(400, "Content-Length")
    return body[: int(length)]
