"""The promise book for commands that work on the database while a hotline may be running on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from callbacks.calls.records import CallRecords
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.clock import Clock, SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import load_settings, prepare_folder
from config.sql_keys import unlock
from config.sql_versions import SqlVersions
from hotline.sql_migrate import upgrade
from ivr.flow.catalogue import STEPS


@dataclass(frozen=True, slots=True)
class OpenedBook:
    """The book, the calls, and the hotline file in force with its text."""

    database: Database
    clock: Clock
    book: PromiseBook
    calls: CallRecords
    file: HotlineFile
    text: str


@asynccontextmanager
async def opened_book() -> AsyncIterator[OpenedBook]:
    """In the database of the settings, upgraded. The file is the published one; before the first, that of the
    settings."""
    settings, clock = load_settings(), SystemClock()
    prepare_folder(settings.data_folder)
    database = Database(settings.database_url.get_secret_value(), EventBus(), clock)
    try:
        await upgrade(database)
        await unlock(database, settings.keyring)
        published = await SqlVersions(database).current()
        file, _ = read_hotline_file(published.text if published else settings.hotline_file, STEPS)
        text = published.text if published else settings.hotline_file.read_text(encoding="utf-8")
        book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
        yield OpenedBook(database, clock, book, CallRecords(SqlCalls(database), clock), file, text)
    finally:
        await database.close()
