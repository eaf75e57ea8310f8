"""What a service manager is told of us: that we are ready, that we stop, that we still live.

The protocol of sd_notify(3): one datagram of `NAME=VALUE` to the Unix socket that `$NOTIFY_SOCKET` names. Without that
variable, as in a terminal or in a container, nobody is told anything.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping

import structlog

from config.clock import Clock

log = structlog.get_logger(__name__)

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


class ServiceManager:
    """systemd, or whatever speaks as it does; `environment` is the process's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        watchdog = environment.get("WATCHDOG_USEC", "")
        #: Seconds between two signs of life: half of what the manager waits for, as it recommends.
        self.pause = int(watchdog) / 2_000_000 if watchdog.isdigit() and self._address else None

    def tell(self, state: str) -> None:
        """Say it; a manager that cannot be reached is no reason to stop."""
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
            try:
                telling.sendto(state.encode(), socket.MSG_DONTWAIT, address)
            except OSError as fault:
                log.warning("service_manager_not_told", state=state, why=fault.strerror)

    async def show_life(self, clock: Clock) -> None:
        """While this event loop turns, until cancelled. Ours watches the workers, and starts again what hangs; what the
        manager has to watch is only us."""
        while self.pause is not None:
            self.tell(ALIVE)
            await clock.sleep(self.pause)
