"""Waiting for what nothing tells of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool | Awaitable[bool]], within: float = 30.0) -> None:
    """Ask again and again; for what has no event: a row that another task writes, a list that a server fills. Raises
    `TimeoutError` when it does not hold `within` so many seconds."""
    async with asyncio.timeout(within):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)
