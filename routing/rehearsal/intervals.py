"""95 % confidence intervals, from samples that are taken to be independent: replications, or batches of a long run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routing.rehearsal.traffic import Floats

_Z = 1.959963984540054
#: Student's t at 97.5 % where the expansion below is not exact enough.
_FEW = {1: 12.7062, 2: 4.3027}
#: A regression takes so many samples for each control variate, or it is left alone.
_SAMPLES_EACH = 5
#: Groups of samples that are left out in turn.
_GROUPS = 20
#: A control variate is kept when it varies by at least this share of its spread apart from those kept before.
_NEW = 1e-6


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate, half the width of its 95 % interval (None: too few samples), and `plain`, what was simply counted
    (the same where there were no control variates)."""

    value: float
    half_width: float | None
    plain: float

    def has(self, truth: float) -> bool:
        """Whether the interval covers this value."""
        return self.half_width is not None and abs(truth - self.value) <= self.half_width


def student(freedom: int) -> float:
    """Student's t at 97.5 % for so many degrees of freedom (Abramowitz & Stegun 26.7.5)."""
    if freedom in _FEW:
        return _FEW[freedom]
    z, n = _Z, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )


def ratio(above: Floats, below: Floats, controls: Floats | None = None) -> Floats:
    """Samples whose mean (with the controls: see `figure`) is that of `above` / that of `below`, linearised there.

    A mean of ratios would lean toward the batches with few calls. All zero below: no samples.
    """
    if float(below.sum()) == 0:
        return np.empty(0)
    design = _design(len(below), controls)
    whole = _intercept(below, design)
    centre = _intercept(above, design) / whole
    return centre + (above - centre * below) / whole


def figure(samples: Floats, controls: Floats | None = None, plain: float | None = None) -> Figure | None:
    """The mean of the samples and its interval; None without samples.

    `controls` has a row for each sample, of variables whose mean is known to be zero: the mean is then the intercept
    of the regression on them (Lavenberg & Welch 1981). They are left out where there are too few samples for that.
    The spread is found by leaving out groups of neighbouring samples in turn (the jackknife, Tukey 1958): neighbours
    are alike in a queue, and a busy hour has much weight in a regression. `plain` is that of the figure, without it
    the mean.
    """
    count = len(samples)
    if count == 0:
        return None
    mean = float(samples.mean())
    counted = plain if plain is not None else mean
    if count == 1:
        return Figure(mean, None, counted)
    design = _design(count, controls)
    groups = np.array_split(np.arange(count), min(count, _GROUPS))
    whole = _intercept(samples, design)
    without = np.array([_intercept(np.delete(samples, group), np.delete(design, group, axis=0)) for group in groups])
    pseudo = len(groups) * whole - (len(groups) - 1) * without
    half_width = student(len(groups) - 1) * float(pseudo.std(ddof=1)) / len(groups) ** 0.5
    return Figure(float(pseudo.mean()) if design.shape[1] > 1 else mean, half_width, counted)


def _intercept(samples: Floats, design: Floats) -> float:
    return float(np.linalg.lstsq(design, samples)[0][0])


def _design(count: int, controls: Floats | None) -> Floats:
    """A column of ones, and the control variates in units of their own spread, those left out that say nothing new; all
    of them where there are too few samples."""
    kept = [np.ones(count)]
    for column in controls.T if controls is not None else ():
        spread = float(column.std())
        others = np.stack(kept, axis=1)
        rest = column - others @ np.linalg.lstsq(others, column)[0]
        if spread > 0 and float(rest.std()) > _NEW * spread:
            kept.append(column / spread)
    return np.stack(kept if count >= _SAMPLES_EACH * (len(kept) - 1) else kept[:1], axis=1)
