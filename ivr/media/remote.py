"""Where a leg's audio goes, as negotiated in SDP, and what a leg's audio came to."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.media.codec import Codec


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """The other side of one leg.

    `payload_type` is the number both sides use for `codec`, `event_payload_type` the one of telephone-event/8000
    (RFC 4733), None where it was not agreed. `sending`: we may send to them; `receiving`: they will send to us;
    both seen from here, so a `sendonly` answer of theirs gives sending=False. `ptime` is milliseconds a packet.
    """

    address: str
    port: int
    codec: Codec
    payload_type: int
    event_payload_type: int | None
    sending: bool
    receiving: bool
    ptime: int = 20


@dataclass(frozen=True, slots=True)
class MediaStatistics:
    """RTP packets of one leg over its life. `packets_lost` counts gaps in what we received (RFC 3550, A.3)."""

    packets_sent: int
    packets_received: int
    packets_lost: int
