"""`python -m hotline.bench [--only NAME]`: measure, print a table, write `bench.json` in the current folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.errors import HotlineError
from hotline.bench.apart import BenchBroke, rows_of
from hotline.bench.catalogue import BENCHES, chosen
from hotline.bench.machine import described
from hotline.bench.report import table, write
from hotline.bench.row import Row

_OUTPUT = Path("bench.json")


def measure(
    benches: Mapping[str, tuple[str, ...]], output: Path, screen: Console
) -> tuple[list[Row], list[BenchBroke]]:
    """Every row of the benches, and what broke off. `output` holds what was measured so far at any time."""
    rows: list[Row] = []
    broken: list[BenchBroke] = []
    write(rows, output)
    with _progress(screen) as progress:
        parts = [(name, module) for name, modules in benches.items() for module in modules]
        task = progress.add_task("", total=len(parts))
        for name, module in parts:
            progress.update(task, description=name)
            try:
                for row in rows_of(module):
                    rows.append(row)
                    progress.update(task, description=f"{name}: {row.metric}")
            except BenchBroke as fault:
                broken.append(fault)
            write(rows, output)
            progress.advance(task)
    return rows, broken


@contextmanager
def _progress(screen: Console) -> Iterator[Progress]:
    """On a terminal only: elsewhere nobody watches."""
    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        yield progress


def bench(
    only: Annotated[str | None, typer.Option(help=f"One of {', '.join(BENCHES)}; all without it.")] = None,
) -> None:
    """Measure, print a table and write bench.json."""
    benches = chosen(only)
    errors = Console(stderr=True, highlight=False)
    machine = described()
    rows, broken = measure(benches, _OUTPUT, errors)
    screen = Console(highlight=False)
    screen.print(f"measured on: {machine}", markup=False, soft_wrap=True)
    screen.print(table(rows))
    for fault in broken:
        errors.print(f"bench: {fault}", style="bold red", markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(HotlineError.exit_code)


def main() -> None:
    """Run it; a fault with a remedy becomes one line on standard error and its exit code."""
    try:
        typer.run(bench)
    except HotlineError as fault:
        Console(stderr=True, highlight=False).print(f"bench: {fault}", style="bold red", markup=False, soft_wrap=True)
        sys.exit(fault.exit_code)


if __name__ == "__main__":
    main()
