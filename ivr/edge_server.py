"""The edge's end of the connection to the program's main process. Serves one main process at a time."""

from __future__ import annotations

import asyncio

import structlog

from config.clock import Clock
from ivr.channel import Channel
from ivr.connecting import Entrance
from ivr.messages import Drain, EdgeCommand, EdgeEvent
from ivr.ports import Edge
from ivr.surviving_legs import SurvivingLegs
from ivr.wire import TO_EDGE, VERSION, Hello, SurvivorsTold, ToEdge

log = structlog.get_logger(__name__)

#: Seconds that callers are kept without a main process. A restart takes 7 on two cores; 23 were seen under a load of 9,
#: and under a heavier one 30 were not enough.
GRACE_SECONDS = 60.0

_Main = Channel[ToEdge]


class EdgeServer:
    """Puts `edge` at the disposal of whoever connects to the Unix socket at `path`."""

    def __init__(self, edge: Edge, path: str, clock: Clock, grace: float = GRACE_SECONDS) -> None:
        self._edge = edge
        self._path = path
        self._clock = clock
        self._grace = grace
        self._legs = SurvivingLegs()
        self._began = clock.monotonic()
        self._main: _Main | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._entrance = Entrance(TO_EDGE, self._asked, self._lost)

    async def start(self) -> None:
        """Take calls, and then a main process. Raises what the edge's `start` raises."""
        await self._edge.start(self._told)
        await self._entrance.open(self._path)
        self._waiting = asyncio.get_running_loop().create_task(self._wait_for_main())

    async def stop(self) -> None:
        """End every leg and tell so, and give the sockets back."""
        await self._edge.stop()
        self._stop_waiting()
        self._main = None
        await self._entrance.close()

    # --- the main process -------------------------------------------------------------------------------------------

    def _asked(self, channel: _Main, message: ToEdge) -> None:
        if isinstance(message, Hello):
            self._greeted(channel, message)
        elif channel is self._main:
            commands, at_once = self._legs.asked(message, self._clock.monotonic())
            for event in at_once:
                channel.send(event)
            self._carry_out(commands)

    def _greeted(self, channel: _Main, hello: Hello) -> None:
        if hello.version != VERSION or self._main is not None:
            log.error("main_refused", version=hello.version, ours=VERSION, is_served=self._main is not None)
            channel.close()
            return
        self._main = channel
        self._stop_waiting()
        self._edge.send(Drain(on=False))
        channel.send(Hello())
        survivors = self._legs.returned(self._clock.monotonic())
        for event in survivors:
            channel.send(event)
        channel.send(SurvivorsTold(self._clock.monotonic() - self._began))
        log.info("main_connected", told=len(survivors))

    def _lost(self, channel: _Main) -> None:
        if channel is not self._main:
            return
        self._main = None
        log.warning("main_lost")
        self._carry_out(self._legs.left())
        self._waiting = asyncio.get_running_loop().create_task(self._wait_for_main())

    async def _wait_for_main(self) -> None:
        await self._clock.sleep(self._grace)
        log.error("main_does_not_come")
        self._carry_out(self._legs.given_up())

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    # --- the edge ---------------------------------------------------------------------------------------------------

    def _told(self, event: EdgeEvent) -> None:
        if self._main is not None:
            self._legs.told(event, self._clock.monotonic())
            self._main.send(event)
        else:
            self._carry_out(self._legs.told_to_nobody(event, self._clock.monotonic()))

    def _carry_out(self, commands: tuple[EdgeCommand, ...]) -> None:
        """One by one by way of the loop: a fault of the edge's in one of them must not end the connection."""
        loop = asyncio.get_running_loop()
        for command in commands:
            loop.call_soon(self._edge.send, command)
