"""What a leg received, counted for its reports (RFC 3550, A.1, A.3 and A.8), in integers and without a look at the
clock: this runs for every packet."""

from __future__ import annotations

from typing import NamedTuple

#: A jump farther ahead than this, or farther back than `_MISORDER`, is a stream that began anew, not a loss.
_DROPOUT = 3000
_MISORDER = 100


class Interval(NamedTuple):
    """What a report block says of a source (RFC 3550, 6.4.1)."""

    ssrc: int
    fraction_lost: int  # of the packets since the last report, in 1/256
    lost: int  # since the source began; negative when duplicates outnumber losses
    highest: int  # highest sequence number, with the count of its wraps above
    jitter: int  # interarrival jitter, timestamp units


class Reception:
    """Counts the packets of one leg.

    `ssrc` is -1 until the first packet. Over a change of source, or a restart of its numbers, the leg's totals go on
    (`received`, `lost`) while what is reported to the source begins anew.
    """

    __slots__ = (
        "_base",
        "_before",
        "_expected_prior",
        "_jitter16",
        "_lost_before",
        "_received_prior",
        "_seen",
        "_transit",
        "highest",
        "received",
        "ssrc",
    )

    def __init__(self) -> None:
        self.ssrc = -1
        self.received = 0
        #: The highest sequence number, extended by its wraps: expected next is (highest + 1) & 0xFFFF.
        self.highest = 0
        self._base = 0
        self._before = 0
        self._lost_before = 0
        self._transit: int | None = None
        self._jitter16 = 0
        self._expected_prior = 0
        self._received_prior = 0
        self._seen = 0

    def count(self, ssrc: int, sequence: int, timestamp: int, arrival: int) -> None:
        """Note a packet of voice. `arrival` is when it came, in timestamp units of a clock of our own."""
        self.count_untimed(ssrc, sequence)
        self.note_arrival(timestamp, arrival)

    def note_arrival(self, timestamp: int, arrival: int) -> None:
        """Note when a packet of voice came that is counted already: the jitter is that of the packets noted."""
        transit = arrival - timestamp
        if self._transit is not None:
            # The timestamp wraps and the arrival does not.
            step = abs(((transit - self._transit + 0x80000000) & 0xFFFFFFFF) - 0x80000000)
            if step < 0x10000:  # 8 s of an 8 kHz clock: a timestamp that jumped is not jitter
                self._jitter16 += step - ((self._jitter16 + 8) >> 4)
        self._transit = transit

    def count_untimed(self, ssrc: int, sequence: int) -> None:
        """Note a packet whose timestamp is not when it was sent: all of a key press carry the press's beginning."""
        highest = self.highest + 1
        if highest & 0xFFFF == sequence and ssrc == self.ssrc:  # nearly always
            self.highest = highest
            self.received += 1
            return
        ahead = ((sequence - self.highest + 0x8000) & 0xFFFF) - 0x8000
        if ssrc != self.ssrc or ahead > _DROPOUT or ahead < -_MISORDER:
            self._restart(ssrc, sequence)
        elif ahead > 0:
            self.highest += ahead
        self.received += 1

    def count_run(self, ssrcs: tuple[int, ...], sequences: tuple[int, ...]) -> bool:
        """Note these packets, if they are the next in order of the same source; False: they are not, and none of them
        is noted."""
        count, highest = len(sequences), self.highest
        first = (highest + 1) & 0xFFFF
        if sequences != tuple(range(first, first + count)) or ssrcs.count(self.ssrc) != count:
            return False
        self.highest = highest + count
        self.received += count
        return True

    def goes_on(self) -> bool:
        """Whether anything came since this was asked last."""
        before, self._seen = self._seen, self.received
        return self.received != before

    @property
    def lost(self) -> int:
        """Packets of the whole leg that did not come, never below zero: duplicates count as received."""
        return self._lost_before + max(0, self._lost_of_source())

    @property
    def jitter(self) -> int:
        """Interarrival jitter, timestamp units."""
        return self._jitter16 >> 4

    def take_interval(self) -> Interval | None:
        """What to report, None if nothing came since the last time; the next interval begins now."""
        expected = self._expected()
        received = self.received - self._before
        came, missed = received - self._received_prior, expected - self._expected_prior
        self._expected_prior, self._received_prior = expected, received
        if came <= 0:
            return None
        fraction = min(255, max(0, missed - came) * 256 // missed) if missed > 0 else 0
        return Interval(self.ssrc, fraction, self._lost_of_source(), self.highest & 0xFFFFFFFF, self.jitter)

    def _expected(self) -> int:
        return self.highest - self._base + 1 if self.ssrc >= 0 else 0

    def _lost_of_source(self) -> int:
        return self._expected() - (self.received - self._before)

    def _restart(self, ssrc: int, sequence: int) -> None:
        self._lost_before = self.lost
        self._before = self.received
        self._expected_prior = self._received_prior = 0
        self.ssrc, self.highest, self._base = ssrc, sequence, sequence
        self._transit, self._jitter16 = None, 0
