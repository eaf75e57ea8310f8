"""The program under test, in a process and on a core of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Concatenate, ParamSpec

from config.errors import HotlineError
from hotline.bench.edge.wording import Address

_P = ParamSpec("_P")
_PATIENCE = 10.0  # seconds for a program to end of itself
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Program:
    """A process that serves calls; `asker` is our end of its pipe."""

    def __init__(self, process: BaseProcess, asker: Connection) -> None:
        self.asker = asker
        self._process = process
        self._proc = Path("/proc") / str(process.pid)

    def answer(self) -> object:
        """What it says next. Raises `HotlineError` if it ended instead."""
        try:
            return self.asker.recv()
        except EOFError:
            raise HotlineError("it ended before its time", where="the program under test") from None

    def address(self) -> Address:
        """Where it takes calls: the first thing it says. Raises `HotlineError` if it has not said so in a while."""
        if not self.asker.poll(_PATIENCE):
            raise HotlineError("it did not start", where="the program under test")
        said = self.answer()
        assert isinstance(said, tuple)
        return said

    def processor_time(self) -> float:
        """Seconds of the processor so far."""
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Resident kB."""
        return int((self._proc / "statm").read_text().split()[1]) * _PAGE / 1024

    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(os.listdir(self._proc / "fd"))


@contextmanager
def running(
    target: Callable[Concatenate[Connection, _P], None], *args: _P.args, **kwargs: _P.kwargs
) -> Iterator[Program]:
    """A program that is told "stop" in the end, and killed if it does not."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=target, args=(theirs, *args), kwargs=kwargs, daemon=True)
    process.start()
    theirs.close()
    try:
        yield Program(process, ours)
        if process.is_alive():
            ours.send("stop")
            process.join(_PATIENCE)
    finally:
        process.kill()
        process.join()
        ours.close()


@contextmanager
def first_core_free() -> Iterator[int]:
    """The number of the core that is measured; this process keeps off it, unless there is no other."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[1:] or cores)
    try:
        yield cores[0]
    finally:
        os.sched_setaffinity(0, cores)
