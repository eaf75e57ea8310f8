"""The report of a rehearsal: each class and all of them, with 95 % intervals over replications and batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.rehearsal.intervals import Figure, figure, ratio
from routing.rehearsal.samples import RowSamples
from routing.rehearsal.traffic import Floats

_PERCENTILES = (50, 90, 99)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day, 0 to 23, and what callers who came in it waited, seconds."""

    hour: int
    offered: int
    mean_wait: float


@dataclass(frozen=True, slots=True)
class RowReport:
    """One line of the report. Shares are parts of one, waits seconds; `hourly_spread` is the longest hourly mean wait
    less the shortest."""

    name: str
    target: float | None
    counts: Mapping[str, int]
    figures: Mapping[str, Figure]
    by_hour: tuple[Hour, ...]
    hourly_spread: float | None


def report(runs: Sequence[tuple[RowSamples, ...]]) -> tuple[RowReport, ...]:
    """Runs of the same classes, one after the other, made one report."""
    return tuple(_row(parts) for parts in zip(*runs, strict=True))


def samples(parts: Sequence[RowSamples], name: str) -> Floats:
    """The samples of one of the ratios."""
    return ratio(*_both(parts, name), measured(parts))


def _both(parts: Sequence[RowSamples], name: str) -> tuple[Floats, Floats]:
    above, below = (np.concatenate([part.ratios[name][place] for part in parts]) for place in (0, 1))
    return above, below


def measured(parts: Sequence[RowSamples]) -> Floats | None:
    """The control variates beside the samples."""
    found = [part.controls for part in parts if part.controls is not None]
    return np.concatenate(found) if found else None


def _row(parts: Sequence[RowSamples]) -> RowReport:
    first = parts[0]
    figures = {}
    for name in first.ratios:
        above, below = _both(parts, name)
        plain = float(above.sum() / below.sum()) if below.sum() else None
        made = figure(samples(parts, name), measured(parts), plain)
        if made is not None:
            figures[name] = made
    for percent in _PERCENTILES:
        made = _percentile(parts, percent)
        if made is not None:
            figures[f"p{percent}_wait"] = made
    hours = np.sum([part.by_hour for part in parts], axis=0)
    by_hour = tuple(Hour(hour, int(calls), float(wait / calls)) for hour, (calls, wait) in enumerate(hours) if calls)
    means = [hour.mean_wait for hour in by_hour]
    return RowReport(
        name=first.name,
        target=first.target,
        counts={key: sum(part.counts[key] for part in parts) for key in first.counts},
        figures=figures,
        by_hour=by_hour,
        hourly_spread=max(means) - min(means) if means else None,
    )


def _percentile(parts: Sequence[RowSamples], percent: int) -> Figure | None:
    """Of all waits together; the interval is from the percentiles of the stretches."""
    waits = np.concatenate([part.waits for part in parts])
    if len(waits) == 0:
        return None
    each = [
        np.percentile(part.waits[part.stretch == stretch], percent)
        for part in parts
        for stretch in np.unique(part.stretch)
    ]
    spread = figure(np.array(each))
    value = float(np.percentile(waits, percent))
    return Figure(value, spread.half_width if spread is not None else None, value)
