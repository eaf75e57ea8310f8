"""A rehearsal in a process of its own: `python -m hotline.rehearsal.rehearse_job`, for the console.

Reads one JSON object from standard input: `{"live", "text", "calls", "labels": [live, text], "title", "axis"}`. Writes
JSON lines: `{"share": 0.5}` now and then, and at last `{"report": {...}, "picture": "<svg"}` or
`{"faults": [{"file", "line", "what", "remedy"}]}`.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TextIO

from config.faults import Fault, errors
from config.hotline_file import HotlineFile
from config.hotline_yaml import examine
from hotline.rehearsal.rehearse_picture import waits_by_hour
from hotline.rehearsal.rehearse_table import as_json
from ivr.flow.catalogue import STEPS
from routing.rehearsal.compare import differences
from routing.rehearsal.plan import Plan, carry_out, plan_of_recording
from routing.rehearsal.recorded import read_recording

#: Callers on the line come first.
_NICENESS = 10


class _Unusable(Exception):
    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


def run(given: dict[str, Any], out: TextIO) -> None:
    """Carry out what was asked for."""

    def tell(line: dict[str, Any]) -> None:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()

    def part(number: int) -> Callable[[float], None]:
        return lambda share: tell({"share": (number + share) / 2})

    try:
        live, other = _file(given["live"], "live.yaml"), _file(given["text"], "hotline.yaml")
        calls = str(given["calls"])
        plans = (
            _plan(calls, live, given["labels"][0]),
            _plan(fitted(calls, other), other, given["labels"][1]),
        )
    except _Unusable as unusable:
        tell({"faults": [asdict(fault) for fault in unusable.faults]})
        return
    sides = [carry_out(plan, part(number)) for number, plan in enumerate(plans)]
    report = as_json(sides, differences(sides[0].runs, sides[1].runs))
    tell({"report": report, "picture": waits_by_hour(sides, given["title"], given["axis"])})


def fitted(calls: str, file: HotlineFile) -> str:
    """The recorded calls without the queues, tiers and languages that the file does not have."""
    known = {"queue": set(file.queues), "tier": set(file.tiers), "language": set(file.languages)}
    rows = list(csv.reader(io.StringIO(calls.removeprefix("\ufeff"))))
    if not rows:
        return calls
    head = [cell.strip() for cell in rows[0]]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(head)
    for row in rows[1:]:
        if any(row):
            names = zip(head, row, strict=False)
            writer.writerow(
                [cell if column not in known or cell.strip() in known[column] else "" for column, cell in names]
            )
    return written.getvalue()


def _file(text: str, name: str) -> HotlineFile:
    reading = examine(text, STEPS.keys(), name=name)
    if reading.file is None:
        raise _Unusable(errors(reading.faults))
    return reading.file


def _plan(calls: str, file: HotlineFile, label: str) -> Plan:
    recording, faults = read_recording(calls, "calls.csv", file)
    if recording is None:
        raise _Unusable(faults)
    return plan_of_recording(recording, file, label)


if __name__ == "__main__":
    os.nice(_NICENESS)
    run(json.load(sys.stdin), sys.stdout)
