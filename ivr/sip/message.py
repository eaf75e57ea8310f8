"""SIP messages as values: `Request`, `Response` (RFC 3261, 7). Tolerant to read, strict to write."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.fault import phrase
from ivr.sip.hop import Hop
from ivr.sip.text import split_outside
from ivr.sip.via import Via

#: Name (lower case, long form) and value of a header.
Header = tuple[str, str]

#: Kept as fields of a message, not among its `headers`.
STRUCTURED = frozenset({"via", "from", "to", "call-id", "cseq", "content-length"})
_LINE_ENDS = {10: " ", 13: " "}
_SPELLING = {
    "call-id": "Call-ID",
    "cseq": "CSeq",
    "www-authenticate": "WWW-Authenticate",
    "mime-version": "MIME-Version",
    "min-se": "Min-SE",
    "rack": "RAck",
    "rseq": "RSeq",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """What requests and responses share. `vias` has the nearest hop first; `method` is the CSeq's."""

    method: str
    vias: tuple[Via, ...]
    from_: NameAddress
    to: NameAddress
    call_id: str
    cseq: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its long name in lower case."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def listed(self, name: str) -> tuple[str, ...]:
        """Every value of a header that may be repeated or hold a comma-separated list."""
        values = [value for key, value in self.headers if key == name]
        return tuple([part for value in values for part in split_outside(value, ",")])

    @property
    def contact(self) -> str | None:
        """The URI of the first Contact. Raises SipFault(400) if it cannot be read."""
        found = self.listed("contact")
        return parse_address(found[0]).uri if found else None

    @property
    def record_route(self) -> tuple[str, ...]:
        """The URIs of the proxies that stay in the path, in the order of the header."""
        return tuple(parse_address(value).uri for value in self.listed("record-route"))

    @property
    def content_type(self) -> str:
        """The media type of the body in lower case, without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def _serialise(self, start: str) -> bytes:
        lines = [start]
        lines += [f"Via: {via}" for via in self.vias]
        lines += [
            f"From: {self.from_}",
            f"To: {self.to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} {self.method}",
        ]
        lines += [f"{_SPELLING.get(name) or name.title()}: {value}" for name, value in self.headers]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
            # Some value was unescaped from what a stranger wrote: it may not become a header of its own.
            head = "\r\n".join(line.translate(_LINE_ENDS) for line in lines)
        return head.encode("utf-8", "surrogateescape") + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(SipMessage):
    """A request. `uri` is the request URI as written."""

    uri: str

    def serialise(self) -> bytes:
        """The datagram."""
        return self._serialise(f"{self.method} {self.uri} SIP/2.0")

    def received_from(self, source: Hop) -> Request:
        """The request with its true source noted in the nearest Via (RFC 3581)."""
        return replace(self, vias=(self.vias[0].received_from(source), *self.vias[1:]))

    def respond(
        self, status: int, *, tag: str = "", headers: tuple[Header, ...] = (), body: bytes = b"", reason: str = ""
    ) -> Response:
        """The response with everything copied that must be (RFC 3261, 8.2.6). `tag` is ours, used if To has none."""
        return Response(
            status=status,
            reason=reason or phrase(status),
            method=self.method,
            vias=self.vias,
            from_=self.from_,
            to=self.to.with_tag(tag) if tag and not self.to.tag else self.to,
            call_id=self.call_id,
            cseq=self.cseq,
            headers=headers,
            body=body,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(SipMessage):
    """A response. `status` is 100 to 699."""

    status: int
    reason: str

    def serialise(self) -> bytes:
        """The datagram."""
        return self._serialise(f"SIP/2.0 {self.status} {self.reason}")
