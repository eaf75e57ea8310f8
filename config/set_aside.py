"""Events that a receiver refused: set aside so that they stop nobody, and kept until somebody looks into it.

A *receiver* is `mqtt`, or `webhook:NAME`. What is set aside is still in the outbox; `send_again` lets its receiver be
told once more, after its limit was raised or its fault mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from config.outbox import MemoryOutbox, OutboxEntry

#: The receiver that is the broker.
MQTT = "mqtt"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event and why its receiver did not take it. `again`: it is to be sent once more."""

    receiver: str
    entry: OutboxEntry
    at: datetime
    fault: str
    again: bool = False


class SetAside(Protocol):
    """The events set aside."""

    async def put(self, receiver: str, entry: OutboxEntry, fault: str, now: datetime) -> None:
        """Set the event aside, also when it was before."""

    async def wanted_again(self, receiver: str) -> Sequence[OutboxEntry]:
        """Those of the receiver's that are to be sent once more, in order."""

    async def done(self, receiver: str, position: int) -> None:
        """The receiver has taken it after all."""

    async def send_again(self) -> int:
        """Let every event set aside be sent once more; how many there are."""

    async def refusals(self) -> Sequence[Refusal]:
        """Everything set aside, by receiver and position."""

    async def counts(self) -> Mapping[str, int]:
        """How many are set aside of each receiver that has any."""


class MemorySetAside:
    """A `SetAside` beside a `MemoryOutbox`."""

    def __init__(self, outbox: MemoryOutbox) -> None:
        self._outbox = outbox
        self._refusals: dict[tuple[str, int], Refusal] = {}

    async def put(self, receiver: str, entry: OutboxEntry, fault: str, now: datetime) -> None:
        self._refusals[receiver, entry.position] = Refusal(receiver, entry, now, fault)
        if receiver == MQTT:
            self._outbox.set_aside.add(entry.position)

    async def wanted_again(self, receiver: str) -> Sequence[OutboxEntry]:
        return [one.entry for one in await self.refusals() if one.receiver == receiver and one.again]

    async def done(self, receiver: str, position: int) -> None:
        self._refusals.pop((receiver, position), None)

    async def send_again(self) -> int:
        self._refusals = {key: replace(one, again=True) for key, one in self._refusals.items()}
        return len(self._refusals)

    async def refusals(self) -> Sequence[Refusal]:
        return [self._refusals[key] for key in sorted(self._refusals)]

    async def counts(self) -> Mapping[str, int]:
        return Counter(one.receiver for one in self._refusals.values())
