"""The spread of waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.wait_spread import CallWait, WaitSpread, wait_spreads

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_waits_are_gathered_by_the_hour_on_the_wall_and_by_tier() -> None:
    waits = [CallWait(NOON + timedelta(days=day), "standard", 10.0 * n) for day in (0, 1) for n in range(1, 6)]
    waits += [CallWait(NOON + timedelta(minutes=59), "vip", 7.0), CallWait(NOON + timedelta(hours=1), "vip", 9.0)]
    first, vip, later = wait_spreads(waits, ZoneInfo("Asia/Seoul"))
    # twice 10, 20, 30, 40, 50: linear between the ranks 0.9, 2.25, 4.5, 6.75, 8.1 of ten
    assert first == WaitSpread(21, "standard", 10, 10.0, 20.0, 30.0, 40.0, 50.0)
    assert vip == WaitSpread(21, "vip", 1, 7.0, 7.0, 7.0, 7.0, 7.0)
    assert (later.hour, later.calls) == (22, 1)


def test_percentiles_lie_between_two_calls_in_proportion() -> None:
    (spread,) = wait_spreads([CallWait(NOON, "vip", seconds) for seconds in (0.0, 100.0)], UTC)
    assert (spread.p10, spread.p25, spread.median, spread.p75, spread.p90) == (10, 25, 50, 75, 90)


def test_of_no_calls_there_is_no_spread() -> None:
    assert wait_spreads([], UTC) == ()
