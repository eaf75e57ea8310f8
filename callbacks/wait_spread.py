"""The spread of waits by hour and tier (lesson 23): trust is the same at dawn and at peak; a mean does not show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np

_PERCENTILES = (10, 25, 50, 75, 90)


@dataclass(frozen=True, slots=True)
class CallWait:
    """A caller who was put through: `seconds` from their arrival until an agent could hear them."""

    arrived_at: datetime
    tier: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WaitSpread:
    """The waits of one hour of the day (0 to 23, local) and one tier, in seconds: percentiles, and how many calls."""

    hour: int
    tier: str
    calls: int
    p10: float
    p25: float
    median: float
    p75: float
    p90: float


def wait_spreads(waits: Iterable[CallWait], zone: tzinfo) -> tuple[WaitSpread, ...]:
    """By hour, then tier; hours without a call are left out. Percentiles between two calls are interpolated linearly
    (Hyndman and Fan 1996, definition 7)."""
    together: defaultdict[tuple[int, str], list[float]] = defaultdict(list)
    for wait in waits:
        together[wait.arrived_at.astimezone(zone).hour, wait.tier].append(wait.seconds)
    return tuple(
        WaitSpread(hour, tier, len(seconds), *(float(value) for value in np.percentile(seconds, _PERCENTILES)))
        for (hour, tier), seconds in sorted(together.items())
    )
