"""A rise in cases of one kind, noticed early: which problem nobody has declared is probably there (lessons 5 and 6).

Cases are counted by the hour, for each category and product. What is usual is learned from the weeks before, by the
hour of the week: the counts of one kind, smoothed over the hours around it, with the rhythm of all kinds together as a
prior that weighs as much as four weeks (the mean of a gamma prior after Poisson counts). Over the last week a CUSUM
runs (`cusum`); a kind is told when its sum is so high that the threshold, set there, would be crossed by chance no
oftener than the kind's share of the budget of false alarms.

The budget holds as far as the usual rates are known: learned from few cases they are rough, and false alarms more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
import numpy.typing as npt

from callbacks.ports import CaseSeen
from callbacks.problems.cusum import false_alarms, level, reference
from config.hotline_file import Problems

#: Of the hour itself and those within two of it.
_AROUND = (1, 2, 3, 2, 1)
_PRIOR_WEEKS = 4
_WEEK = 168  # hours
_WEEKS_A_MONTH = 365.25 / 12 / 7
_HOUR = timedelta(hours=1)

Kind = tuple[str, str | None]
_Hours = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rise:
    """In the last `hours` hours `cases` came where `expected` were usual."""

    category: str
    product: str | None
    cases: int
    expected: float
    hours: int


def looks_back(rules: Problems) -> timedelta:
    """How far back cases are needed: the weeks that are learned from, and the one that is looked at."""
    return timedelta(weeks=rules.learn_weeks + 1)


def rises(
    seen: Sequence[CaseSeen], rules: Problems, zone: tzinfo, now: datetime, judged: Mapping[Kind, datetime]
) -> tuple[Rise, ...]:
    """The kinds that rise as of the last whole hour, the farthest above what is usual first.

    `seen` are the cases of `looks_back`. Of a kind in `judged` only hours after that moment count: somebody has looked
    at what came before. A hotline with less than a week to learn from is told of nothing.
    """
    if rules.false_alarms_a_month is None or not seen:
        return ()
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(weeks=1)
    weeks = min(rules.learn_weeks, (start - min(case.at for case in seen)) / timedelta(weeks=1))
    if weeks < 1:
        return ()
    by_kind: defaultdict[Kind, list[datetime]] = defaultdict(list)
    for case in seen:
        if case.at < end:
            by_kind[case.category, case.product].append(case.at)
    rhythm = _smoothed(_by_hour((at for times in by_kind.values() for at in times if at < start), zone))
    allowed = rules.false_alarms_a_month / _WEEKS_A_MONTH / max(1, len(by_kind))
    clock = [_hour_of_week(start + _HOUR * n, zone) for n in range(_WEEK)]
    found = []
    for kind, times in by_kind.items():
        usual = _usual([at for at in times if at < start], rhythm, weeks, zone)[clock]
        rise = _rise(kind, times, usual, rules, start, judged.get(kind), allowed)
        if rise is not None:
            found.append(rise)
    return tuple(sorted(found, key=lambda rise: (rise.expected - rise.cases, rise.category, rise.product or "")))


def _rise(
    kind: Kind,
    times: Sequence[datetime],
    usual: _Hours,
    rules: Problems,
    start: datetime,
    judged: datetime | None,
    allowed: float,
) -> Rise | None:
    """`allowed`: false alarms a week."""
    counts = [0] * _WEEK
    for at in times:
        if at >= start and (judged is None or at > judged):
            counts[(at - start) // _HOUR] += 1
    rates = usual.tolist()
    references = [reference(rate, rules.rise) for rate in rates]
    reached = level(counts, references)
    last = slice(_WEEK - reached.hours, _WEEK)
    cases = sum(counts[last])
    if cases < rules.least_cases or false_alarms(rates, references, reached.height) > allowed:
        return None
    return Rise(*kind, cases=cases, expected=sum(rates[last]), hours=reached.hours)


def _usual(times: Sequence[datetime], rhythm: _Hours, weeks: float, zone: tzinfo) -> _Hours:
    """Cases an hour, by the hour of the week. A kind that is new counts as if one case had come."""
    mean = max(1, len(times)) / (weeks * _WEEK)
    prior = mean * _PRIOR_WEEKS * (rhythm / rhythm.mean() if rhythm.any() else np.ones(_WEEK))
    return (_smoothed(_by_hour(times, zone)) + prior) / (weeks + _PRIOR_WEEKS)


def _by_hour(times: Iterable[datetime], zone: tzinfo) -> _Hours:
    counts = np.zeros(_WEEK)
    for at in times:
        counts[_hour_of_week(at, zone)] += 1
    return counts


def _smoothed(counts: _Hours) -> _Hours:
    """The week is a circle."""
    middle = len(_AROUND) // 2
    total = np.zeros(_WEEK)
    for place, weight in enumerate(_AROUND):
        total += weight * np.roll(counts, place - middle)
    return total / sum(_AROUND)


def _hour_of_week(at: datetime, zone: tzinfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour
