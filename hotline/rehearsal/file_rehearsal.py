"""Rehearsing a hotline file for the console: in a process of its own, which ends when nobody wants it any more."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import timedelta

from callbacks.calls.call_list import CallFilter, CallList, place_of_call
from callbacks.calls.model import CallRecord
from config.clock import Clock
from config.errors import HotlineError
from config.faults import Fault, HotlineFileFaults
from config.hotline_file import HotlineFile
from config.hotline_yaml import examine
from console.ports import FileLabels, RehearsedFiles
from hotline.rehearsal.rehearse_job import fitted
from ivr.flow.catalogue import STEPS
from routing.rehearsal.recorded import COLUMNS

#: The longest line that is read: a report with its picture.
_LONGEST = 8 * 1024 * 1024
_PAGE = 1_000
#: More calls are not taken: a rehearsal on the page is to end while one looks on.
MOST_CALLS = 50_000


class FileRehearsals:
    """`Rehearsals` over the calls of the book."""

    def __init__(self, calls: CallList, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def own_calls(self, days: int, live: str) -> str:
        """The calls that came in and waited in a queue, the oldest first."""
        since = self._clock.now() - timedelta(days=days)
        rows: list[CallRecord] = []
        after = None
        while len(rows) < MOST_CALLS:
            page = await self._calls.listed(CallFilter(since=since), after, _PAGE)
            rows += [call for call in page if call.promise is None and call.queue is not None]
            if len(page) < _PAGE:
                break
            after = place_of_call(page[-1])
        text = recorded_calls(rows)
        file = await asyncio.to_thread(_file, live)
        return text if file is None else fitted(text, file)

    async def rehearse(
        self, live: str, text: str, calls: str, labels: FileLabels, tell: Callable[[float], None]
    ) -> RehearsedFiles:
        """Both files, one after the other."""
        given = {
            "live": live,
            "text": text,
            "calls": calls,
            "labels": [labels.live, labels.edited],
            "title": labels.title,
            "axis": labels.axis,
        }
        command = (sys.executable, "-m", "hotline.rehearsal.rehearse_job")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=_LONGEST)
        try:
            return await _result(process, json.dumps(given).encode(), tell)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _result(process: asyncio.subprocess.Process, given: bytes, tell: Callable[[float], None]) -> RehearsedFiles:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(given)
    await process.stdin.drain()
    process.stdin.close()
    async for line in process.stdout:
        told = json.loads(line)
        if "share" in told:
            tell(float(told["share"]))
        elif "faults" in told:
            raise HotlineFileFaults(Fault(**fault) for fault in told["faults"])
        else:
            return RehearsedFiles(told["report"], told["picture"])
    raise HotlineError("the rehearsal ended without a result", remedy="see the program's log")


def recorded_calls(calls: list[CallRecord]) -> str:
    """The calls as recorded traffic. How long somebody would have waited is known only of those who gave up."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for call in calls:
        ended = call.ended_at
        spoken = (ended - call.bridged_at).total_seconds() if ended is not None and call.bridged_at is not None else ""
        gave_up = call.bridged_at is None and ended is not None and call.ended_by == "caller"
        waited = (ended - call.arrived_at).total_seconds() if gave_up and ended is not None else ""
        writer.writerow([call.arrived_at.isoformat(), call.queue, call.tier, call.language or "", spoken, waited])
    return written.getvalue()


def _file(text: str) -> HotlineFile | None:
    return examine(text, STEPS.keys()).file
