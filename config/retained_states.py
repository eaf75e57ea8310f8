"""How things stand, for wallboards: retained messages, told when they change and at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from config.broker import BrokerLine, NotTaken
from config.clock import Clock
from config.cloud_events import state_topic
from config.errors import DatabaseFault
from config.events import Event

log = structlog.get_logger(__name__)

_AT_LEAST_SECONDS = 1.0
#: What changes without an event, as a promise of another node, is seen so late.
_AT_MOST_SECONDS = 5.0

#: Makes the JSON of a state. It must not name a time that moves by itself, or it changes always.
ReadState = Callable[[], Awaitable[bytes]]


class RetainedStates:
    """The states by the last word of their topic: `queues` is `hotline/<site>/state/queues`."""

    def __init__(self, states: Mapping[str, ReadState], clock: Clock) -> None:
        self._states = states
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self, _event: Event | None = None) -> None:
        """Something may have changed. Made to be given to `Events.subscribe`."""
        self._woken.set()

    async def tell(self, line: BrokerLine, site: str) -> None:
        """For ever, until cancelled. Raises `BrokerLost`."""
        told: dict[str, bytes] = {}
        while True:
            self._woken.clear()
            for name, read in self._states.items():
                try:
                    state = await read()
                    if told.get(name) != state:
                        told[name] = state
                        await line.publish(state_topic(site, name), state, retain=True)
                except (DatabaseFault, NotTaken) as fault:
                    log.warning("state_not_told", state=name, fault=str(fault))
            await self._clock.sleep(_AT_LEAST_SECONDS)
            await self._woken_or_late()

    async def _woken_or_late(self) -> None:
        later = asyncio.create_task(self._clock.sleep(_AT_MOST_SECONDS - _AT_LEAST_SECONDS))
        woken = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait((later, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            later.cancel()
            woken.cancel()
