"""`hotline users add` and `hotline db upgrade`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config.clock import SystemClock
from config.database import Database
from config.errors import HotlineError
from config.events import EventBus
from config.settings import Settings, prepare_folder
from console.identity.passwords import hash_password
from console.identity.users import Role, User
from console.store.sql_users import SqlUsers
from hotline.sql_migrate import upgrade


async def add(settings: Settings, user: str, role: str, agent: str | None, password: str) -> None:
    """Save the person; one who is known already gets the new password and role."""
    if role not in list(Role):
        raise HotlineError(f"there is no role {role}", remedy=f"choose one of {', '.join(Role)}")
    async with _database(settings) as database:
        await SqlUsers(database).save(User(user, user, Role(role), agent), hash_password(password))


async def upgrade_database(settings: Settings) -> None:
    """Bring the database to this program's version."""
    async with _database(settings):
        pass


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, upgraded."""
    prepare_folder(settings.data_folder)
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()
