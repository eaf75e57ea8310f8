"""How the telephone edge is set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ivr.sip.hop import TransportName


@dataclass(frozen=True, slots=True)
class Trunk:
    """A telephone provider or PBX that takes E.164 numbers.

    `host` is a name or a literal (IPv6 without brackets); `port` 0 asks the name service for it (SRV, RFC 3263).
    `register`: it wants to know where we are. `outbound_proxy`, `host` or `host:port`, is where everything for this
    trunk is sent instead. `caller_identity`: it believes us who calls, so we say it in P-Asserted-Identity (RFC 3325).
    `failover` names the trunks that are tried, in order, where this one cannot be reached or answers 503.
    """

    host: str
    port: int = 5060
    user: str = ""
    password: str = field(default="", repr=False)
    register: bool = False
    name: str = "main"
    transport: TransportName = "udp"
    outbound_proxy: str = ""
    caller_identity: bool = False
    failover: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone that may call from anywhere, once it has proved by digest that it knows the password. `number` is who
    calls then, whatever its From says; without one its From counts, and proves nothing."""

    user: str
    password: str = field(repr=False)
    number: str = ""


#: Who is asked for a password where there are telephones: whoever is not in the allow-list, or they too. Trunks never.
Challenged = Literal["strangers", "everyone"]


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """How many new calls are taken. Rates are INVITEs a second, of all and of one source address, each with a burst of
    two seconds' worth; 0 is no limit. Trunks are no "one source". `calls_a_minute_of_one_caller` counts by who calls,
    wherever it comes from, all of a minute's calls at once if need be; 0 is no limit. `lateness` and `media_lateness`
    are how late, in seconds, our signalling and our packets of audio may be before calls are refused so that those in
    progress do not suffer: a frame late is what the other side's buffer still hides."""

    calls: int = 200
    rate: float = 0.0
    rate_of_one_source: float = 0.0
    calls_a_minute_of_one_caller: float = 0.0
    lateness: float = 0.25
    media_lateness: float = 0.02


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Where the edge listens and what it accepts.

    `address` is a literal, of IPv6 too where there is no other; `address6` an IPv6 literal to listen on besides.
    `port` 0 lets the system choose; UDP and TCP share it. `public_address` and `public_address6` are what others are
    told to send to, where that is not `address` (behind a NAT). New dialogs are taken from `allowed_sources` only
    (networks such as `192.0.2.0/24` or `2001:db8::/32`); none means from everywhere, and that only trunks and this very
    machine are believed who calls. `telephones` may call from anywhere else if they prove who they are: who is in no
    allow-list is then asked for a password. The first trunk takes the numbers for which no trunk is named.
    """

    address: str
    port: int = 5060
    public_address: str | None = None
    trunks: tuple[Trunk, ...] = ()
    admission: AdmissionLimits = AdmissionLimits()
    allowed_sources: tuple[str, ...] = ()
    address6: str | None = None
    public_address6: str | None = None
    telephones: tuple[Telephone, ...] = ()
    challenged: Challenged = "strangers"
