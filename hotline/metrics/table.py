"""The handbook's list of metrics, written from the catalogue: `python -m hotline.metrics.table docs/operating.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from hotline.metrics.catalogue import Metrics

_BEGIN = "<!-- metrics: written by `python -m hotline.metrics.table docs/operating.md` -->"
_END = "<!-- end of metrics -->"


def table() -> str:
    """The table in Markdown."""
    lines = ["| metric | type | labels | what it says |", "|---|---|---|---|"]
    for one in Metrics("").described:
        labels = ", ".join(f"`{label}`" for label in one.labels)
        lines.append(f"| `{one.name}` | {one.kind} | {labels} | {one.says} |")
    return "\n".join(lines)


def renewed(page: str) -> str:
    """The page with the table as it is now. Raises `ValueError` when the page has no place for it."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError("the page has no place for the metrics")
    return f"{before}{begin}\n{table()}\n{end}{after}"


def main(target: str) -> None:
    """Renew the table in the file."""
    page = Path(target)
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
