"""Events: what happened, told to whoever listens, after it was committed.

A room declares its events as frozen dataclasses derived from `Event`. A unit of work saves them in the outbox in
the same commit as the change they tell of (`config.database`), then they reach in-process listeners through
`EventBus` and, where a broker is set, MQTT.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. `noun` and `verb` make the topic `hotline/<site>/<noun>/<verb>`."""

    noun: ClassVar[str]
    verb: ClassVar[str]
    #: The id of the call, promise, case, agent… that the event is about; order is kept per subject.
    subject: str
    at: datetime

    def data(self) -> dict[str, Any]:
        """The event's own fields as JSON values; times as ISO 8601."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("subject", "at")}
        return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


Listener = Callable[[Event], Awaitable[None] | None]


def kinds_of_events() -> dict[tuple[str, str], type[Event]]:
    """Every kind that the modules imported so far declare, by its noun and verb."""
    kinds = [*Event.__subclasses__()]
    for kind in kinds:  # grows meanwhile
        kinds.extend(kind.__subclasses__())
    # A dataclass with slots is made from one without, which may still be about: the later one counts.
    return {(kind.noun, kind.verb): kind for kind in kinds if hasattr(kind, "noun") and hasattr(kind, "verb")}


class Events(Protocol):
    """Where committed events go."""

    def subscribe(self, listener: Listener, *, own_only: bool = False) -> Callable[[], None]:
        """Call `listener` with every event from now on; the returned function ends that. `own_only`: not with those
        that other nodes have told."""

    async def publish(self, event: Event) -> None:
        """Tell every listener. A listener's failure is logged and never reaches the publisher."""


class EventBus:
    """The in-process `Events`."""

    def __init__(self) -> None:
        self._listeners: list[tuple[Listener, bool]] = []

    def subscribe(self, listener: Listener, *, own_only: bool = False) -> Callable[[], None]:
        entry = (listener, own_only)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    async def publish(self, event: Event) -> None:
        await self._tell(event, [listener for listener, _ in self._listeners])

    async def relay(self, event: Event) -> None:
        """Tell of what another node has committed."""
        await self._tell(event, [listener for listener, own_only in self._listeners if not own_only])

    async def _tell(self, event: Event, listeners: list[Listener]) -> None:
        for listener in listeners:
            try:
                outcome = listener(event)
                if inspect.isawaitable(outcome):
                    await outcome
            except asyncio.CancelledError:
                raise
            except Exception:  # one listener's fault must not undo or hide what is already committed
                log.exception("listener_failed", topic=f"{event.noun}/{event.verb}")
