"""Where the request that is being served comes from."""

from __future__ import annotations

from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network

#: The network address of whoever asks; empty outside a request. `shield.Shield` sets it.
asked_from: ContextVar[str] = ContextVar("asked_from", default="")


def masked(source: str) -> str:
    """The network of an address, wide enough to name no single person: `192.0.2.7` becomes `192.0.2.0/24`, an address
    of IPv6 its /48. What is no address stays out."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))
