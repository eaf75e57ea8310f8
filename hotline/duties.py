"""What exactly one node does: the one that leads the floor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

import structlog

from routing.lead import Lead

log = structlog.get_logger(__name__)

Duty = Callable[[], Coroutine[None, None, None]]


async def do_while_leading(lead: Lead, duties: Sequence[Duty]) -> None:
    """Begin them whenever the lead is ours and cancel them when it is not any more. Raises what one of them raises."""
    while True:
        await lead.gained()
        log.info("duties_begun", duties=len(duties))
        doing = [asyncio.ensure_future(duty()) for duty in duties]
        gone = asyncio.ensure_future(lead.gone())
        try:
            await asyncio.wait((*doing, gone), return_when=asyncio.FIRST_COMPLETED)
            for each in doing:
                if each.done():
                    each.result()
        finally:
            for task in (*doing, gone):
                task.cancel()
            await asyncio.gather(*doing, gone, return_exceptions=True)
        log.info("duties_ended")
