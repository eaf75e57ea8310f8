"""Chance, seeded: durations, and arrivals at rates that change over the day.

Each purpose of each class has a stream of its own, so that a change in one class leaves the draws of all the others
as they were.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from routing.rehearsal.traffic import Floats

Shape = Literal["exponential", "lognormal", "constant", "empirical"]


@dataclass(frozen=True, slots=True)
class Durations:
    """A distribution of seconds. `cv` is standard deviation / mean, of a lognormal; `values` are the observations that
    an empirical one draws from, each as likely as any other.
    """

    shape: Shape
    mean: float
    cv: float = 1.0
    values: tuple[float, ...] = ()

    def draw(self, dice: np.random.Generator, count: int) -> Floats:
        """So many independent durations."""
        match self.shape:
            case "exponential":
                return dice.exponential(self.mean, count)
            case "lognormal":
                variance = math.log1p(self.cv**2)
                return dice.lognormal(math.log(self.mean) - variance / 2, math.sqrt(variance), count)
            case "constant":
                return np.full(count, self.mean)
            case "empirical":
                return dice.choice(np.array(self.values, dtype=np.float64), count)


def stream(seed: int, replication: int, *purpose: str) -> np.random.Generator:
    """The dice for one purpose, for example (class, "service"); the same at every call."""
    return np.random.default_rng([seed, replication, *(zlib.crc32(part.encode()) for part in purpose)])


def arrivals(dice: np.random.Generator, edges: Sequence[float], rates: Sequence[float]) -> Floats:
    """The times of a Poisson process whose rate (a second) is `rates[n]` between `edges[n]` and `edges[n + 1]`.

    Made by stretching a process of rate one by the inverse of the cumulated rate (Çinlar 1975).
    """
    steps = np.diff(np.asarray(edges, dtype=np.float64))
    cumulated = np.concatenate([[0.0], np.cumsum(steps * np.asarray(rates, dtype=np.float64))])
    total = float(cumulated[-1])
    if total <= 0:
        return np.empty(0)
    count = int(total + 6 * math.sqrt(total) + 20)
    gaps = dice.exponential(1.0, count)
    while gaps.sum() < total:
        gaps = np.concatenate([gaps, dice.exponential(1.0, count)])
    unit = np.cumsum(gaps)
    unit = unit[unit < total]
    place = np.searchsorted(cumulated, unit, side="right") - 1  # never a step at rate zero: it adds nothing
    starts: Floats = np.asarray(edges, dtype=np.float64)[place]
    rate: Floats = np.asarray(rates, dtype=np.float64)[place]
    times: Floats = starts + (unit - cumulated[place]) / rate
    return times
