"""The book that the bench fills by SQL is one that the hotline could have written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.bench.full_book import RIPE, fill_postgresql, fill_sqlite
from tests.servers import DATABASES

PROMISES = 2 * RIPE


@pytest.mark.parametrize("store", DATABASES)
async def test_a_filled_book_passes_the_audit(store: str, empty_database: Callable[[str], str]) -> None:
    url = empty_database(store)
    database = Database(url, EventBus(), SystemClock())
    await database.create_tables()
    if store == "sqlite":
        fill_sqlite(url.partition("///")[2], PROMISES)
    else:
        fill_postgresql(url, PROMISES)
    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(SqlBook(database), database.clock, BookRules.of(file))
    report = await book.audit()
    assert report.holds, report
    assert (report.promises, report.entries, report.identity.open) == (PROMISES, PROMISES, PROMISES)
    assert len(await book.fall_due(database.clock.now())) == RIPE
    await database.close()
