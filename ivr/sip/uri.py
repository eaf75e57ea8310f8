"""SIP URIs (RFC 3261, 19.1) and the number or name a person would read out of any URI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop, bare, is_literal
from ivr.sip.text import Parameters, format_parameters, parameter, parse_parameters

DEFAULT_PORT = 5060

#: Host and port as sockets and Vias name them.
Address = tuple[str, int]

_SIP_URI = re.compile(
    r"""(?P<scheme>sips?):
        (?:(?P<user>[^@\s<>"\x00-\x1f\x7f]*)@)?
        (?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.\-]+)
        (?::(?P<port>\d{1,5}))?
        (?P<parameters>(?:;[^?\s<>"\x00-\x1f\x7f]*)?)
        (?:\?(?P<headers>[^\s<>"\x00-\x1f\x7f]*))?""",
    re.VERBOSE | re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_USER_SAFE = "-_.!~*'()&=+$,;?/"


@dataclass(frozen=True, slots=True)
class SipUri:
    """`sip:user@host:port;parameters?headers`. `user` is kept as written (escapes and password included)."""

    host: str
    user: str = ""
    port: int | None = None
    parameters: Parameters = ()
    headers: str = ""
    scheme: str = "sip"

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port is not None else ""
        headers = f"?{self.headers}" if self.headers else ""
        return f"{self.scheme}:{user}{self.host}{port}{format_parameters(self.parameters)}{headers}"

    @property
    def hop(self) -> Hop:
        """Where a request to it is sent; port 0 if it names none."""
        is_tcp = (parameter(self.parameters, "transport") or "").lower() == "tcp"
        return Hop(bare(self.host), self.port or 0, "tcp" if is_tcp else "udp")

    @property
    def is_loose_router(self) -> bool:
        """Whether the `lr` parameter is there (RFC 3261, 16.12)."""
        return parameter(self.parameters, "lr") is not None


def parse_uri(text: str) -> SipUri:
    """Read a `sip:` or `sips:` URI. Raises SipFault: 416 for another scheme, 400 for nonsense."""
    found = _SIP_URI.fullmatch(text.strip())
    if found is None:
        scheme = _SCHEME.match(text)
        foreign = scheme is not None and scheme.group().lower() not in ("sip:", "sips:")
        raise SipFault(416 if foreign else 400, "URI")
    port, host = found["port"], found["host"]
    if (port is not None and not 0 < int(port) < 65536) or (host[0] == "[" and not is_literal(bare(host))):
        raise SipFault(400, "host or port of a URI")
    return SipUri(
        host=host,
        user=found["user"] or "",
        port=int(port) if port is not None else None,
        parameters=parse_parameters(found["parameters"]),
        headers=found["headers"] or "",
        scheme=found["scheme"].lower(),
    )


def user_part(uri: str) -> str:
    """The number or name in any URI, as a person reads it: of `sip:+82-10@x` and `tel:+82-10` it is `+8210`.

    Empty where there is none. Never fails: it feeds caller displays, not routing.
    """
    scheme, colon, rest = uri.strip().partition(":")
    if not colon:
        return ""
    if scheme.lower() == "tel":
        user = rest.partition(";")[0]
    else:
        before, at, _ = rest.rpartition("@")
        user = before.partition(";")[0].partition(":")[0] if at else ""
    user = unquote(user, errors="replace")
    user = "".join(char for char in user if char.isprintable())
    bare = re.sub(r"[-.() ]", "", user)
    return bare if re.fullmatch(r"\+?\d+", bare) else user


def escape_user(user: str) -> str:
    """A user part with everything escaped that may not stand in a SIP URI."""
    return quote(user, safe=_USER_SAFE)
