"""Calls that we begin, before there is a leg for them and when one could not be delivered: names are looked up, and
the next trunk is tried where the first could not take the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from ivr.messages import Dial, LegFailed
from ivr.sip.hop import Hop
from ivr.sip.outgoing import OutgoingLeg, Way

log = structlog.get_logger(__name__)


class Dialler(Protocol):
    """What is needed of the user agent."""

    def resolve(self, hop: Hop, then: Callable[[tuple[Hop, ...]], None]) -> None:
        """The targets of a hop (`ivr.sip.resolve.Resolver.find`)."""

    def begin(self, command: Dial, way: Way) -> None:
        """Make the leg and send its INVITE; whatever goes wrong is told as `LegFailed`."""

    def fail(self, event: LegFailed) -> None:
        """Nothing more is tried."""


@dataclass(slots=True)
class _Call:
    """One call: the ways that are left, and whether the name service is being asked."""

    command: Dial
    ways: list[Way]
    is_looking_up: bool = False


class Dialling:
    """Every call of ours until it is delivered."""

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._calls: dict[str, _Call] = {}

    def __contains__(self, leg: str) -> bool:
        """Whether the leg of this name is still looked up."""
        return leg in self._calls and self._calls[leg].is_looking_up

    def dial(self, command: Dial, ways: tuple[Way, ...]) -> None:
        """Call by the first of these ways that takes the call. Each has the whole ringing time: one that cannot be
        reached is given up within seconds."""
        self._calls[command.leg] = _Call(command, list(ways))
        self._next(command.leg)

    def hang_up(self, leg: str) -> None:
        """The call is no longer wanted: no other way is tried."""
        call = self._calls.pop(leg, None)
        if call is not None and call.is_looking_up:
            self._dialler.fail(LegFailed(leg, 487, "cancelled"))

    def hang_up_all(self) -> None:
        """None of them is wanted any more."""
        for leg in tuple(self._calls):
            self.hang_up(leg)

    def tries_again(self, leg: OutgoingLeg) -> bool:
        """A leg has failed; True if its call now goes another way."""
        call = self._calls.get(leg.id)
        if call is None or not call.ways or not leg.is_undelivered:
            self._calls.pop(leg.id, None)
            return False
        log.info("next_trunk", leg=leg.id)
        self._next(leg.id)
        return True

    def delivered(self, leg: str) -> None:
        """The other side has heard of the call."""
        self._calls.pop(leg, None)

    def _next(self, leg: str) -> None:
        call = self._calls[leg]
        way = call.ways.pop(0)
        call.is_looking_up = True
        self._dialler.resolve(way.destination, lambda targets: self._found(call, way, targets))

    def _found(self, call: _Call, way: Way, targets: tuple[Hop, ...]) -> None:
        leg = call.command.leg
        if self._calls.get(leg) is not call:
            return  # hung up meanwhile
        call.is_looking_up = False
        if targets:
            self._dialler.begin(call.command, way)
        elif call.ways:
            self._next(leg)
        else:
            del self._calls[leg]
            self._dialler.fail(LegFailed(leg, 503, "name not found"))
