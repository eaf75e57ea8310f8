"""`python -m hotline.workers edge|ears|main FOLDER`: one process of the hotline, started by its supervisor."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from config.clock import SystemClock
from config.errors import HotlineError
from config.logging import configure_logging
from config.settings import Settings, load_settings
from hotline.workers.lifeline import Lifeline, Report
from hotline.workers.run_folder import RunFolder


class Worker(Protocol):
    """One of the worker modules. Each is imported only in its own process: the edge stays small."""

    async def run(self, settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
        """Be ready, say so, and work until told to stop."""


def main() -> None:
    """Run the worker. A `HotlineError` is reported to the supervisor and ends with its exit code."""
    name, path = sys.argv[1:]
    folder = RunFolder(Path(path))
    lifeline = Lifeline(folder.path)
    lifeline.watch()
    try:
        settings = load_settings()
        configure_logging(settings.log_format, settings.log_level, worker=name)
        worker = cast(Worker, import_module(f"hotline.workers.{name}"))
        asyncio.run(_run(worker, settings, folder, lifeline))
    except HotlineError as fault:
        lifeline.report(Report(fault=str(fault)))
        sys.exit(fault.exit_code)


async def _run(worker: Worker, settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
    beating = asyncio.ensure_future(lifeline.beat(SystemClock()))
    try:
        await worker.run(settings, folder, lifeline)
    finally:
        beating.cancel()


if __name__ == "__main__":
    main()
