"""What ties a worker to its supervisor: a socket on the worker's standard input.

The worker reports through it, shows by a beat now and then that its event loop turns, and dies with it: when the
supervisor is gone, however that came about, reading ends, and the worker ends at that very moment, as if the machine's
program had died as a whole. A thread watches, so that a busy event loop outlives nobody.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from pydantic_core import to_json

from config.clock import Clock

#: EX_UNAVAILABLE of sysexits.h.
_ORPHANED = 69


#: Seconds between two beats.
BEAT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Report:
    """A worker is ready, and has `lines` to say to whoever started the hotline; or it cannot start for this `fault`; or
    it only shows that it is alive."""

    lines: tuple[str, ...] = ()
    fault: str = ""
    is_beat: bool = False


_REPORTS = TypeAdapter(Report)


def read_report(line: bytes) -> Report:
    """The report in a line."""
    return _REPORTS.validate_json(line)


class Lifeline:
    """The worker's end. `folder` is removed by whichever worker is the first to find the supervisor gone."""

    def __init__(self, folder: Path, file_number: int = 0) -> None:
        self._folder = folder
        self._socket = socket.socket(fileno=os.dup(file_number))
        self._told: asyncio.Queue[None] | None = None

    def watch(self) -> None:
        """From now on end with the supervisor."""
        threading.Thread(target=self._watch, name="lifeline", daemon=True).start()

    def report(self, report: Report) -> None:
        """Tell the supervisor."""
        self._socket.sendall(to_json(report) + b"\n")

    async def beat(self, clock: Clock) -> None:
        """Show that this event loop turns, until cancelled. A supervisor that does not read misses nothing by it."""
        line = to_json(Report(is_beat=True)) + b"\n"
        while True:
            with suppress(BlockingIOError):
                self._socket.send(line, socket.MSG_DONTWAIT)
            await clock.sleep(BEAT_SECONDS)

    async def until_told_to_stop(self) -> None:
        """Until the next SIGTERM. Before this is first asked, one ends the process at once; later none is missed."""
        if self._told is None:
            self._told = asyncio.Queue()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._told.put_nowait, None)
        await self._told.get()

    def _watch(self) -> None:
        try:
            while self._socket.recv(1):
                pass
        except OSError:
            pass  # reset: gone as well
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(_ORPHANED)
