"""Starts the processes of the hotline, and starts again whichever ends, or is there and does nothing any more."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from config.clock import Clock
from config.errors import HotlineError
from hotline.workers.lifeline import read_report
from hotline.workers.run_folder import RunFolder

log = structlog.get_logger(__name__)

WORKERS = ("main", "edge", "ears")
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
#: Seconds after which a worker counts as healthy, and its next pause as the first.
HEALTHY_SECONDS = 60.0
#: So many looks in a row at a worker that is ready and shows no sign of life end it: after 30 to 35 s. The
#: looks are counted, not the seconds: after the whole machine stood still, everybody has missed one.
LOOK_SECONDS = 5.0
SILENT_LOOKS = 7
#: Seconds that a worker has to stop.
_STOP_SECONDS = 12.0


class CannotStart(HotlineError):
    """A worker says that it cannot start, and what a person can do about it."""


def next_pause(pause: float, lived: float) -> float:
    """Seconds to wait before a worker that lived so long is started again, when the pause before was `pause`."""
    return FIRST_PAUSE if pause == 0 or lived >= HEALTHY_SECONDS else min(2 * pause, LONGEST_PAUSE)


@dataclass(slots=True)
class _Pulse:
    """One life of a worker: how often we have looked at it since it last showed that it is alive."""

    is_ready: bool = False
    silent_looks: int = 0


class Supervisor:
    """`run` until `stop`, and then until the main process has brought its calls to an end; a second `stop` hurries it.

    `on_ready` is told once what the main process has to say to whoever started the hotline. `program` is started with
    the worker's name and the folder of the sockets. `drain_seconds`: how long calls may take to end.
    """

    def __init__(
        self,
        clock: Clock,
        on_ready: Callable[[tuple[str, ...]], None],
        program: tuple[str, ...] = (sys.executable, "-m", "hotline.workers"),
        drain_seconds: float = 0.0,
    ) -> None:
        self._clock = clock
        self._on_ready = on_ready
        self._program = program
        self._drain_seconds = drain_seconds
        self._is_stopping = asyncio.Event()
        self._is_hurried = asyncio.Event()
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._lifelines: dict[str, asyncio.StreamWriter] = {}
        self._ready: set[str] = set()

    def stop(self) -> None:
        """End `run`; asked a second time, without waiting for calls to end."""
        if self._is_stopping.is_set():
            self._is_hurried.set()
        self._is_stopping.set()

    async def run(self) -> None:
        """Raises `CannotStart` when a worker cannot, at the first start; one that ends later is started again."""
        folder = RunFolder.make()
        keeping = [asyncio.ensure_future(self._keep(name, folder)) for name in WORKERS]
        stopping = asyncio.ensure_future(self._is_stopping.wait())
        try:
            await asyncio.wait((*keeping, stopping), return_when=asyncio.FIRST_COMPLETED)
            for kept in keeping:
                if kept.done():
                    kept.result()
            await self._drain()  # with edge and ears, which are started again if they end
        finally:
            for task in (*keeping, stopping):
                task.cancel()
            await asyncio.gather(*keeping, stopping, return_exceptions=True)
            await self._end("main")  # first: it ends the calls in good order
            await asyncio.gather(self._end("edge"), self._end("ears"))
            shutil.rmtree(folder.path, ignore_errors=True)

    async def _drain(self) -> None:
        """Until the main process has ended by itself, or it cannot be waited for any longer."""
        process = self._processes.get("main")
        if process is None or process.returncode is not None:
            return
        log.info("stopping", drain_seconds=self._drain_seconds)
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        ended, hurried = asyncio.ensure_future(process.wait()), asyncio.ensure_future(self._is_hurried.wait())
        try:
            patience = self._drain_seconds + _STOP_SECONDS
            await asyncio.wait((ended, hurried), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (ended, hurried):
                task.cancel()
            await asyncio.gather(ended, hurried, return_exceptions=True)

    async def _keep(self, name: str, folder: RunFolder) -> None:
        """Until cancelled; a main process that has ended on its way to the end is not started again."""
        pause = 0.0
        while not (name == "main" and self._is_stopping.is_set()):
            begun = self._clock.monotonic()
            fault = await self._live(name, folder)
            if fault and name not in self._ready:
                raise CannotStart(fault)
            if name == "main" and self._is_stopping.is_set():
                return
            lived = self._clock.monotonic() - begun
            pause = next_pause(pause, lived)
            status = _in_words(self._processes[name].returncode)
            log.error("worker_ended", worker=name, status=status, why=fault, lived=round(lived, 1), again_in=pause)
            await self._clock.sleep(pause)

    async def _live(self, name: str, folder: RunFolder) -> str:
        """From its start to its end; the fault for which it could not start, empty if there was none."""
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as unless_started:
            unless_started.callback(ours.close)
            # In a session of its own: a Ctrl-C in the terminal is for us, who end them in order.
            process = await asyncio.create_subprocess_exec(
                *(*self._program, name, str(folder.path)),
                stdin=theirs.fileno(),
                start_new_session=True,
            )
            unless_started.pop_all()
        self._processes[name] = process
        log.info("worker_started", worker=name, process=process.pid)
        reader, self._lifelines[name] = await asyncio.open_connection(sock=ours)
        fault = ""
        pulse = _Pulse()
        watching = asyncio.ensure_future(self._watch(name, process, pulse))
        try:
            with contextlib.suppress(ConnectionError):
                while line := await reader.readline():
                    report = read_report(line)
                    pulse.silent_looks = 0
                    if report.fault:
                        fault = report.fault
                    elif not report.is_beat:
                        pulse.is_ready = True
                        self._reported_ready(name, report.lines)
            await process.wait()
        finally:
            watching.cancel()
        self._lifelines.pop(name).close()
        return fault

    async def _watch(self, name: str, process: asyncio.subprocess.Process, pulse: _Pulse) -> None:
        """End a worker that is alive and shows nothing of it: what hangs in it serves nobody. Before it is ready it may
        be busy for long: with models, or with a large database's upgrade."""
        while pulse.silent_looks < SILENT_LOOKS:
            await self._clock.sleep(LOOK_SECONDS)
            if pulse.is_ready:
                pulse.silent_looks += 1
        log.error("worker_hangs", worker=name, process=process.pid)
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    def _reported_ready(self, name: str, lines: tuple[str, ...]) -> None:
        log.info("worker_ready", worker=name)
        if name == "main" and name not in self._ready:
            self._on_ready(lines)
        self._ready.add(name)

    async def _end(self, name: str) -> None:
        process = self._processes.get(name)
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()  # for a main process that drains, the second time: it ends its calls
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            log.error("worker_does_not_stop", worker=name)
            process.kill()
            await process.wait()
        if name in self._lifelines:
            self._lifelines.pop(name).close()


def _in_words(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name
