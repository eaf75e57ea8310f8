"""When a contact is rung again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.model import AttemptOutcome
from callbacks.retry import LEAST_PAUSE, GiveUp, RetryRules, TryAgain, after_quiet_hours, next_try
from config.hotline_file import Callbacks
from tests.callbacks.samples import HOUR, MINUTE, NOON, RETRY, SEOUL

FAR = NOON + 6 * HOUR


def seoul(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SEOUL).astimezone(UTC)


@pytest.mark.parametrize(
    ("outcome", "pause"),
    [
        (AttemptOutcome.BUSY, timedelta(minutes=5)),
        (AttemptOutcome.NO_ANSWER, timedelta(minutes=30)),
        (AttemptOutcome.REJECTED, timedelta(hours=2)),
        (AttemptOutcome.VOICEMAIL, timedelta(hours=1)),
        (AttemptOutcome.FAILED, timedelta(minutes=15)),
        (AttemptOutcome.LOST, LEAST_PAUSE),
        (AttemptOutcome.STOOD_DOWN, timedelta(0)),
    ],
)
def test_each_outcome_has_its_pause(outcome: AttemptOutcome, pause: timedelta) -> None:
    assert next_try(outcome, 1, FAR, NOON, RETRY) == TryAgain(NOON + pause)


def test_a_wrong_number_is_never_rung_again() -> None:
    assert isinstance(next_try(AttemptOutcome.WRONG_NUMBER, 1, FAR, NOON, RETRY), GiveUp)


def test_after_the_allowed_attempts_we_give_up() -> None:
    assert isinstance(next_try(AttemptOutcome.BUSY, 2, FAR, NOON, RETRY), TryAgain)
    assert isinstance(next_try(AttemptOutcome.BUSY, 3, FAR, NOON, RETRY), GiveUp)


def test_a_pause_longer_than_the_window_is_cut_to_its_last_useful_moment() -> None:
    due = NOON + 20 * MINUTE
    assert next_try(AttemptOutcome.REJECTED, 1, due, NOON, RETRY) == TryAgain(due - timedelta(seconds=30))


def test_with_less_than_a_minute_left_we_give_up() -> None:
    assert isinstance(next_try(AttemptOutcome.BUSY, 1, NOON + timedelta(seconds=80), NOON, RETRY), GiveUp)


def test_a_try_that_would_fall_into_quiet_hours_waits_for_the_morning() -> None:
    plan = next_try(AttemptOutcome.NO_ANSWER, 1, seoul(12, day=11), seoul(20, 45), RETRY)
    assert plan == TryAgain(seoul(8, day=11))


def test_where_the_morning_is_too_late_it_comes_before_the_quiet_hours() -> None:
    plan = next_try(AttemptOutcome.NO_ANSWER, 1, seoul(22), seoul(20, 45), RETRY)
    assert plan == TryAgain(seoul(21) - timedelta(seconds=30))


def test_within_quiet_hours_that_outlast_the_window_we_give_up() -> None:
    assert isinstance(next_try(AttemptOutcome.BUSY, 1, seoul(23), seoul(22), RETRY), GiveUp)


def test_quiet_hours_are_those_of_the_zone_and_span_midnight() -> None:
    assert after_quiet_hours(seoul(20, 59), RETRY) == seoul(20, 59)
    assert after_quiet_hours(seoul(21), RETRY) == seoul(8, day=11)
    assert after_quiet_hours(seoul(3), RETRY) == seoul(8)
    assert after_quiet_hours(seoul(8), RETRY) == seoul(8)


def test_equal_times_mean_no_quiet_hours() -> None:
    never = RetryRules(Callbacks(quiet_from=time(0), quiet_until=time(0)), ZoneInfo("UTC"))
    for hour in range(24):
        moment = datetime(2026, 3, 10, hour, tzinfo=UTC)
        assert after_quiet_hours(moment, never) == moment


def test_quiet_hours_may_lie_within_one_day() -> None:
    lunch = RetryRules(Callbacks(quiet_from=time(12), quiet_until=time(14)), SEOUL)
    assert after_quiet_hours(seoul(13), lunch) == seoul(14)
    assert after_quiet_hours(seoul(11), lunch) == seoul(11)
