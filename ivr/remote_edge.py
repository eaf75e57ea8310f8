"""`Edge` whose telephones are served by another process, behind `ivr.edge_server`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from enum import Enum, auto

import structlog

from config.clock import Clock
from ivr.channel import Channel
from ivr.connecting import keep_connected
from ivr.messages import (
    EDGE_LOST,
    BridgeSurvived,
    Dial,
    Drain,
    EdgeCommand,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
)
from ivr.ports import Edge
from ivr.wire import FROM_EDGE, VERSION, FromEdge, Hello, SurvivorsTold

log = structlog.get_logger(__name__)

#: Seconds that `stop` waits for the legs to end: a little more than the edge waits for the other sides.
_GOODBYE = 2.0
_UNAVAILABLE = 503

_Connection = Channel[FromEdge]


class _State(Enum):
    DIALLING = auto()
    UP = auto()  # or arrived


class RemoteEdge(Edge):
    """Mirrors which legs there are: when the edge is lost, each of them is told to be over.

    While the edge is away a `Dial` fails with 503 and other commands do nothing. It connects again by itself; what the
    edge then says of legs that outlived the connection is told before anything else.
    """

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._on_event: Callable[[EdgeEvent], None] = lambda event: None
        self._legs: dict[str, _State] = {}
        self._connection: _Connection | None = None
        self._is_ready = asyncio.Event()
        self._outlived = 0.0
        self._drain = Drain(on=False)
        self._has_no_legs = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None

    async def start(self, on_event: Callable[[EdgeEvent], None]) -> None:
        """Returns once the edge is there and has told of what outlived an earlier main process."""
        self._on_event = on_event
        connecting = keep_connected(self._path, self._new_channel, self._clock)
        self._connecting = asyncio.get_running_loop().create_task(connecting)
        await self._is_ready.wait()

    def outlived(self) -> float:
        return self._outlived

    def is_up(self) -> bool:
        return self._connection is not None

    def send(self, command: EdgeCommand) -> None:
        if isinstance(command, Drain):
            self._drain = command
        connection = self._connection
        if connection is None:
            if isinstance(command, Dial):
                self._tell(LegFailed(command.leg, _UNAVAILABLE, EDGE_LOST))
            return
        if isinstance(command, Dial):
            self._legs.setdefault(command.leg, _State.DIALLING)
        connection.send(command)

    async def stop(self) -> None:
        """End every leg of ours, tell so, and part from the edge, which goes on."""
        for leg in tuple(self._legs):
            self.send(HangUp(leg))
        if self._legs:
            self._has_no_legs.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_no_legs.wait(), _GOODBYE)
        if self._connection is not None:
            self._connection.close()
            await self._connection.lost.wait()
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        # What was told is delivered through the loop: let it pass once.
        passed = asyncio.Event()
        asyncio.get_running_loop().call_soon(passed.set)
        await passed.wait()

    # --- the connection ---------------------------------------------------------------------------------------------

    def _new_channel(self) -> _Connection:
        return Channel(FROM_EDGE, self._told, self._lost)

    def _told(self, channel: _Connection, message: FromEdge) -> None:
        if isinstance(message, Hello):
            if message.version == VERSION:
                self._connection = channel
                if self._drain.on:  # an edge that began anew knows nothing of it
                    channel.send(self._drain)
                log.info("edge_connected")
            else:
                log.error("edge_refused", version=message.version, ours=VERSION)
                channel.close()
        elif isinstance(message, SurvivorsTold):
            if not self._is_ready.is_set():
                self._outlived = message.uptime
            asyncio.get_running_loop().call_soon(self._is_ready.set)  # after the events before it
        else:
            self._tell(message)

    def _lost(self, channel: _Connection) -> None:
        if channel is not self._connection:
            return
        self._connection = None
        if self._legs:
            log.error("edge_lost", legs=len(self._legs))
        for leg, state in tuple(self._legs.items()):
            if state is _State.DIALLING:
                self._tell(LegFailed(leg, _UNAVAILABLE, EDGE_LOST))
            else:
                self._tell(LegEnded(leg, EndedBy.FAULT, why=EDGE_LOST))

    def _tell(self, event: EdgeEvent) -> None:
        match event:
            case LegArrived(leg=leg) | LegAnswered(leg=leg):
                self._legs[leg] = _State.UP
            case BridgeSurvived(leg=leg, other=other):
                self._legs |= {leg: _State.UP, other: _State.UP}
            case LegEnded(leg=leg) | LegFailed(leg=leg):
                self._legs.pop(leg, None)
                if not self._legs:
                    self._has_no_legs.set()
            case _:
                pass
        asyncio.get_running_loop().call_soon(self._on_event, event)
