"""What `hotline check FILE` does: every fault of a hotline file, one a line."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from config.faults import errors
from config.hotline_yaml import examine_file
from ivr.flow.catalogue import STEPS


def check(path: Path, out: Console | None = None) -> int:
    """Write `file:line: what; remedy` for each fault; the exit code: 1 if one is an error, else 0."""
    console = out or Console(highlight=False)
    reading = examine_file(path, STEPS.keys())
    for fault in reading.faults:
        console.print(str(fault), markup=False, soft_wrap=True)
    found = len(errors(reading.faults))
    warnings = _count(len(reading.faults) - found, "warning")
    verdict = f"{_count(found, 'error')}, {warnings}" if found else f"good, {warnings}"
    console.print(f"{path}: {verdict}", markup=False, soft_wrap=True)
    return 1 if found else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
