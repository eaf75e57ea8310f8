"""Where a leg's audio goes, as negotiated in SDP, and what signalling is told of it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from ivr.media.codec import Codec
from ivr.media.comfort_noise import PAYLOAD_TYPE as COMFORT_NOISE


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """The other side of one leg.

    `payload_type` is the number both sides use for `codec`, `event_payload_type` the one of telephone-event/8000
    (RFC 4733), None where it was not agreed. `sending`: we may send to them; `receiving`: they will send to us;
    both seen from here, so a `sendonly` answer of theirs gives sending=False. `ptime` is the milliseconds a packet
    that they want from us. `comfort_noise_payload_type` is the one of CN/8000 (RFC 3389), None where it was not
    agreed. RTCP goes to `rtcp_port` of the same address (RFC 3605; None: the port above, RFC 3550, 11), or with
    `rtcp_mux` to the port of RTP itself (RFC 5761).
    """

    address: str
    port: int
    codec: Codec
    payload_type: int
    event_payload_type: int | None
    sending: bool
    receiving: bool
    ptime: int = 20
    comfort_noise_payload_type: int | None = None
    rtcp_port: int | None = None
    rtcp_mux: bool = False

    def carries(self, payload_type: int) -> bool:
        """Whether packets of this type are expected: voice, key presses, comfort noise."""
        return payload_type in (self.payload_type, self.event_payload_type) or self.is_comfort_noise(payload_type)

    def is_comfort_noise(self, payload_type: int) -> bool:
        """By the agreed number, or by the static one: phones send it unasked."""
        return payload_type in (self.comfort_noise_payload_type, COMFORT_NOISE)


@dataclass(frozen=True, slots=True)
class PeerSilent:
    """Nothing, not even RTCP, came from a leg that should send, for as long as the plane was told to wait."""

    leg: str


def usable_address(remote: RemoteMedia, ip_version: int) -> tuple[str, int] | None:
    """Where to send, None if it is no place for our socket of IP version 4 or 6: a host name would have to be resolved,
    0.0.0.0 is the old way to hold."""
    try:
        address = ipaddress.ip_address(remote.address)
    except ValueError:
        return None
    if address.version != ip_version or address.is_unspecified or address.is_multicast:
        return None
    return (remote.address, remote.port) if 0 < remote.port < 65536 else None
