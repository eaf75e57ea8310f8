"""What every `UserStore` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.errors import NotFound, Refused
from config.events import EventBus
from console.errors import LastAdmin
from console.identity.sessions import IDLE_LASTS, OpenSession
from console.identity.users import Role, User
from console.ports import UserStore
from console.store.memory_users import MemoryUsers
from console.store.sql_users import SqlUsers

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


def session(digest: str, user: str = "minji", opened: datetime = NOW, hours: float = 1) -> OpenSession:
    return OpenSession(digest, user, opened, opened + timedelta(hours=hours), opened, "192.0.2.0/24")


async def test_nobody_is_there_at_first(store: UserStore) -> None:
    assert await store.all() == ()
    assert await store.user("minji") is None
    assert await store.password_hash("minji") is None
    assert await store.session("digest") is None


async def test_people_are_kept_in_the_order_of_their_ids(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.save(ADMIN, "hash 2")
    assert await store.all() == (ADMIN, MINJI)
    assert await store.user("minji") == MINJI
    assert await store.password_hash("minji") == "hash 1"


async def test_saving_again_replaces_and_ends_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.open_session(session("digest"))
    promoted = User("minji", "김민지", Role.SUPERVISOR, must_change=True)
    await store.save(promoted, "hash 2")
    assert await store.all() == (promoted,)
    assert await store.password_hash("minji") == "hash 2"
    assert await store.session("digest") is None


async def test_somebody_is_added_only_once(store: UserStore) -> None:
    await store.add(MINJI, "hash 1")
    with pytest.raises(Refused, match="already"):
        await store.add(replace(MINJI, role=Role.ADMIN), "hash 2")
    assert await store.user("minji") == MINJI
    assert await store.password_hash("minji") == "hash 1"


async def test_a_change_leaves_the_password_and_the_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("digest"))
    changed = replace(MINJI, name="Kim Min-ji", agent=None, locked=True)
    await store.change(changed)
    assert await store.user("minji") == changed
    assert await store.password_hash("minji") == "hash"
    assert await store.session("digest") == (session("digest"), changed)


async def test_another_password_ends_the_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.open_session(session("digest"))
    await store.set_password("minji", "hash 2", must_change=True)
    assert await store.password_hash("minji") == "hash 2"
    assert await store.user("minji") == replace(MINJI, must_change=True)
    assert await store.session("digest") is None


async def test_a_stronger_hash_replaces_only_the_one_it_was_made_of(store: UserStore) -> None:
    await store.save(MINJI, "hash 1")
    await store.open_session(session("digest"))
    await store.rehash("minji", "hash 0", "hash 2")
    assert await store.password_hash("minji") == "hash 1"
    await store.rehash("minji", "hash 1", "hash 2")
    assert await store.password_hash("minji") == "hash 2"
    assert await store.session("digest") is not None


async def test_the_last_admin_who_can_sign_in_stays_one(store: UserStore) -> None:
    for user in (ADMIN, MINJI, replace(ADMIN, id="second", locked=True)):
        await store.save(user, "hash")
    for without in (replace(ADMIN, role=Role.SUPERVISOR), replace(ADMIN, locked=True)):
        with pytest.raises(LastAdmin):
            await store.change(without)
    with pytest.raises(LastAdmin):
        await store.remove("admin")
    assert await store.user("admin") == ADMIN
    await store.change(replace(ADMIN, name="Ada L."))
    await store.change(replace(ADMIN, id="second"))
    await store.remove("admin")
    with pytest.raises(LastAdmin):
        await store.remove("second")


async def test_a_session_is_found_by_its_digest_with_its_person(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("digest"))
    assert await store.session("digest") == (session("digest"), MINJI)
    assert await store.session("another") is None


async def test_sessions_of_a_person_are_listed_the_newest_first(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.save(ADMIN, "hash")
    older, newer = session("one"), session("two", opened=NOW + timedelta(minutes=5))
    for opened in (older, newer, session("other", "admin")):
        await store.open_session(opened)
    assert await store.sessions_of("minji") == (newer, older)


async def test_a_session_knows_when_it_was_in_use(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("digest"))
    later = NOW + timedelta(minutes=9)
    await store.seen("digest", later)
    await store.seen("another", later)
    assert await store.sessions_of("minji") == (replace(session("digest"), seen=later),)


async def test_a_closed_session_is_over_and_closing_twice_is_fine(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("one"))
    await store.open_session(session("two"))
    await store.close_session("one")
    await store.close_session("one")
    assert await store.session("one") is None
    assert await store.session("two") is not None
    await store.close_sessions_of("minji")
    assert await store.sessions_of("minji") == ()


async def test_closing_the_expired_leaves_the_others(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("old", hours=0))
    await store.open_session(session("idle", opened=NOW - IDLE_LASTS, hours=12))
    await store.open_session(session("new"))
    await store.close_expired(NOW)
    assert [kept.digest for kept in await store.sessions_of("minji")] == ["new"]


async def test_removing_somebody_ends_their_sessions(store: UserStore) -> None:
    await store.save(MINJI, "hash")
    await store.open_session(session("digest"))
    await store.remove("minji")
    assert await store.user("minji") is None
    assert await store.session("digest") is None


async def test_a_stranger_cannot_be_changed_or_removed(store: UserStore) -> None:
    await store.save(ADMIN, "hash")
    with pytest.raises(NotFound):
        await store.remove("nobody")
    with pytest.raises(NotFound):
        await store.change(replace(MINJI, id="nobody"))
    with pytest.raises(NotFound):
        await store.set_password("nobody", "hash", must_change=False)
