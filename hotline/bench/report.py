"""The figures as a table for people and as JSON for everything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.table import Table

from config.errors import NotWritable
from hotline.bench.row import Row

_DIGITS = 4
_MARK = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}


def write(rows: Sequence[Row], path: Path) -> None:
    """A JSON list of rows `{"bench", "metric", "value", "unit", "target", "ok"}`. Raises `NotWritable`."""
    lines = [json.dumps(asdict(replace(row, value=rounded(row.value))), ensure_ascii=False) for row in rows]
    try:
        path.write_text("[" + ",".join(f"\n  {line}" for line in lines) + "\n]\n", encoding="utf-8")
    except OSError as fault:
        raise NotWritable(
            f"cannot be written: {fault.strerror or fault}", where=str(path), remedy="change to a folder of yours"
        ) from fault


def table(rows: Sequence[Row]) -> Table:
    """One line a figure."""
    drawn = Table("bench", "metric")
    drawn.add_column("value", justify="right")
    drawn.add_column("unit")
    drawn.add_column("target", justify="right")
    drawn.add_column("ok")
    before = ""
    for row in rows:
        if before and row.bench != before:
            drawn.add_section()
        target = "" if row.target is None else _shown(row.target)
        drawn.add_row(
            "" if row.bench == before else row.bench, row.metric, _shown(row.value), row.unit, target, _MARK[row.ok]
        )
        before = row.bench
    return drawn


def rounded(value: float) -> float:
    """To what a measurement can tell: four digits, or all of a whole number."""
    return value if float(value).is_integer() else float(f"{value:.{_DIGITS}g}")


def _shown(value: float) -> str:
    return f"{rounded(value):,.10g}"
