"""The addresses of From, To, Contact, Route: a display name, a URI, parameters (RFC 3261, 20.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ivr.sip.fault import SipFault
from ivr.sip.text import Parameters, format_parameters, parameter, parse_parameters

# Possessive throughout (`*+`): a display name of 30,000 blanks without a bracket after it once took 2.7 seconds.
_NAME_ADDR = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]++|\\.)*+)"\s*+|(?P<plain>[^<"]*+))<(?P<uri>[^<>]*+)>(?P<rest>.*+)', re.DOTALL
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
        quoted, plain, uri, rest = found.groups()
        uri, rest = uri.strip(), rest.strip()
        if (rest and rest[0] != ";") or not uri:
            raise SipFault(400, "address")
        display = quoted if quoted is not None else plain.strip().replace("\\", "")
        return NameAddress(uri, display, parse_parameters(rest))
    if any(char in text for char in '<>"'):
        raise SipFault(400, "address")
    uri, _, rest = text.partition(";")  # without angle brackets the parameters are the header's (RFC 3261, 20.10)
    uri = uri.strip()
    if not uri or " " in uri:
        raise SipFault(400, "address")
    return NameAddress(uri, "", parse_parameters(rest))
