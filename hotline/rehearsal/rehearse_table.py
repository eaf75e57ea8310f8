"""The report of a rehearsal as tables for people and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from rich.table import Table

from routing.rehearsal.compare import RowDifference
from routing.rehearsal.intervals import Figure
from routing.rehearsal.plan import Rehearsed
from routing.rehearsal.statistics import RowReport

_Row = TypeVar("_Row")

#: Classes beside each other in one table; more make another table.
_BESIDE = 4
_COUNTS = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "promised": "took a promise",
    "unserved": "still waiting",
    "closed": "met closed lines",
}
_PROMISES = {"promises_made": "promises made", "promises_kept": "kept", "promises_late": "late"}
_ALWAYS = ("offered", "answered", "abandoned")
_SHARES = {
    "waited": "had to wait, %",
    "abandoned": "gave up, %",
    "service_level": "service level, %",
    "occupancy": "occupancy, %",
    "late": "promises late, %",
}
_AMOUNTS = {
    "mean_wait": "mean wait, s",
    "p50_wait": "half waited up to, s",
    "p90_wait": "90 % waited up to, s",
    "p99_wait": "99 % waited up to, s",
    "mean_queue": "mean queue",
}


def tables(sides: Sequence[Rehearsed], compared: Sequence[RowDifference]) -> Iterator[Table]:
    """Each side, then the second less the first."""
    for side in sides:
        for part in _parts(side.report):
            yield _side(side, part)
    if compared:
        title = f"{sides[1].label} less {sides[0].label} (same callers)"
        for rows in _parts(compared):
            table = _table(title, [row.name for row in rows])
            for key, label in (_SHARES | _AMOUNTS).items():
                _figures(table, label, key, [row.figures for row in rows], signed=True)
            yield table


def as_json(sides: Sequence[Rehearsed], compared: Sequence[RowDifference]) -> dict[str, object]:
    """`{"sides": [{"label", "calls", "classes": [...]}], "difference": [...]}`. Shares are parts of one, waits
    seconds; a figure is `{"value", "half_width", "plain"}`, the half width that of its 95 % interval or null."""
    return {
        "sides": [
            {"label": side.label, "calls": side.calls, "classes": [asdict(row) for row in side.report]}
            for side in sides
        ],
        "difference": [asdict(row) for row in compared],
    }


def _side(side: Rehearsed, rows: Sequence[RowReport]) -> Table:
    table = _table(side.label, [row.name for row in rows])
    promising = any(row.counts["promises_made"] for row in side.report)
    for key, label in (_COUNTS | _PROMISES if promising else _COUNTS).items():
        always = key in _ALWAYS or key in _PROMISES
        _counts(table, label, [row.counts[key] for row in rows], always=always)
    table.add_section()
    for key, label in (_SHARES | _AMOUNTS).items():
        if key != "abandoned" or any(row.counts["abandoned"] for row in rows):
            _figures(table, label, key, [row.figures for row in rows])
    table.add_row(
        "service level within, s", *(_number(row.target) if row.target is not None else "own" for row in rows)
    )
    table.add_row("hourly mean waits differ by, s", *(_number(row.hourly_spread) for row in rows))
    _counts(table, "were overtaken", [row.counts["overtaken"] for row in rows], always=True)
    return table


def _table(title: str, names: Iterable[str]) -> Table:
    table = Table("", title=title, title_justify="left")
    for name in names:
        table.add_column(name, justify="right")
    return table


def _counts(table: Table, label: str, values: Sequence[int], *, always: bool) -> None:
    if always or any(values):
        table.add_row(label, *(f"{value:,}" for value in values))


def _figures(table: Table, label: str, key: str, rows: Sequence[Mapping[str, Figure]], *, signed: bool = False) -> None:
    if any(key in row for row in rows):
        scale = 100.0 if key in _SHARES else 1.0
        table.add_row(label, *(_figure(row.get(key), scale, signed=signed) for row in rows))


def _figure(figure: Figure | None, scale: float, *, signed: bool) -> str:
    if figure is None:
        return "-"
    half = figure.half_width
    digits = 2 if half is None else next((n for n in range(1, 4) if half * scale >= 0.5 * 10**-n), 3)
    value = f"{figure.value * scale:{'+' if signed else ''},.{digits}f}"
    return value if half is None else f"{value} ± {half * scale:.{digits}f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"


def _parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for first in range(0, len(rows), _BESIDE):
        yield rows[first : first + _BESIDE]
