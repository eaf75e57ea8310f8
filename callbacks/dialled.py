"""How much was called today, and whether that is enough: the ceiling against toll fraud. Pure, but for the port.

Money is counted in ten-thousandths of whatever `dialling.cost_a_day` is in, as whole numbers; minutes are those begun,
as carriers bill them. A day is one of the site's calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol

from config.events import Event
from config.hotline_file import Dialling

_PARTS = 10_000


class Reached(StrEnum):
    """Which of the ceilings."""

    CALLS = "calls"
    MINUTES = "minutes"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At so many calls, minutes or so much money no further call begins; None: no limit."""

    calls: int | None = None
    minutes: int | None = None
    cost: int | None = None

    @classmethod
    def of(cls, dialling: Dialling) -> Ceiling:
        """The hotline file's."""
        cost = None if dialling.cost_a_day is None else in_parts(dialling.cost_a_day)
        return cls(dialling.calls_a_day, dialling.minutes_a_day, cost)

    @property
    def is_set(self) -> bool:
        """Whether there is any limit."""
        return self != Ceiling()


@dataclass(frozen=True, slots=True)
class DialledDay:
    """What one day has cost so far. `reached_at`: when the ceiling was first reached."""

    day: date
    calls: int = 0
    minutes: int = 0
    cost: int = 0
    reached_at: datetime | None = None

    def reached(self, ceiling: Ceiling) -> Reached | None:
        """The ceiling that keeps the next call from beginning."""
        if ceiling.calls is not None and self.calls >= ceiling.calls:
            return Reached.CALLS
        if ceiling.minutes is not None and self.minutes >= ceiling.minutes:
            return Reached.MINUTES
        if ceiling.cost is not None and self.cost >= ceiling.cost:
            return Reached.COST
        return None

    def with_more(self, calls: int, minutes: int, cost: int) -> DialledDay:
        """The day with this besides."""
        return replace(self, calls=self.calls + calls, minutes=self.minutes + minutes, cost=self.cost + cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiallingCeilingReached(Event):
    """No further number is dialled on this day: so many calls, minutes, or so much money (`ceiling` says which) were
    used up. The subject is the day. What is owed waits for the next one."""

    noun: ClassVar[str] = "dialling"
    verb: ClassVar[str] = "ceiling-reached"
    ceiling: str
    calls: int
    minutes: int
    cost: str


def in_parts(money: Decimal) -> int:
    """Money as it is counted here."""
    return int(money * _PARTS)


def as_money(parts: int) -> str:
    """And back: `1.5`, no more digits than there are."""
    return f"{(Decimal(parts) / _PARTS).normalize():f}"


def counted(
    before: DialledDay, calls: int, minutes: int, cost: int, ceiling: Ceiling, now: datetime
) -> tuple[DialledDay, DiallingCeilingReached | None]:
    """The day with this besides, and what is to be told of it: that the ceiling is reached, once a day."""
    after = before.with_more(calls, minutes, cost)
    reached = after.reached(ceiling)
    if reached is None or before.reached_at is not None:
        return after, None
    told = DiallingCeilingReached(
        subject=after.day.isoformat(),
        at=now,
        ceiling=reached.value,
        calls=after.calls,
        minutes=after.minutes,
        cost=as_money(after.cost),
    )
    return replace(after, reached_at=now), told


class DialledDays(Protocol):
    """Where it is counted, by all nodes together."""

    async def on(self, day: date) -> DialledDay:
        """The day so far."""

    async def begin(self, day: date, ceiling: Ceiling, now: datetime) -> Reached | None:
        """Count a call before it is dialled; which ceiling is in its way, and then nothing is counted. Of several at
        the same moment no more begin than there is room for."""

    async def add_minute(self, day: date, price: int, ceiling: Ceiling, now: datetime) -> None:
        """A minute of a call has begun."""
