"""The forecast beside what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.changes import LeftWhy
from routing.forecast import WaitEstimates
from routing.forecast_error import Estimator, ForecastError, ForecastErrors
from routing.outcomes import WorkGone, WorkStarted
from tests.routing.floors import at, call


def wait(errors: ForecastErrors, name: str, by_length: float, by_head: float | None, waited: float) -> None:
    """A call that was told one of the estimates and answered after so many seconds."""
    work = call(name)
    head = None if by_head is None else timedelta(seconds=by_head)
    errors.note(work, WaitEstimates(timedelta(seconds=by_length), head), at(0))
    errors.count([WorkStarted(work, "kim")], at(waited))


def test_the_error_is_what_was_told_less_what_was_waited() -> None:
    errors = ForecastErrors()
    wait(errors, "a", 60, None, 40)
    wait(errors, "b", 60, None, 90)
    assert errors.summary() == (
        ForecastError("general", "standard", 2, -5.0, 25.0, None, None, Estimator.QUEUE_LENGTH),
    )


def test_who_gave_up_is_not_counted() -> None:
    errors = ForecastErrors()
    work = call("a")
    errors.note(work, WaitEstimates(timedelta(seconds=60), None), at(0))
    errors.count([WorkGone(work, None, LeftWhy.HUNG_UP)], at(10))
    errors.count([WorkStarted(work, "kim")], at(20))
    assert errors.summary() == ()


def test_the_estimator_that_was_nearer_of_late_is_told_once_there_are_enough() -> None:
    errors = ForecastErrors()
    fresh = WaitEstimates(timedelta(seconds=100), timedelta(seconds=30))
    for n in range(19):
        wait(errors, f"c{n}", 100, 40, 50)
    assert errors.choose(fresh, "general", "standard") == timedelta(seconds=100)
    wait(errors, "c19", 100, 40, 50)
    assert errors.choose(fresh, "general", "standard") == timedelta(seconds=30)
    [found] = errors.summary()
    assert (found.by_queue_length, found.by_head_of_line, found.told_by) == (50, 10, Estimator.HEAD_OF_LINE)
    assert errors.choose(WaitEstimates(timedelta(seconds=9), None), "general", "standard") == timedelta(seconds=9)
    assert errors.choose(fresh, "general", "vip") == timedelta(seconds=100)


def test_the_choice_goes_back_when_the_other_gets_better() -> None:
    errors = ForecastErrors()
    for n in range(20):
        wait(errors, f"c{n}", 100, 40, 50)
    for n in range(200):
        wait(errors, f"d{n}", 50, 200, 50)
    [found] = errors.summary()
    assert found.calls == 200
    assert found.told_by is Estimator.QUEUE_LENGTH
    assert found.by_queue_length == pytest.approx(0)
