"""How long nothing was said to a contact about an open case, and when that is too long (lesson 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from routing.hours import Spell


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when nothing was said to the contact about the case. `promised`: a report on progress is owed already.
    There is one for each open case, and none for any other."""

    case: str
    contact: str
    tier: str
    since: datetime
    promised: bool = False


class SilenceReader(Protocol):
    """Looking silences up."""

    async def silence(self, case: str) -> Silence | None:
        """The silence about the case; None unless the case is open."""

    async def silences(self, tier: str, until: datetime, limit: int) -> tuple[Silence, ...]:
        """Silences of the tier that have lasted since `until` or before, with no report owed, the longest first."""


class SilenceUnit(SilenceReader, Protocol):
    """Writing them, in the transaction of what was said."""

    async def save_silence(self, silence: Silence) -> None:
        """Save a new or changed silence; the contact's tier is part of it, and follows the contact's."""

    async def end_silence(self, case: str) -> None:
        """The case is open no more."""


def look_from(now: datetime, maximum: timedelta, length: timedelta) -> datetime:
    """Silences since this moment or before must be looked at now.

    The report has to come before `maximum` is over, so it is promised a window and a day's closing hours ahead, but
    not in the first half of the time.
    """
    ahead = min(length + timedelta(hours=24), maximum / 2)
    return now - (maximum - ahead)


def last_window(spells: Sequence[Spell], deadline: datetime, length: timedelta, now: datetime) -> Spell | None:
    """The latest window of this length within the spells that begins after `now` and ends by the deadline; else the
    first there is from `now` on, or None where there is none at all."""
    by_then = next(windows_before(spells, deadline, length, now), None)
    return by_then or next(windows_from(spells, now, length), None)


def windows_before(spells: Sequence[Spell], deadline: datetime, length: timedelta, now: datetime) -> Iterator[Spell]:
    """Windows of this length that begin after `now` and end by the deadline, the latest first, half a length apart.

    `spells` are the stretches of time in which people may be rung, in order; one shorter than `length` is taken whole.
    """
    for spell in reversed(spells):
        start, end = max(spell.start, now), min(spell.end, deadline)
        if start < end == spell.end and end - start < length:
            yield Spell(start, end)
        while end - start >= length:
            yield Spell(end - length, end)
            end -= length / 2


def windows_from(spells: Sequence[Spell], moment: datetime, length: timedelta) -> Iterator[Spell]:
    """Windows of this length from `moment` on, the first first; see `windows_before`."""
    for spell in spells:
        start = max(spell.start, moment)
        if start < spell.end and spell.end - start < length:
            yield Spell(start, spell.end)
        while start + length <= spell.end:
            yield Spell(start, start + length)
            start += length / 2
