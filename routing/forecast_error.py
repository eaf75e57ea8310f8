"""How good the spoken forecast is: what callers were told beside what they then waited, class by class. Pure.

The two estimators are compared on the same callers, and whichever was nearer of late is the one that is told. Callers
who gave up are left out: how long they would have waited is not known, so that errors on the long side are somewhat
understated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from routing.forecast import WaitEstimates
from routing.outcomes import Outcome, WorkGone, WorkStarted
from routing.work import Work

#: So many of the last waits of a class are remembered,
_REMEMBERED = 200
#: and so many with both estimates are needed before the head of the line is trusted.
_ENOUGH = 20


class Estimator(StrEnum):
    """Which estimate is told."""

    QUEUE_LENGTH = "queue-length"
    HEAD_OF_LINE = "head-of-line"


@dataclass(frozen=True, slots=True)
class ForecastError:
    """The forecasts of the last calls of one class that were answered, in seconds.

    `bias` is the mean of told less waited, `mean_absolute` of its size. `by_queue_length` and `by_head_of_line` are the
    mean absolute errors that each estimator had, or would have had; None where there are too few to say. `told_by` is
    the estimator now in use.
    """

    queue: str
    tier: str
    calls: int
    bias: float
    mean_absolute: float
    by_queue_length: float | None
    by_head_of_line: float | None
    told_by: Estimator


class _Told(NamedTuple):
    at: datetime
    told: timedelta
    estimates: WaitEstimates


class _Sample(NamedTuple):
    """One answered call: the errors, estimate less wait, in seconds."""

    told: float
    by_queue_length: float
    by_head_of_line: float | None


_Class = tuple[str, str]


class ForecastErrors:
    """Remembers what was told, counts what came of it, and chooses the estimator."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}
        self._samples: dict[_Class, deque[_Sample]] = {}

    def choose(self, estimates: WaitEstimates, queue: str, tier: str) -> timedelta:
        """The estimate to be told to a caller of this class."""
        if estimates.by_head_of_line is not None and self._told_by((queue, tier)) is Estimator.HEAD_OF_LINE:
            return estimates.by_head_of_line
        return estimates.by_queue_length

    def note(self, work: Work, estimates: WaitEstimates, now: datetime) -> None:
        """The call begins to wait now, under these estimates."""
        self._told[work.id] = _Told(now, self.choose(estimates, work.needs.queue, work.tier), estimates)

    def count(self, outcomes: Iterable[Outcome], now: datetime) -> None:
        """Take the outcomes of one feed in."""
        for outcome in outcomes:
            match outcome:
                case WorkStarted(work, _) if work.id in self._told:
                    sample = _compared(self._told.pop(work.id), now)
                    samples = self._samples.setdefault((work.needs.queue, work.tier), deque(maxlen=_REMEMBERED))
                    samples.append(sample)
                case WorkGone(work):
                    self._told.pop(work.id, None)

    def summary(self) -> tuple[ForecastError, ...]:
        """The errors of each class that had calls answered, by queue and tier."""
        return tuple(
            ForecastError(
                queue=queue,
                tier=tier,
                calls=len(samples),
                bias=sum(sample.told for sample in samples) / len(samples),
                mean_absolute=_mean_absolute([sample.told for sample in samples]),
                by_queue_length=self._by_each((queue, tier))[0],
                by_head_of_line=self._by_each((queue, tier))[1],
                told_by=self._told_by((queue, tier)),
            )
            for (queue, tier), samples in sorted(self._samples.items())
        )

    def _told_by(self, which: _Class) -> Estimator:
        by_length, by_head = self._by_each(which)
        better = by_length is not None and by_head is not None and by_head < by_length
        return Estimator.HEAD_OF_LINE if better else Estimator.QUEUE_LENGTH

    def _by_each(self, which: _Class) -> tuple[float | None, float | None]:
        """The mean absolute errors of both estimators over the calls that had both."""
        samples = [sample for sample in self._samples.get(which, ()) if sample.by_head_of_line is not None]
        if len(samples) < _ENOUGH:
            return None, None
        heads = [sample.by_head_of_line for sample in samples if sample.by_head_of_line is not None]
        return _mean_absolute([sample.by_queue_length for sample in samples]), _mean_absolute(heads)


def _compared(told: _Told, now: datetime) -> _Sample:
    waited = now - told.at
    head = told.estimates.by_head_of_line
    return _Sample(
        told=(told.told - waited).total_seconds(),
        by_queue_length=(told.estimates.by_queue_length - waited).total_seconds(),
        by_head_of_line=None if head is None else (head - waited).total_seconds(),
    )


def _mean_absolute(errors: Sequence[float]) -> float:
    return sum(map(abs, errors)) / len(errors)
