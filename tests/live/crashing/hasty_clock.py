"""A clock that several processes share and that runs ahead: leases and retries of minutes pass in a test of seconds."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from tests.callbacks.samples import NOON

#: A lease of five minutes is over in half a second.
RATE = 600.0


class HastyClock:
    """`config.clock.Clock`; `origin` is the reading of the machine's monotonic clock at which it is noon here."""

    def __init__(self, origin: float) -> None:
        self.origin = origin

    def now(self) -> datetime:
        return NOON + timedelta(seconds=(time.monotonic() - self.origin) * RATE)

    def monotonic(self) -> float:
        return (time.monotonic() - self.origin) * RATE

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / RATE)
