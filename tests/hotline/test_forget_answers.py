"""Kept answers go when their day is over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from config.clock import VirtualClock
from config.errors import DatabaseFault
from console.idempotency import KEPT_FOR
from console.memory_answers import MemoryAnswers
from hotline.forget_answers import forget_answers_hourly

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Counting(MemoryAnswers):
    """Away the first time it is asked."""

    times = 0

    async def forget_over(self, now: datetime) -> None:
        self.times += 1
        if self.times == 1:
            raise DatabaseFault("the database does not answer")
        await super().forget_over(now)


async def test_an_answer_is_gone_within_the_hour_though_the_database_was_away_once() -> None:
    clock, answers = VirtualClock(NOW), Counting()
    await answers.begin("ana", "k", "d", NOW)
    running = asyncio.ensure_future(forget_answers_hourly(answers, clock))
    await clock.settle()
    await clock.advance(KEPT_FOR.total_seconds() + 3601)
    assert answers.times > 1
    assert await answers.begin("ana", "k", "e", NOW) is None
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
