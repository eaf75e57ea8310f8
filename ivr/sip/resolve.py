"""Which addresses a name means, in the order they are to be tried (RFC 3263 without NAPTR; RFC 2782)."""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import structlog

from ivr.sip.hop import Hop, TransportName
from ivr.sip.timers import Timers
from ivr.sip.uri import DEFAULT_PORT

log = structlog.get_logger(__name__)

Then = Callable[[tuple[Hop, ...]], None]
#: Seconds that names are remembered: those that were found, and those that were not.
REMEMBERED, NOT_FOUND = 60.0, 5.0
#: Names in memory, and asked for at once; peers choose them, in their Contact.
MOST_NAMES, MOST_LOOKUPS = 1_000, 100
#: Targets tried for one request.
MOST_TARGETS = 8
#: Seconds that the name service may take.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record. A smaller priority is tried first, a greater weight more often."""

    priority: int
    weight: int
    port: int
    target: str


class Names(Protocol):
    """The name service. Both raise OSError where it does not answer or knows no such name."""

    async def addresses(self, host: str) -> list[str]:
        """The literals of a host that we have a socket for, the preferred family first."""

    async def services(self, name: str) -> list[Service]:
        """The SRV records of `_sip._udp.example.net` and the like; empty if there are none."""


class Resolver(Protocol):
    """Finds targets, at once where it can."""

    def find(self, hop: Hop, then: Then) -> None:
        """Call `then` with the targets in order: at once for a literal or a name still remembered, else later. With
        none, later, if the name is not found."""

    def known(self, hop: Hop) -> Hop:
        """The first target of a hop if it is known at once, else the hop itself."""


class Literals:
    """A resolver without a name service."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def find(self, hop: Hop, then: Then) -> None:
        if hop.is_literal:
            then((literal(hop),))
        else:
            self._timers.later(0, lambda: then(()))

    def known(self, hop: Hop) -> Hop:
        return literal(hop) if hop.is_literal else hop


class NameResolver:
    """The resolver of the program: asks `names`, and remembers for a minute what was found."""

    def __init__(self, names: Names, timers: Timers) -> None:
        self._names = names
        self._timers = timers
        self._found: dict[Hop, tuple[Hop, ...]] = {}
        self._asked: dict[Hop, list[Then]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, hop: Hop, then: Then) -> None:
        if hop.is_literal:
            then((literal(hop),))
        elif known := self._found.get(hop):
            then(known)
        elif hop in self._asked:
            self._asked[hop].append(then)
        elif hop in self._found or len(self._asked) >= MOST_LOOKUPS:
            self._timers.later(0, lambda: then(()))
        else:
            self._asked[hop] = [then]
            task = asyncio.get_running_loop().create_task(self._look_up(hop))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def known(self, hop: Hop) -> Hop:
        if hop.is_literal:
            return literal(hop)
        return next(iter(self._found.get(hop, ())), hop)

    def close(self) -> None:
        """Stop asking."""
        for task in self._tasks:
            task.cancel()

    async def _look_up(self, hop: Hop) -> None:
        targets: tuple[Hop, ...] = ()
        try:
            async with asyncio.timeout(_PATIENCE):
                targets = await targets_of(hop, self._names, random.random)
        except (OSError, UnicodeError, TimeoutError) as fault:
            log.info("name_not_found", name=hop.host, why=str(fault) or "no answer in time")
        if len(self._found) < MOST_NAMES:
            self._found[hop] = targets
            self._timers.later(REMEMBERED if targets else NOT_FOUND, lambda: self._forget(hop))
        for then in self._asked.pop(hop):
            then(targets)

    def _forget(self, hop: Hop) -> None:
        self._found.pop(hop, None)


async def targets_of(hop: Hop, names: Names, chance: Callable[[], float]) -> tuple[Hop, ...]:
    """The targets of a name. A port that was named rules SRV out (RFC 3263, 4.2); UDP's records count before TCP's.
    `chance` is a random number below 1. Raises OSError where nothing is found."""
    if not hop.port:
        transports: tuple[TransportName, ...] = ("tcp",) if hop.transport == "tcp" else ("udp", "tcp")
        for transport in transports:
            services = in_order(await names.services(f"_sip._{transport}.{hop.host}"), chance)
            found = [
                Hop(address, service.port, transport)
                for service in services[:MOST_TARGETS]
                for address in await _addresses(service.target, names)
            ]
            if found:
                return tuple(found[:MOST_TARGETS])
    addresses = await names.addresses(hop.host)
    return tuple(Hop(address, hop.port or DEFAULT_PORT, hop.transport) for address in addresses[:MOST_TARGETS])


async def _addresses(host: str, names: Names) -> list[str]:
    """Of one target among several: that it is not found is no reason to give the others up."""
    try:
        return await names.addresses(host)
    except (OSError, UnicodeError) as fault:
        log.info("target_not_found", name=host, why=str(fault))
        return []


def in_order(services: Iterable[Service], chance: Callable[[], float]) -> list[Service]:
    """The order in which services are tried: by priority, within one by chance in proportion to the weights."""
    left = sorted((service for service in services if service.target not in ("", ".")), key=lambda s: s.priority)
    ordered: list[Service] = []
    while left:
        rivals = [service for service in left if service.priority == left[0].priority]
        mark = chance() * sum(service.weight for service in rivals)
        chosen = rivals[-1]
        for service in rivals:
            mark -= service.weight
            if mark < 0:
                chosen = service
                break
        ordered.append(chosen)
        left.remove(chosen)
    return ordered


@lru_cache(maxsize=4096)
def literal(hop: Hop) -> Hop:
    """The same address in the spelling that sockets use, with the default port where none was named."""
    return Hop(str(ipaddress.ip_address(hop.host)), hop.port or DEFAULT_PORT, hop.transport)
