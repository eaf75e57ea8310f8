"""Where traffic is rehearsed: the hotline file, who is at work when, and when the queues are served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.hotline_file import HotlineFile, Hours
from routing.hours import open_spells, queue_hours


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds after the start; the end is not part of it."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How promises are made and called back. `earliest_after` and `window` are seconds.

    `live_limit` None: a promise is on the floor from the opening of its window on, and its due date does the rest. A
    number: the simpler rule that a promise may be served by an agent who gets free while fewer callers than that are
    waiting, and never otherwise. `tier` empty: that of the call.
    """

    tier: str
    earliest_after: float
    window: float
    live_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """`shifts` by agent; `service` by queue, None for a queue that is always served. `length` is seconds of traffic."""

    file: HotlineFile
    start: datetime
    length: float
    shifts: Mapping[str, tuple[Stretch, ...]]
    service: Mapping[str, tuple[Stretch, ...] | None]
    callbacks: Callbacks

    def moment(self, seconds: float) -> datetime:
        """The time of day so many seconds after the start, aware."""
        return self.start + timedelta(seconds=seconds)


def service_hours(file: HotlineFile, start: datetime, length: float) -> dict[str, tuple[Stretch, ...] | None]:
    """When each queue is served; None: always."""
    return {queue: _open(file, queue_hours(file, queue), start, length) for queue in file.queues}


def shifts_by_hours(
    file: HotlineFile, service: Mapping[str, tuple[Stretch, ...] | None], start: datetime, length: float
) -> dict[str, tuple[Stretch, ...]]:
    """Everyone at work in their shift, or else while some queue of theirs is served."""
    shifts: dict[str, tuple[Stretch, ...]] = {}
    for name, agent in file.agents.items():
        theirs: list[tuple[Stretch, ...] | None]
        theirs = [service[queue] for queue in (agent.queues or tuple(file.queues)) if queue in service]
        if agent.shift is not None:
            theirs = [_open(file, file.hours.get(agent.shift), start, length)]
        if any(stretches is None for stretches in theirs):
            shifts[name] = (Stretch(0.0, length),)
        else:
            shifts[name] = joined(stretch for stretches in theirs for stretch in stretches or ())
    return shifts


def _open(file: HotlineFile, hours: Hours | None, start: datetime, length: float) -> tuple[Stretch, ...] | None:
    if hours is None:
        return None
    spells = open_spells(hours, file.hotline, start, start + timedelta(seconds=length))
    return tuple(
        Stretch((spell.start - start).total_seconds(), (spell.end - start).total_seconds()) for spell in spells
    )


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """In order, those that touch or overlap made one."""
    result: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda one: one.begins):
        if result and stretch.begins <= result[-1].ends:
            result[-1] = Stretch(result[-1].begins, max(result[-1].ends, stretch.ends))
        else:
            result.append(stretch)
    return tuple(result)
