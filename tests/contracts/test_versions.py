"""What every `Versions` promises, in the database and in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.errors import NotFound
from config.events import Event, EventBus
from config.sql_versions import SqlVersions
from config.versions import HotlineFilePublished, MemoryVersions, VersionConflict, Versions, difference, roll_back
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = "name: one\nsite: a\n", "name: two\nsite: a\n", "name: one\nsite: b\n"

Book = tuple[Versions, VirtualClock, list[Event]]


@pytest.fixture(params=["memory", *DATABASES])
async def book(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Book]:
    """An empty book, its clock, and the events it tells."""
    clock, bus, told = VirtualClock(NOW), EventBus(), list[Event]()
    bus.subscribe(told.append)
    if request.param == "memory":
        yield MemoryVersions(bus, clock), clock, told
        return
    database = Database(empty_database(request.param), bus, clock)
    await database.create_tables()
    yield SqlVersions(database), clock, told
    await database.close()


async def test_an_empty_book_has_no_current_version(book: Book) -> None:
    versions, _, _ = book
    assert await versions.current() is None
    assert await versions.history() == ()


async def test_the_first_version_has_number_one_and_every_detail(book: Book) -> None:
    versions, _, told = book
    published = await versions.publish(FIRST, author="ana", reason="begin", base=None)
    assert published == await versions.current() == await versions.get(1)
    assert (published.number, published.text, published.author, published.reason) == (1, FIRST, "ana", "begin")
    assert published.published_at == NOW
    assert published.sha == hashlib.sha256(FIRST.encode()).hexdigest()
    assert told == [HotlineFilePublished(subject="1", at=NOW, author="ana", reason="begin", sha=published.sha)]


async def test_the_newest_version_counts_and_the_history_keeps_all(book: Book) -> None:
    versions, clock, _ = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    await clock.advance(60)
    await versions.publish(SECOND, author="bo", reason="rename", base=1)
    assert [version.text for version in await versions.history()] == [SECOND, FIRST]
    current = await versions.current()
    assert current is not None
    assert current.number == 2
    assert (current.published_at - NOW).total_seconds() == 60


async def test_who_started_from_an_older_version_is_refused_and_sees_both_changes(book: Book) -> None:
    versions, _, told = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    await versions.publish(SECOND, author="bo", reason="rename", base=1)
    with pytest.raises(VersionConflict) as refused:
        await versions.publish(THIRD, author="cho", reason="move", base=1)
    assert "-name: one\n+name: two" in refused.value.theirs
    assert "-site: a\n+site: b" in refused.value.yours
    assert "bo published version 2" in str(refused.value)
    assert len(await versions.history()) == 2
    assert len(told) == 2


async def test_a_first_version_on_top_of_another_is_refused(book: Book) -> None:
    versions, _, _ = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    with pytest.raises(VersionConflict) as refused:
        await versions.publish(SECOND, author="bo", reason="begin", base=None)
    assert "+name: one" in refused.value.theirs


async def test_of_two_who_publish_at_once_one_wins_and_one_is_told(book: Book) -> None:
    versions, _, _ = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    outcomes = await asyncio.gather(
        versions.publish(SECOND, author="bo", reason="rename", base=1),
        versions.publish(THIRD, author="cho", reason="move", base=1),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 1
    assert [version.number for version in await versions.history()] == [2, 1]


async def test_rolling_back_publishes_the_old_text_again(book: Book) -> None:
    versions, _, _ = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    await versions.publish(SECOND, author="bo", reason="rename", base=1)
    back = await roll_back(versions, 1, author="ana", reason="callers were confused")
    assert (back.number, back.text) == (3, FIRST)
    assert back.reason == "back to version 1: callers were confused"
    assert len(await versions.history()) == 3


async def test_a_version_that_never_was_is_not_found(book: Book) -> None:
    versions, _, _ = book
    with pytest.raises(NotFound, match="no version 7"):
        await versions.get(7)
    with pytest.raises(NotFound, match="no version 7"):
        await roll_back(versions, 7, author="ana", reason="-")


async def test_each_version_can_tell_what_it_changed(book: Book) -> None:
    versions, _, _ = book
    await versions.publish(FIRST, author="ana", reason="begin", base=None)
    await versions.publish(SECOND, author="bo", reason="rename", base=1)
    change = difference(await versions.get(1), await versions.get(2))
    assert change.splitlines()[:2] == ["--- version 1", "+++ version 2"]
    assert "-name: one\n+name: two" in change
    assert "+name: one" in difference(None, await versions.get(1))
