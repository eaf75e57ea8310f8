"""`hotline serve`."""

from __future__ import annotations

import asyncio
import signal

from rich.console import Console

from config.clock import SystemClock
from hotline.workers.supervisor import Supervisor


async def serve() -> None:
    """Run until SIGTERM or SIGINT."""
    supervisor = Supervisor(SystemClock(), _introduce)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    await supervisor.run()


def _introduce(lines: tuple[str, ...]) -> None:
    console = Console(highlight=False)
    for line in lines:
        console.print(line, markup=False)
