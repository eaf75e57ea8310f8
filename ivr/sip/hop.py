"""Where signalling goes to and comes from: a host, a port and the transport between."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Literal, NamedTuple

TransportName = Literal["udp", "tcp"]


class Hop(NamedTuple):
    """One element of the network as it is reached. `host` is a name or a literal, IPv6 without brackets.

    `port` 0 means that none was named: the name service (RFC 3263) or the default decides.
    """

    host: str
    port: int
    transport: TransportName = "udp"

    @property
    def is_reliable(self) -> bool:
        """Whether the transport repeats what is lost, so that nobody else must (RFC 3261, 17)."""
        return self.transport == "tcp"

    @property
    def is_literal(self) -> bool:
        """Whether the host is an address and needs no name service."""
        return is_literal(self.host)

    @property
    def is_ipv6(self) -> bool:
        """Whether the host is an IPv6 literal."""
        return ":" in self.host


@lru_cache(maxsize=4096)
def is_literal(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address, without brackets."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def bracketed(host: str) -> str:
    """A host as it stands in a URI or a Via: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def bare(host: str) -> str:
    """A host as sockets want it: IPv6 without brackets."""
    return host[1:-1] if host[:1] == "[" else host
