"""A module of a bench in a process of its own: what one leaves in memory, threads and caches must not weigh on the
next."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection

from config.errors import HotlineError
from config.logging import configure_logging
from hotline.bench.row import Row


class BenchBroke(HotlineError):
    """A bench could not be carried out."""


def rows_of(module: str) -> Iterator[Row]:
    """The rows of a module as they are measured. Raises `BenchBroke`."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_measure, args=(module, theirs))
    process.start()
    theirs.close()
    try:
        while (told := _next(ours, module)) is not None:
            if not isinstance(told, Row):
                raise BenchBroke(str(told), where=module)
            yield told
        process.join()
    finally:
        if process.is_alive():
            process.terminate()
            process.join()
        ours.close()


def _next(ours: Connection, module: str) -> object:
    try:
        return ours.recv()
    except EOFError:
        raise BenchBroke("the bench broke off", where=module, remedy="see the traceback above") from None


def _measure(module: str, theirs: Connection) -> None:
    """Send every row, and None at the end; of a fault that has a remedy its words."""
    configure_logging("human", "error")
    try:
        for row in import_module(module).rows():
            theirs.send(row)
    except HotlineError as fault:
        theirs.send(str(fault))
    else:
        theirs.send(None)
