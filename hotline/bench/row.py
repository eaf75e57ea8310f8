"""One figure that was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table and of `bench.json`. `target` is None where the figure is only reported; `ok` is None where
    nothing says whether it is good."""

    bench: str
    metric: str
    value: float
    unit: str
    target: float | None
    ok: bool | None
