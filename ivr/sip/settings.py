"""How the telephone edge is set up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trunk:
    """A telephone provider or PBX that takes E.164 numbers. `register`: it wants to know where we are."""

    host: str
    port: int = 5060
    user: str = ""
    password: str = field(default="", repr=False)
    register: bool = False


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Where the edge listens and what it accepts.

    `address` is an IPv4 literal, `port` 0 lets the system choose. `public_address` is what others are told to send
    to, where that is not `address` (behind a NAT). An incoming call beyond `maximum_calls` gets 503. New dialogs are
    taken from `allowed_sources` only (IPv4 networks such as `192.0.2.0/24`); none means from everywhere.
    """

    address: str
    port: int = 5060
    public_address: str | None = None
    trunk: Trunk | None = None
    maximum_calls: int = 200
    allowed_sources: tuple[str, ...] = ()
