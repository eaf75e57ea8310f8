"""The place in the queue: accumulating priority.

Every piece of work gains points for each second it waits, at the rate of its tier, so that nobody waits for ever
(Kleinrock 1964, "A delay dependent queue discipline"; Stanford, Taylor & Ziedins 2014, "Waiting time distributions in
the accumulating priority queue"). Urgency and a repeated complaint add points once. A promise gains further points
from a set share of its window on, linearly, so that it has `promise_due` of them when it is due and goes on from
there (an age trigger: Armony & Maglaras 2004). How a caller sounds is no term.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from config.hotline_file import HotlineFile, Scoring
from config.urgency import Urgency
from routing.work import Work


class Rise(NamedTuple):
    """The points of a promise that nears its end: `base` at `starts`, then `per_second` more."""

    starts: datetime
    base: float
    per_second: float


class Slope(NamedTuple):
    """The stretch of a score that runs straight: `pace * seconds - lead`, in seconds since a fixed moment.

    Of two with the same pace the one with the smaller lead is ahead, now and as long as both run straight. `pace` is
    points per second, `lead` points.
    """

    pace: float
    lead: float


class Standing(NamedTuple):
    """The score of one piece of work as a function of time."""

    since: datetime
    rate: float
    urgency: float
    repeat: float
    rise: Rise | None

    def score(self, now: datetime) -> float:
        """Points at `now`: the sum of `terms`."""
        total = self.rate * (now - self.since).total_seconds() + self.urgency + self.repeat
        return total + self._promise(now) if self.rise is not None else total

    def terms(self, now: datetime) -> dict[str, float]:
        """The score's parts by name, those that apply."""
        terms = {"waiting": self.rate * (now - self.since).total_seconds(), "urgency": self.urgency}
        if self.repeat:
            terms["repeat"] = self.repeat
        if self.rise is not None:
            terms["promise"] = self._promise(now)
        return terms

    def slope(self, now: datetime, start: datetime) -> Slope:
        """The score as it runs at `now`, with seconds counted since `start`; it bends where the rise starts, no more.

        Never decreases with a later `since`, rounding included, so that equals are served by arrival.
        """
        lead = self.rate * (self.since - start).total_seconds() - (self.urgency + self.repeat)
        rise = self.rise
        if rise is None or now < rise.starts:
            return Slope(self.rate, lead)
        return Slope(
            self.rate + rise.per_second, lead + (rise.per_second * (rise.starts - start).total_seconds() - rise.base)
        )

    def _promise(self, now: datetime) -> float:
        if self.rise is None or now < self.rise.starts:
            return 0.0
        return self.rise.base + self.rise.per_second * (now - self.rise.starts).total_seconds()


def standing(work: Work, file: HotlineFile) -> Standing:
    """How the work's score moves under this file."""
    return Standing(
        since=work.since,
        rate=priority_rate(work.tier, file),
        urgency=urgency_points(work.urgency, file.scoring),
        repeat=file.scoring.repeat if work.repeat else 0.0,
        rise=_rise(work, file.scoring),
    )


def priority_rate(tier: str, file: HotlineFile) -> float:
    """Points per second waited. A tier that the file does not know counts as the default tier."""
    return (file.tiers.get(tier) or file.tiers[file.default_tier]).priority_rate


def urgency_points(urgency: Urgency, scoring: Scoring) -> float:
    """What an urgency adds once; nothing when the file leaves it out."""
    return scoring.urgency.get(urgency, 0.0)


def _rise(work: Work, scoring: Scoring) -> Rise | None:
    if work.due is None:
        return None
    opens = work.opens if work.opens is not None else work.since
    window = work.due - opens
    if window.total_seconds() <= 0:
        return Rise(starts=work.due, base=scoring.promise_due, per_second=0.0)
    starts = opens + window * scoring.promise_rises_at
    return Rise(starts, base=0.0, per_second=scoring.promise_due / (work.due - starts).total_seconds())
