"""So many requests and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.web import rate_limit
from console.web.rate_limit import RateLimit

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_burst_and_then_one_for_each_pause() -> None:
    limit = RateLimit(burst=3, refill=MINUTE)
    assert [limit.allows("a", NOON) for _ in range(5)] == [True, True, True, False, False]
    assert limit.wait("a", NOON) == MINUTE
    assert limit.allows("b", NOON)
    assert limit.wait("b", NOON) == timedelta(0)
    assert [limit.allows("a", NOON + MINUTE) for _ in range(2)] == [True, False]


def test_a_long_rest_gives_no_more_than_a_burst() -> None:
    limit = RateLimit(burst=2, refill=MINUTE)
    limit.allows("a", NOON)
    assert [limit.allows("a", NOON + 60 * MINUTE) for _ in range(3)] == [True, True, False]


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    limit = RateLimit(burst=2, refill=MINUTE)
    for number in range(rate_limit._MOST_KEYS + 50):
        limit.allows(str(number), NOON)
    assert len(limit._full_at) <= rate_limit._MOST_KEYS
