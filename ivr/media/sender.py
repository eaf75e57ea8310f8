"""One outgoing RTP stream: its numbers, its target, and the count of what was sent."""

from __future__ import annotations

import random
from collections.abc import Callable

from ivr.media.rtp import pack, sequence_distance

#: An IP address literal and a UDP port.
Address = tuple[str, int]
#: Puts a datagram on the wire; may raise OSError.
Transmit = Callable[[bytes, Address], object]


class Sender:
    """Sequence number, timestamp and source id go on through whatever the leg sends: prompt, silence or another leg's
    voice, so that the phone hears one stream without a break."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self.target: Address | None = None
        #: Given each voice payload that is sent, for the recording.
        self.copy: Callable[[bytes], None] | None = None
        self.sent = 0
        self.next_sequence = random.getrandbits(15)  # RFC 3550, 5.1: random, with room before the first wrap
        self.next_timestamp = random.getrandbits(31)
        self._ssrc = random.getrandbits(32)

    def voice(self, payload_type: int, payload: bytes, marker: bool = False) -> None:
        """Send the next voice payload of our own."""
        self._put(payload_type, payload, marker, self.next_sequence, self.next_timestamp)
        if self.copy is not None:
            self.copy(payload)
        self.next_sequence = (self.next_sequence + 1) & 0xFFFF
        self.next_timestamp = (self.next_timestamp + len(payload)) & 0xFFFFFFFF

    def relayed(
        self, payload_type: int, payload: bytes, marker: bool, sequence: int, timestamp: int, voice: bool = True
    ) -> None:
        """Send a packet at a place in the stream that another leg's stream has determined."""
        self._put(payload_type, payload, marker, sequence, timestamp)
        if voice and self.copy is not None:
            self.copy(payload)
        if sequence_distance(sequence, self.next_sequence) >= 0:
            self.next_sequence = (sequence + 1) & 0xFFFF
            self.next_timestamp = (timestamp + (len(payload) if voice else 0)) & 0xFFFFFFFF

    def _put(self, payload_type: int, payload: bytes, marker: bool, sequence: int, timestamp: int) -> None:
        if self.target is None:
            return
        try:
            self._transmit(pack(payload_type, marker, sequence, timestamp, self._ssrc, payload), self.target)
        except OSError:
            # The route is gone or the socket's buffer full: to the listener a lost packet like any other, and the
            # end of the call is signalling's business.
            return
        self.sent += 1
