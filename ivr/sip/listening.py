"""Sockets that listen, or a fault that says what to do about it."""

from __future__ import annotations

import errno
import ipaddress
import socket

from config.errors import AddressInUse, SettingsFault


def bound_socket(address: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A socket that does not block, bound there; `address` is a literal of either family, `port` 0 lets the system
    choose. Raises AddressInUse or SettingsFault."""
    protocol = "udp" if kind is socket.SOCK_DGRAM else "tcp"
    where = f"{protocol} {address} port {port}"
    remedy = "set an address of this machine, and a port that you may use"
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    except ValueError as fault:
        raise SettingsFault(f"cannot listen there: {fault}", where=where, remedy=remedy) from None
    try:
        bound = socket.socket(family, kind)
    except OSError as fault:
        raise SettingsFault(f"cannot listen there: {fault}", where=where, remedy="set no IPv6 address") from fault
    try:
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
        if kind is socket.SOCK_STREAM:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of before may linger
        bound.setblocking(False)
        bound.bind((address, port))
        if kind is socket.SOCK_STREAM:
            bound.listen(128)
    except (OSError, OverflowError) as fault:
        bound.close()
        if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
            remedy = f"end the program that holds it (ss -{protocol[0]}lnp), or set another SIP port"
            raise AddressInUse("the SIP port is in use", where=where, remedy=remedy) from fault
        raise SettingsFault(f"cannot listen there: {fault}", where=where, remedy=remedy) from fault
    return bound
