"""What every `UserStore` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.errors import NotFound
from config.events import EventBus
from console.memory_users import MemoryUsers
from console.ports import UserStore
from console.sql_users import SqlUsers
from console.users import Role, User

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINJI = User("minji", "김민지", Role.AGENT, "minji")
ADMIN = User("admin", "Ada", Role.ADMIN)


@pytest.fixture(params=["memory", "sql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[UserStore]:
    if request.param == "memory":
        yield MemoryUsers()
        return
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'users.db'}", EventBus(), VirtualClock(NOW))
    await database.create_tables()
    yield SqlUsers(database)
    await database.close()


async def test_nobody_is_there_at_first(store: UserStore) -> None:
    assert await store.all() == ()
    assert await store.user("minji") is None
    assert await store.password_hash("minji") is None
    assert await store.session_user("digest", NOW) is None


async def test_people_are_kept_in_the_order_of_their_ids(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.save(ADMIN, "hash 2")
    assert await store.all() == (ADMIN, MINJI)
    assert await store.user("minji") == MINJI
    assert await store.password_hash("minji") == "hash 1"


async def test_saving_again_replaces_and_ends_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.open_session("digest", "minji", NOW + timedelta(hours=1))
    promoted = User("minji", "김민지", Role.SUPERVISOR)
    await store.save(promoted, "hash 2")
    assert await store.all() == (promoted,)
    assert await store.password_hash("minji") == "hash 2"
    assert await store.session_user("digest", NOW) is None


async def test_a_session_names_its_person_until_it_expires(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session("digest", "minji", NOW + timedelta(hours=1))
    assert await store.session_user("digest", NOW) == MINJI
    assert await store.session_user("digest", NOW + timedelta(hours=1)) is None
    assert await store.session_user("another", NOW) is None


async def test_a_closed_session_is_over_and_closing_twice_is_fine(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session("one", "minji", NOW + timedelta(hours=1))
    await store.open_session("two", "minji", NOW + timedelta(hours=1))
    await store.close_session("one")
    await store.close_session("one")
    assert await store.session_user("one", NOW) is None
    assert await store.session_user("two", NOW) == MINJI


async def test_closing_the_expired_leaves_the_others(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session("old", "minji", NOW)
    await store.open_session("new", "minji", NOW + timedelta(hours=1))
    await store.close_expired(NOW)
    assert await store.session_user("old", NOW - timedelta(hours=1)) is None
    assert await store.session_user("new", NOW) == MINJI


async def test_removing_somebody_ends_their_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session("digest", "minji", NOW + timedelta(hours=1))
    await store.remove("minji")
    assert await store.user("minji") is None
    assert await store.session_user("digest", NOW) is None


async def test_removing_a_stranger_is_not_possible(store: UserStore) -> None:
    with pytest.raises(NotFound):
        await store.remove("nobody")
