"""What the times of packets say about who sent them: pure arithmetic on arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hotline.bench.edge.mmsg import Numbers, Stamps

_FRAME_MS = 20.0
_RATE = 50
#: A leg that got fewer of its packets has failed: a concealment of every fiftieth packet is heard.
_LEAST = 0.98


@dataclass(frozen=True, slots=True)
class Heard:
    """Packets of many legs: nanoseconds at which the kernel had each, the port it came from, its RTP sequence
    number."""

    stamps: Stamps
    ports: Numbers
    sequences: Numbers

    def between(self, begin: int, end: int) -> Heard:
        """Those that came from `begin` on and before `end`, in nanoseconds."""
        inside = (self.stamps >= begin) & (self.stamps < end)
        return Heard(self.stamps[inside], self.ports[inside], self.sequences[inside])

    def by_leg(self) -> Heard:
        """Leg after leg, each in order of time."""
        order = np.lexsort((self.stamps, self.ports))
        return Heard(self.stamps[order], self.ports[order], self.sequences[order])


@dataclass(frozen=True, slots=True)
class Pacing:
    """`p99` milliseconds of pacing error, `drift` parts in a million that the median leg is slow, and how many of the
    expected legs were `short` of packets."""

    p99: float
    drift: float
    short: int


def pacing(heard: Heard, legs: frozenset[int], seconds: float) -> Pacing:
    """Of the packets that `legs` (ports) should have sent in so many seconds, 50 each second.

    The error of a packet is RFC 3550's D (6.4.1): by how much its distance from the leg's packet before differs from
    20 ms times the difference of their sequence numbers. It forgives a slow clock, which `drift` tells. Where nothing
    came it is the whole time.
    """
    rows = heard.by_leg()
    counts = np.bincount(rows.ports, minlength=1 << 16)
    short = int(np.sum(counts[list(legs)] < _LEAST * _RATE * seconds)) if legs else 0
    same = rows.ports[1:] == rows.ports[:-1]
    if not same.any():
        return Pacing(1000 * seconds, 0.0, short)
    steps = (rows.sequences[1:] - rows.sequences[:-1]).astype(np.int16).astype(np.int64)  # round 65,536, either way
    errors = np.abs(np.diff(rows.stamps) / 1e6 - _FRAME_MS * steps)[same]
    return Pacing(float(np.percentile(errors, 99)), _drift(rows, steps), short)


def _drift(rows: Heard, steps: npt.NDArray[np.int64]) -> float:
    """Of legs in order: how much longer than 20 ms a packet takes them, by the median leg."""
    edges = np.flatnonzero(np.diff(rows.ports))
    firsts, lasts = np.append(0, edges + 1), np.append(edges, len(rows.ports) - 1)
    walked = np.append(0, np.cumsum(steps))
    packets = walked[lasts] - walked[firsts]
    took = (rows.stamps[lasts] - rows.stamps[firsts]) / 1e6
    many = packets > 0
    return float(np.median(took[many] / (_FRAME_MS * packets[many]) - 1)) * 1e6 if many.any() else 0.0


def windows(begin: int, seconds: float, count: int) -> list[tuple[int, int]]:
    """So many windows of so many seconds one after another, in nanoseconds from `begin` on."""
    edges = [begin + int(number * seconds * 1e9) for number in range(count + 1)]
    return list(pairwise(edges))
