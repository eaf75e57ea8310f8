"""What has been kept long enough goes, hour by hour."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from config.clock import VirtualClock
from config.errors import DatabaseFault
from console.store.memory_answers import MemoryAnswers
from console.web.idempotency import KEPT_FOR
from hotline.forgetting import forget_hourly

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Counting(MemoryAnswers):
    """Away the first time it is asked."""

    times = 0

    async def forget_over(self, now: datetime) -> int:
        self.times += 1
        if self.times == 1:
            raise DatabaseFault("the database does not answer")
        return await super().forget_over(now)


async def test_what_is_over_is_gone_within_the_hour_though_the_database_was_away_once() -> None:
    clock, answers = VirtualClock(NOW), Counting()
    await answers.begin("ana", "k", "d", NOW)
    running = asyncio.ensure_future(forget_hourly("answers", answers.forget_over, clock))
    await clock.settle()
    await clock.advance(KEPT_FOR.total_seconds() + 3601)
    assert answers.times > 1
    assert await answers.begin("ana", "k", "e", NOW) is None
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
