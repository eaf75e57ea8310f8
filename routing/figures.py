"""The service figures of today: calls offered, answered, answered in time, abandoned. Pure.

Service level: answered within the tier's target wait / offered. A caller who took a promise instead of waiting is
neither answered nor abandoned; that promise is counted where promises are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.hotline_file import HotlineFile
from routing.changes import LeftWhy
from routing.outcomes import Outcome, WorkGone, WorkQueued, WorkReturned, WorkStarted
from routing.work import WorkKind


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Counts of calls since midnight in the hotline's zone; a call counts on the day it began to wait."""

    day: date
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0


@dataclass(slots=True)
class _Call:
    tier: str
    answered: bool = False
    in_time: bool = False
    abandoned: bool = False


class Figures:
    """Counts what the floor's outcomes tell."""

    def __init__(self) -> None:
        self._day = date.min
        self._calls: dict[str, _Call] = {}

    def count(self, outcomes: Iterable[Outcome], file: HotlineFile, now: datetime) -> None:
        """Take the outcomes of one feed in."""
        self._turn_page(file, now)
        for outcome in outcomes:
            match outcome:
                case WorkQueued(work) if work.kind is WorkKind.CALL:
                    self._calls[work.id] = _Call(work.tier)
                case WorkStarted(work, _) if work.id in self._calls:
                    tier = file.tiers.get(work.tier) or file.tiers[file.default_tier]
                    in_time = (now - work.since).total_seconds() <= tier.target_wait
                    self._calls[work.id] = _Call(work.tier, answered=True, in_time=in_time)
                case WorkReturned(work_id) if work_id in self._calls:
                    self._calls[work_id] = _Call(self._calls[work_id].tier)
                case WorkGone(work, None, LeftWhy.HUNG_UP) if work.id in self._calls:
                    self._calls[work.id] = _Call(work.tier, abandoned=True)

    def today(self, file: HotlineFile, now: datetime) -> DayFigures:
        """The counts up to now."""
        self._turn_page(file, now)
        return self._counts(self._calls.values())

    def today_by_tier(self, file: HotlineFile, now: datetime) -> dict[str, DayFigures]:
        """The same for each tier that had a call, by its name."""
        self._turn_page(file, now)
        calls: dict[str, list[_Call]] = {}
        for call in self._calls.values():
            calls.setdefault(call.tier, []).append(call)
        return {tier: self._counts(of_tier) for tier, of_tier in sorted(calls.items())}

    def _counts(self, calls: Collection[_Call]) -> DayFigures:
        return DayFigures(
            day=self._day,
            offered=len(calls),
            answered=sum(call.answered for call in calls),
            answered_in_time=sum(call.in_time for call in calls),
            abandoned=sum(call.abandoned for call in calls),
        )

    def _turn_page(self, file: HotlineFile, now: datetime) -> None:
        today = now.astimezone(ZoneInfo(file.hotline.zone)).date()
        if today != self._day:
            self._day = today
            self._calls = {}
