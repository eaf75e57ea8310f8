"""Counting the packets that did not come."""

from __future__ import annotations

from ivr.media.rtp import sequence_distance

#: A jump farther than this is a restart of the stream, not a loss (RFC 3550, A.1: MAX_DROPOUT).
_DROPOUT = 3000


class LossCounter:
    """Received and lost packets: expected by the highest sequence number, less those received (RFC 3550, A.3)."""

    def __init__(self) -> None:
        self.received = 0
        self._expected = 0
        self._ssrc = -1
        self._highest = 0

    @property
    def lost(self) -> int:
        """Never below zero: duplicates count as received."""
        return max(0, self._expected - self.received)

    def count(self, ssrc: int, sequence: int) -> None:
        """Note a packet."""
        self.received += 1
        ahead = sequence_distance(sequence, self._highest)
        if ssrc != self._ssrc or abs(ahead) > _DROPOUT:
            self._ssrc, self._highest = ssrc, sequence
            self._expected += 1
        elif ahead > 0:
            self._highest = sequence
            self._expected += ahead
