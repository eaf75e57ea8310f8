"""Two hotline files on the same traffic: the difference, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.rehearsal.intervals import Figure, figure
from routing.rehearsal.samples import RowSamples
from routing.rehearsal.statistics import measured, samples


@dataclass(frozen=True, slots=True)
class RowDifference:
    """B less A, for the classes that both have."""

    name: str
    figures: Mapping[str, Figure]


def differences(a: Sequence[tuple[RowSamples, ...]], b: Sequence[tuple[RowSamples, ...]]) -> tuple[RowDifference, ...]:
    """Stretch by stretch: with common random numbers most of what chance adds is in both, and falls out."""
    theirs = {parts[0].name: parts for parts in zip(*b, strict=True)}
    return tuple(
        RowDifference(parts[0].name, _row(parts, theirs[parts[0].name]))
        for parts in zip(*a, strict=True)
        if parts[0].name in theirs
    )


def _row(a: Sequence[RowSamples], b: Sequence[RowSamples]) -> dict[str, Figure]:
    both = [one for one in (measured(a), measured(b)) if one is not None]
    beside = np.concatenate(both, axis=1) if len(both) == 2 else None
    found = {}
    for name in a[0].ratios:
        ours, theirs = samples(a, name), samples(b, name)
        made = figure(theirs - ours, beside) if len(ours) == len(theirs) else None
        if made is not None:
            found[name] = made
    return found
