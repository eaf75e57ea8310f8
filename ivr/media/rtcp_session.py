"""One leg's side of RTCP: when to report, what to say, and what the other side's reports tell of our stream."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

from ivr.media.reception import Reception
from ivr.media.rtcp import Goodbye, Report, ReportBlock, SenderInfo, pack_goodbye, pack_name, pack_report, parse

#: RTP timestamp units a second, of each codec of ours.
_CLOCK_RATE = 8000
#: Seconds between reports, drawn anew each time from half to one and a half of it (RFC 3550, 6.2 and 6.3.1).
_INTERVAL = 5.0
#: A longer round trip is a peer's arithmetic, not a network.
_LONGEST_ROUND_TRIP = 30.0
_UNITS = 65536  # of the short NTP format, a second


def new_canonical_name() -> str:
    """A name that tells nobody who or where we are (RFC 7022, 4.2)."""
    return secrets.token_urlsafe(12)


class RtcpSession:
    """Neither socket nor clock: datagrams come in by `feed`, time as `now`, monotonic seconds.

    Our sender reports carry the monotonic clock as NTP time, which RFC 3550, 6.4.1 allows: only its differences matter
    here, and a correction of the wall clock must not look like a round trip.
    """

    __slots__ = (
        "_cname",
        "_draw",
        "_last_report",
        "_last_report_at",
        "_reception",
        "_sent_then",
        "_ssrc",
        "jitter_there",
        "lost_there",
        "next_report",
        "round_trip",
    )

    def __init__(
        self, ssrc: int, cname: str, reception: Reception, now: float, draw: Callable[[], float] = random.random
    ) -> None:
        self._ssrc = ssrc
        self._cname = cname
        self._reception = reception
        self._draw = draw
        self._sent_then = 0
        self._last_report = 0
        self._last_report_at = 0.0
        #: When to send the next: the first comes after half the interval, so that short calls have one too.
        self.next_report = now + self._delay() / 2
        #: Packets of ours that they missed, their jitter and the round trip in milliseconds; None until reported.
        self.lost_there: int | None = None
        self.jitter_there: float | None = None
        self.round_trip: float | None = None

    def feed(self, data: bytes, now: float) -> None:
        """A datagram from the other side; whatever is in it, nothing is raised."""
        for packet in parse(data):
            if isinstance(packet, Goodbye):
                if self._reception.ssrc in packet.ssrcs:
                    self._last_report = 0
                continue
            self._take(packet, now)

    def compose(self, now: float, packets: int, octets: int, timestamp: int, leaving: bool = False) -> bytes:
        """The next compound packet, with a BYE when `leaving`. `packets` and `octets` of payload are what we have
        sent so far, `timestamp` is our stream's at `now`. Sets `next_report`."""
        self.next_report = now + self._delay()
        # A receiver report only, if nothing was sent since the last (RFC 3550, 6.4).
        info = SenderInfo(_ntp(now), timestamp, packets, octets) if packets > self._sent_then else None
        self._sent_then = packets
        whole = pack_report(Report(self._ssrc, info, self._blocks(now))) + pack_name(self._ssrc, self._cname)
        return whole + pack_goodbye((self._ssrc,)) if leaving else whole

    def _take(self, report: Report, now: float) -> None:
        if report.info is not None and report.ssrc == self._reception.ssrc:
            self._last_report, self._last_report_at = _middle(report.info.ntp), now
        for block in report.blocks:
            if block.ssrc == self._ssrc:
                self._learn(block, now)

    def _learn(self, block: ReportBlock, now: float) -> None:
        self.lost_there = max(0, block.lost)
        self.jitter_there = 1000.0 * block.jitter / _CLOCK_RATE
        if block.last_report:
            trip = ((_middle(_ntp(now)) - block.last_report - block.delay) & 0xFFFFFFFF) / _UNITS
            if trip <= _LONGEST_ROUND_TRIP:
                self.round_trip = 1000.0 * trip

    def _blocks(self, now: float) -> tuple[ReportBlock, ...]:
        interval = self._reception.take_interval()
        if interval is None:
            return ()
        since = min(0xFFFFFFFF, int((now - self._last_report_at) * _UNITS)) if self._last_report else 0
        return (ReportBlock(*interval, last_report=self._last_report, delay=since),)

    def _delay(self) -> float:
        return _INTERVAL * (0.5 + self._draw())


def _ntp(seconds: float) -> int:
    return int(seconds * (1 << 32))


def _middle(ntp: int) -> int:
    return ntp >> 16 & 0xFFFFFFFF
