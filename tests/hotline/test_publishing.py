"""Which version counts: at the start, and when another process publishes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from config.clock import VirtualClock
from config.errors import DatabaseFault
from config.events import EventBus
from config.versions import MemoryVersions, Version
from hotline.publishing import LOOK_EVERY, VersionWatch, version_at_start

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


async def test_the_first_start_publishes_the_file() -> None:
    versions = MemoryVersions(EventBus(), VirtualClock(START))
    version = await version_at_start(versions, "one", "hotline.yaml")
    assert (version.number, version.author, version.reason) == (1, "hotline", "read from hotline.yaml")
    assert await version_at_start(versions, "one", "hotline.yaml") == version


async def test_a_file_that_was_changed_since_is_published() -> None:
    versions = MemoryVersions(EventBus(), VirtualClock(START))
    await version_at_start(versions, "one", "hotline.yaml")
    assert (await version_at_start(versions, "two", "hotline.yaml")).number == 2


async def test_a_restart_does_not_undo_what_was_published_since() -> None:
    versions = MemoryVersions(EventBus(), VirtualClock(START))
    await version_at_start(versions, "one", "hotline.yaml")
    newest = await versions.publish("two", author="ana", reason="better", base=1)
    assert await version_at_start(versions, "one", "hotline.yaml") == newest
    assert len(await versions.history()) == 2


class Flaky(MemoryVersions):
    """Versions whose database is away for a while."""

    away = False

    async def current(self) -> Version | None:
        if self.away:
            raise DatabaseFault("the database does not answer")
        return await super().current()


async def test_what_another_process_publishes_is_adopted_once_and_a_database_that_is_away_is_borne() -> None:
    clock = VirtualClock(START)
    versions = Flaky(EventBus(), clock)
    first = await versions.publish("one", author="ana", reason="begin", base=None)
    adopted = [first]

    async def adopt(version: Version) -> None:
        adopted.append(version)

    watch = asyncio.create_task(VersionWatch(versions, clock, lambda: adopted[-1].number, adopt).run())
    await clock.advance(LOOK_EVERY * 2)
    assert adopted == [first]
    second = await versions.publish("two", author="bo", reason="better", base=1)
    versions.away = True
    await clock.advance(LOOK_EVERY)
    assert adopted == [first]
    versions.away = False
    await clock.advance(LOOK_EVERY * 3)
    assert adopted == [first, second]
    watch.cancel()
