"""`hotline serve`."""

from __future__ import annotations

import asyncio
import os
import signal

from rich.console import Console

from config.clock import SystemClock
from config.settings import load_settings
from hotline.service_manager import READY, STOPPING, ServiceManager
from hotline.workers.supervisor import Supervisor
from ivr.drain_moves import LEAVE_SECONDS


async def serve() -> None:
    """Run until SIGTERM or SIGINT, and then until the calls in progress are over; a second signal ends them. Raises
    `SettingsFault`."""
    limit = load_settings().drain_limit
    manager, clock = ServiceManager(os.environ), SystemClock()

    def introduce(lines: tuple[str, ...]) -> None:
        _introduce(lines)
        manager.tell(READY)

    def stop() -> None:
        manager.tell(STOPPING)
        supervisor.stop()

    supervisor = Supervisor(clock, introduce, drain_seconds=limit + LEAVE_SECONDS if limit else 0.0)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    showing_life = asyncio.ensure_future(manager.show_life(clock))
    try:
        await supervisor.run()
    finally:
        showing_life.cancel()


def _introduce(lines: tuple[str, ...]) -> None:
    console = Console(highlight=False)
    for line in lines:
        console.print(line, markup=False)
