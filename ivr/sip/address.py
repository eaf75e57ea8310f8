"""The addresses of From, To, Contact, Route: a display name, a URI, parameters (RFC 3261, 20.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ivr.sip.fault import SipFault
from ivr.sip.text import Parameters, format_parameters, parameter, parse_parameters

_NAME_ADDR = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<"]*))\s*<(?P<uri>[^<>]*)>(?P<rest>.*)', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class NameAddress:
    """`"display" <uri>;parameters`. The URI is kept as text, since callers also come as `tel:` and stranger things."""

    uri: str
    display: str = ""  # as between the quotes, escapes kept
    parameters: Parameters = ()

    def __str__(self) -> str:
        display = f'"{self.display}" ' if self.display else ""
        return f"{display}<{self.uri}>{format_parameters(self.parameters)}"

    @property
    def tag(self) -> str:
        """The tag that names one end of a dialog; "" before there is one."""
        return parameter(self.parameters, "tag") or ""

    def with_tag(self, tag: str) -> NameAddress:
        """The same address with this tag and no other."""
        others = tuple(pair for pair in self.parameters if pair[0] != "tag")
        return replace(self, parameters=(*others, ("tag", tag)))


def parse_address(text: str) -> NameAddress:
    """Read `name <uri>;p=v` or `uri;p=v`. Raises SipFault(400)."""
    text = text.strip()
    found = _NAME_ADDR.fullmatch(text)
    if found is not None:
        rest = found["rest"].strip()
        if (rest and not rest.startswith(";")) or not found["uri"].strip():
            raise SipFault(400, "address")
        display = found["quoted"] if found["quoted"] is not None else found["plain"].strip().replace("\\", "")
        return NameAddress(found["uri"].strip(), display, parse_parameters(rest))
    if any(char in text for char in '<>"'):
        raise SipFault(400, "address")
    uri, _, rest = text.partition(";")  # without angle brackets the parameters are the header's (RFC 3261, 20.10)
    if not uri.strip() or " " in uri.strip():
        raise SipFault(400, "address")
    return NameAddress(uri.strip(), "", parse_parameters(rest))
