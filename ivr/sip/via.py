"""The Via header: the way that a response goes back (RFC 3261, 18.2; RFC 3581)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop, bare
from ivr.sip.text import Parameters, format_parameters, parameter, parse_parameters
from ivr.sip.uri import DEFAULT_PORT, Address

_VIA = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*(?P<transport>\w+)\s+(?P<host>\[[0-9A-Fa-f:.]+\]|[^:;\s\[\]]+)"
    r"(?:\s*:\s*(?P<port>\d{1,6}))?\s*(?P<rest>(?:;.*)?)",
    re.IGNORECASE | re.DOTALL,
)
_PORT = re.compile(r"\d{1,5}", re.ASCII)
MAGIC_COOKIE = "z9hG4bK"


@dataclass(frozen=True, slots=True)
class Via:
    """One hop: who sent it, and under which branch."""

    host: str
    port: int | None = None
    parameters: Parameters = ()
    transport: str = "UDP"

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        return f"SIP/2.0/{self.transport} {self.host}{port}{format_parameters(self.parameters)}"

    @property
    def branch(self) -> str:
        """The transaction's id, "" from elements older than RFC 3261."""
        return parameter(self.parameters, "branch") or ""

    @property
    def sent_by(self) -> Address:
        """Host and port that the sender says it has."""
        return self.host.lower(), self.port or DEFAULT_PORT

    @property
    def reply_hop(self) -> Hop:
        """Where a response goes: the true source where it was noted, else what the sender says."""
        rport = parameter(self.parameters, "rport") or ""
        is_port = _PORT.fullmatch(rport) is not None and 0 < int(rport) < 65536
        return Hop(
            bare(parameter(self.parameters, "received") or self.host),
            int(rport) if is_port else self.port or DEFAULT_PORT,
            "udp",  # whatever it says: what came by a stream is answered there, and a datagram may open none
        )

    def received_from(self, source: Hop) -> Via:
        """The hop with its true source noted. What the sender itself claims as `received` is not believed."""
        kept: list[tuple[str, str | None]] = []
        noted = bare(self.host) != source.host
        for name, value in self.parameters:
            if name == "rport":
                kept.append((name, str(source.port)))
                noted = True
            elif name != "received":
                kept.append((name, value))
        if noted:
            kept.append(("received", source.host))
        return Via(self.host, self.port, tuple(kept), self.transport)


def parse_via(text: str) -> Via:
    """Read one hop. Raises SipFault(0): without it no answer finds its way."""
    found = _VIA.fullmatch(text.strip())
    if found is None:
        raise SipFault(0, "Via")
    port = found["port"]
    if port is not None and not 0 < int(port) < 65536:
        raise SipFault(0, "port of a Via")
    return Via(
        host=found["host"],
        port=int(port) if port is not None else None,
        parameters=parse_parameters(found["rest"]),
        transport=found["transport"].upper(),
    )
