"""What every `TokenStore` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from console.identity.scopes import Scope
from console.identity.tokens import ApiToken, TokenStore
from console.identity.users import Role, User
from console.store.memory_tokens import MemoryTokens
from console.store.sql_tokens import SqlTokens
from console.store.sql_users import SqlUsers

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORM = ApiToken("t1", "form", "minji", (Scope.CASES_WRITE, Scope.DESK), "root", NOW, NOW + timedelta(days=30))
SECOND = replace(FORM, id="t2", name="second", made_at=NOW + timedelta(hours=1))
OTHER = replace(FORM, id="t3", owner="root", made_at=NOW + timedelta(hours=2))


@pytest.fixture(params=["memory", "sql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TokenStore]:
    if request.param == "memory":
        yield MemoryTokens()
        return
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tokens.db'}", EventBus(), VirtualClock(NOW))
    await database.create_tables()
    for name in ("minji", "root"):
        await SqlUsers(database).save(User(name, name, Role.ADMIN), "hash")
    yield SqlTokens(database)
    await database.close()


async def test_a_token_is_found_by_the_digest_of_its_secret(store: TokenStore) -> None:
    await store.add(FORM, "digest")
    assert await store.find("digest") == FORM
    assert await store.find("another") is None
    assert await store.token("t1") == FORM
    assert await store.token("t9") is None


async def test_tokens_are_listed_the_newest_first(store: TokenStore) -> None:
    for number, token in enumerate((FORM, OTHER, SECOND)):
        await store.add(token, f"digest {number}")
    assert await store.all() == (OTHER, SECOND, FORM)
    assert await store.all("minji") == (SECOND, FORM)


async def test_the_last_use_is_kept(store: TokenStore) -> None:
    await store.add(FORM, "digest")
    await store.used("t1", NOW + timedelta(hours=3))
    assert await store.find("digest") == replace(FORM, last_used=NOW + timedelta(hours=3))


async def test_the_first_revocation_stands(store: TokenStore) -> None:
    await store.add(FORM, "digest")
    await store.revoke("t1", NOW + timedelta(hours=1))
    await store.revoke("t1", NOW + timedelta(hours=2))
    assert await store.token("t1") == replace(FORM, revoked_at=NOW + timedelta(hours=1))


async def test_what_is_forgotten_of_one_owner_leaves_the_others(store: TokenStore) -> None:
    await store.add(FORM, "digest")
    await store.add(OTHER, "other")
    await store.forget("minji")
    assert await store.all() == (OTHER,)
    assert await store.find("digest") is None


async def test_tokens_go_with_their_owner_in_the_database(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tokens.db'}", EventBus(), VirtualClock(NOW))
    await database.create_tables()
    users, tokens = SqlUsers(database), SqlTokens(database)
    await users.save(User("minji", "Min-ji", Role.AGENT), "hash")
    await tokens.add(FORM, "digest")
    await users.remove("minji")
    assert await tokens.all() == ()
    await database.close()
