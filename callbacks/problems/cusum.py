"""A cumulated sum that notices when cases come oftener than they should, and how often it would do so by chance.

One-sided CUSUM for Poisson counts (Page 1954; Lucas 1985, *Counted Data CUSUM's*, Technometrics 27): the level is
S = max(0, S + x - k) after each hour with x cases. The reference value k = mu (r - 1) / ln r lies between the usual
rate mu and r mu, the rate that is to be noticed soonest; with it the sum is the log-likelihood ratio of the two (in
units of ln r), also where mu changes from hour to hour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

#: The level is followed in steps of an eighth of a case. References that are multiples of it are followed exactly.
_CELLS = 8
#: After so many hours the level no longer remembers where it began, as far as anybody could tell.
_WARM_UP = 400

_Distribution = npt.NDArray[np.float64]


class Level(NamedTuple):
    """Where the sum stands after the last hour, and how many of the last hours it has been above zero."""

    height: float
    hours: int


def reference(rate: float, ratio: float) -> float:
    """The k for a usual rate (cases an hour), when `ratio` (above 1) times as many are to be noticed."""
    return rate * (ratio - 1) / math.log(ratio)


def level(counts: Sequence[int], references: Sequence[float]) -> Level:
    """The sum over these hours; it begins at zero."""
    height, hours = 0.0, 0
    for count, k in zip(counts, references, strict=True):
        height = max(0.0, height + count - k)
        hours = hours + 1 if height > 0 else 0
    return Level(height, hours)


def false_alarms(rates: Sequence[float], references: Sequence[float], threshold: float) -> float:
    """How often, in one round of these hourly rates, the sum reaches the threshold by chance, if each time it begins
    again at zero. For a constant rate this is one over the average run length.

    The level is a Markov chain on a grid (Brook & Evans 1972, Biometrika 59); a level between two points of it is
    shared between them, so that its mean is kept. The chain is followed until it has settled into the round, then for
    one round more.
    """
    cells = max(1, math.floor(threshold * _CELLS))
    steps = [_Step(rate, k, cells) for rate, k in zip(rates, references, strict=True)]
    at: _Distribution = np.zeros(cells)
    at[0] = 1.0
    for _ in range(math.ceil(_WARM_UP / len(steps))):
        for step in steps:
            at, _ = step.follow(at)
    expected = 0.0
    for step in steps:
        at, alarms = step.follow(at)
        expected += alarms
    return expected


class _Step:
    """One hour: cases come in, the reference is taken off."""

    def __init__(self, rate: float, k: float, cells: int) -> None:
        self._cells = cells
        self._down, self._share = divmod(k * _CELLS, 1.0)
        most = (cells + int(self._down) + 1) // _CELLS + 1  # more cases than this reach the threshold from anywhere
        self._come = np.zeros(most * _CELLS + cells + int(self._down) + 2)
        chance = math.exp(-rate)
        for count in range(most + 1):
            self._come[count * _CELLS] = chance
            chance *= rate / (count + 1)

    def follow(self, before: _Distribution) -> tuple[_Distribution, float]:
        """The distribution an hour later, and how much of it has reached the threshold and is at zero again."""
        raised = np.convolve(before, self._come)
        down = int(self._down)
        after = (1 - self._share) * self._lowered(raised, down) + self._share * self._lowered(raised, down + 1)
        alarms = max(0.0, float(before.sum() - after.sum()))
        after[0] += alarms
        return after, alarms

    def _lowered(self, raised: _Distribution, by: int) -> _Distribution:
        """What stays below the threshold."""
        below = raised[by : by + self._cells].copy()
        below[0] += raised[:by].sum()
        return below
