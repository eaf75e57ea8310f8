"""The session description in a message's body, alone or among other parts (RFC 5621)."""

from __future__ import annotations

from ivr.sip.fault import SipFault
from ivr.sip.message import SipMessage
from ivr.sip.text import parameter, parse_parameters

#: More parts, or parts within parts within parts, than any telephone sends.
MAXIMUM_PARTS = 16
MAXIMUM_DEPTH = 2

_MULTIPART = ("multipart/mixed", "multipart/alternative", "multipart/related")
_SDP = "application/sdp"
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")


def session_description(message: SipMessage) -> bytes:
    """The description offered or answered, `b""` where the message brings none.

    Parts of other kinds are passed over, since what gateways add (ISUP, location) is rarely marked as optional though
    RFC 3261, 20.11 makes "required" the default; only where one says `handling=required` itself, or the whole body is
    of a kind we do not know, is the message refused: SipFault(415).
    """
    headers = {name: message.header(name) or "" for name in _Part.HEADERS}
    return _find(_Part(headers, message.body), 0) or b""


class _Part:
    """A body or one part of it; header names in lower case."""

    HEADERS = ("content-type", "content-disposition", "content-encoding", "content-transfer-encoding")

    def __init__(self, headers: dict[str, str], body: bytes) -> None:
        kind, _, parameters = headers.get("content-type", "").partition(";")
        self.kind = kind.strip().lower()
        self.boundary = (parameter(parse_parameters(parameters), "boundary") or "").strip('"')
        disposition, _, rest = headers.get("content-disposition", "").partition(";")
        self.disposition = disposition.strip().lower()
        self.handling = (parameter(parse_parameters(rest), "handling") or "").lower()
        self.is_plain = (
            headers.get("content-encoding", "").strip().lower() in ("", "identity")
            and headers.get("content-transfer-encoding", "").strip().lower() in _PLAIN_ENCODINGS
        )
        self.body = body


def _find(part: _Part, depth: int) -> bytes | None:
    """The description in this part, None if there is none. Raises SipFault(415)."""
    if not part.body:
        return None
    if part.kind == _SDP and part.is_plain and part.disposition in ("", "session"):
        return part.body
    if part.kind in _MULTIPART and part.is_plain and part.boundary and depth < MAXIMUM_DEPTH:
        found = [_find(inner, depth + 1) for inner in _parts(part)]
        # The later alternative is the better one (RFC 2046, 5.1.4); in a mixture the first is as good as any.
        order = reversed(found) if part.kind == "multipart/alternative" else found
        return next((body for body in order if body is not None), None)
    if part.handling == "required" or (depth == 0 and part.handling != "optional"):
        raise SipFault(415, "body")
    return None


def _parts(whole: _Part) -> list[_Part]:
    """The parts between the boundary lines. Raises SipFault: 400 where they cannot be told apart, 415 for a flood."""
    delimiter = b"--" + whole.boundary.encode("utf-8", "surrogateescape")
    pieces = (b"\r\n" + whole.body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).split(b"\r\n" + delimiter)
    if len(pieces) < 2:
        raise SipFault(400, "multipart without parts")
    if len(pieces) > MAXIMUM_PARTS + 2:
        raise SipFault(415, "too many parts")
    found = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break  # the closing delimiter: what follows is no part
        head, _, body = piece.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        found.append(_Part(headers, body))
    return found
