"""When calls should be sent here, and when not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import VirtualClock
from config.errors import DatabaseFault
from console.web.health import Part, Standing, is_ready
from hotline.readiness import DATABASE_SECONDS, WATCHED_WITHIN, LiveReadiness, Looks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def answers() -> None:
    """A database that is there."""


ALL_WELL = Looks(
    ping=answers,
    edge_is_up=lambda: True,
    languages=lambda: frozenset({"ko"}),
    is_strained=lambda: False,
    watched_at=lambda: NOW,
    is_draining=lambda: False,
)


async def looked(looks: Looks) -> tuple[Part, ...]:
    return await LiveReadiness(looks, VirtualClock(NOW)).look()


def named(parts: tuple[Part, ...], standing: Standing) -> list[str]:
    return [part.name for part in parts if part.standing is standing]


async def test_all_is_well() -> None:
    parts = await looked(ALL_WELL)
    assert named(parts, Standing.READY) == ["database", "telephones", "ears", "promises", "admission"]


@pytest.mark.parametrize(
    ("looks", "missing"),
    [
        (replace(ALL_WELL, edge_is_up=lambda: False), "telephones"),
        (replace(ALL_WELL, watched_at=lambda: None), "promises"),
        (replace(ALL_WELL, watched_at=lambda: NOW - WATCHED_WITHIN - timedelta(seconds=1)), "promises"),
        (replace(ALL_WELL, is_draining=lambda: True), "admission"),
    ],
)
async def test_what_is_missing_keeps_calls_away(looks: Looks, missing: str) -> None:
    parts = await looked(looks)
    assert named(parts, Standing.MISSING) == [missing]
    assert not is_ready(parts)


@pytest.mark.parametrize(
    "looks", [replace(ALL_WELL, languages=lambda: frozenset()), replace(ALL_WELL, is_strained=lambda: True)]
)
async def test_without_speech_keys_are_enough_to_take_calls(looks: Looks) -> None:
    parts = await looked(looks)
    assert named(parts, Standing.DEGRADED) == ["ears"]
    assert is_ready(parts)


async def test_a_database_that_refuses_is_missing_and_its_fault_is_not_told() -> None:
    async def refuses() -> None:
        raise DatabaseFault("the database does not answer: password of hotline@db is wrong")

    parts = await looked(replace(ALL_WELL, ping=refuses))
    assert parts[0] == Part("database", Standing.MISSING, "cannot be reached")


class HangingDatabase:
    """Answers when it is let, and cannot be interrupted."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer = asyncio.Event()

    async def ping(self) -> None:
        self.asked += 1
        while not self.answer.is_set():
            try:
                await self.answer.wait()
            except asyncio.CancelledError:
                continue


async def test_a_database_that_hangs_is_asked_once_and_hangs_nobody() -> None:
    database, clock = HangingDatabase(), VirtualClock(NOW)
    readiness = LiveReadiness(replace(ALL_WELL, ping=database.ping, watched_at=clock.now), clock)
    first = asyncio.ensure_future(readiness.look())
    await clock.advance(DATABASE_SECONDS)
    assert named(await first, Standing.MISSING) == ["database"]
    for _ in range(3):
        await clock.advance(1.0)
        assert named(await readiness.look(), Standing.MISSING) == ["database"]
    assert database.asked == 1
    database.answer.set()
    await clock.advance(1.0)
    assert named(await readiness.look(), Standing.MISSING) == []
    assert database.asked == 2


async def test_probers_share_one_look_a_second() -> None:
    asked = 0

    async def counted() -> None:
        nonlocal asked
        asked += 1

    clock = VirtualClock(NOW)
    readiness = LiveReadiness(replace(ALL_WELL, ping=counted, watched_at=clock.now), clock)
    for _ in range(10):
        await readiness.look()
    assert asked == 1
    await clock.advance(1.0)
    await readiness.look()
    assert asked == 2
