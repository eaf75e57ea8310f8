"""The handbook's tables of sizing, written from the figures: `python -m hotline.sizing.table docs/sizing.md`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from hotline.commands.sizing import lines_of
from hotline.sizing.costs import COSTS
from hotline.sizing.demand import Demand, load
from hotline.sizing.kinds import kinds
from hotline.sizing.limits import limits

_EXAMPLES = (200, 20_000, 1_000_000)


def costs_table() -> str:
    """What was measured."""
    lines = ["| what | costs | measured by |", "|---|---|---|"]
    for _, one in COSTS.rows():
        lines.append(f"| {one.what} | {one.value:g} {one.unit}".rstrip() + f" | `{one.by}` |")
    return "\n".join(lines)


def kinds_table() -> str:
    """What a call costs by its kind."""
    head = ("telephones, sound", "recognition", "main", "writes", "events", "database, kB", "recording, MB")
    lines = [f"| | {' | '.join(head)} |", f"|---|{'---:|' * len(head)}"]
    for kind in kinds(Demand(1)):
        seconds = (f"{spent:.2g} s" if spent else "" for spent in (kind.edge, kind.ears, kind.main))
        counts = (f"{count:g}" if count else "" for count in (kind.writes, kind.events, kind.book, kind.recording))
        lines.append(f"| {kind.what} | {' | '.join((*seconds, *counts))} |")
    return "\n".join(lines)


def examples_table() -> str:
    """Three hotlines of usual calls, side by side; a dash where one has no such thing."""
    columns = [dict(lines_of(load(Demand(calls)))) for calls in _EXAMPLES]
    lines = ["| calls a day | " + " | ".join(f"{calls:,}" for calls in _EXAMPLES) + " |", "|---|---:|---:|---:|"]
    rows = ((what, " | ".join(column.get(what, "-") for column in columns)) for what in columns[-1])
    return "\n".join([*lines, *(f"| {what} | {much} |" for what, much in rows)])


def limits_table() -> str:
    """What is full first, for usual calls."""
    lines = ["| calls a day | is full | then |", "|---:|---|---|"]
    found = (f"| {float(f'{one.calls_a_day:.2g}'):,.0f} | {one.what} | {one.then} |" for one in limits(Demand(1)))
    return "\n".join([*lines, *found])


def tables() -> Mapping[str, str]:
    """Each by its name on the page."""
    return {"kinds": kinds_table(), "costs": costs_table(), "examples": examples_table(), "limits": limits_table()}


def renewed(page: str) -> str:
    """The page with the tables as they are now. Raises `ValueError` when it has no place for one."""
    for name, table in tables().items():
        begin, end = f"<!-- {name}: written by `python -m hotline.sizing.table` -->", f"<!-- end of {name} -->"
        before, found, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        if not (found and ended):
            raise ValueError(f"the page has no place for the {name}")
        page = f"{before}{begin}\n{table}\n{end}{after}"
    return page


def main(target: str) -> None:
    """Renew the tables in the file."""
    page = Path(target)
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
