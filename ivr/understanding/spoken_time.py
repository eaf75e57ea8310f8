"""What the languages' grammars of time have in common: the parts in which people name a moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from re import Match, Pattern
from typing import ClassVar

Span = tuple[int, int]


class Half(Enum):
    """How a part of the day settles which of two hours is meant: three in the afternoon, not at night."""

    EARLY = "early"
    NOON = "noon"
    LATE = "late"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day. `hour` is when it begins, for who names nothing more exact."""

    half: Half
    hour: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock as spoken: `hour` 0 to 23, of which below 13 may be either half of the day; `shift` is added
    (an hour before, for "before five")."""

    hour: int
    minute: int
    span: Span
    shift: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Delay:
    """So long from now, or so many days from today."""

    length: timedelta
    in_days: bool
    span: Span


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A date without its year."""

    month: int
    day: int
    span: Span


class Tongue(ABC):
    """The grammar of one language. Texts are lower case; `asked`: the caller was asked for a time, so that a bare
    number is one. `weekday` has the groups `day`; `next`: of the week after this one; perhaps `coming`: not today."""

    parts: ClassVar[tuple[tuple[Pattern[str], Part], ...]]
    days: ClassVar[tuple[tuple[Pattern[str], int], ...]]
    weekdays: ClassVar[Mapping[str, int]]
    weekday: ClassVar[Pattern[str]]
    soonest: ClassVar[Pattern[str]]
    hint: ClassVar[Pattern[str]]  # without which no time is named: most of what callers say need not be read further

    @abstractmethod
    def clock(self, text: str, asked: bool) -> Clock | None:
        """The time on the clock."""

    @abstractmethod
    def delay(self, text: str) -> Delay | None:
        """How long from now. A length alone is none: "it took two hours"."""

    @abstractmethod
    def day_of_month(self, text: str) -> DayOfMonth | None:
        """The date, where the library of dates reads none in this language."""


def number(match: Match[str], group: str, names: Mapping[str, int]) -> int | None:
    """The number in a group of the match, in digits or by name; None where the group is empty."""
    spoken = match.groupdict().get(group)
    if not spoken:
        return None
    return int(spoken) if spoken.isdecimal() else names[" ".join(spoken.replace("-", " ").split())]


def either(names: Mapping[str, int]) -> str:
    """A pattern for any of the names, longest first, or one or two digits."""
    return "|".join([*sorted((name.replace(" ", "[ -]") for name in names), key=len, reverse=True), r"\d{1,2}"])
