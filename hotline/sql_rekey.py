"""Every text in the database under the key in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import sqlalchemy as sa

from config.database import Database
from config.encryption import Keyring
from config.sealed_text import key_of_text, open_text
from config.sql_sealed import SealedText
from hotline.sql_migrate import every_table

#: Rows in one transaction: SQLite lets nobody else write meanwhile, some 50 ms.
_AT_ONCE = 500

#: Told how many rows are done.
Done = Callable[[int], None]


async def count_rows(database: Database) -> int:
    """As many rows as `rekey_texts` and `keys_of_texts` will look at."""
    async with database.reading() as connection:
        counts = [await connection.scalar(sa.select(sa.func.count()).select_from(c.table)) for c in sealed_columns()]
    return sum(count or 0 for count in counts)


async def rekey_texts(database: Database, keyring: Keyring, done: Done) -> int:
    """Encrypt with the first key what has another one, or none; so many texts were. May run while a hotline works: a
    text that is changed or removed meanwhile is left as it is then. Raises `EncryptionFault`."""
    changed = 0
    for column in sealed_columns():
        raw, after = sa.type_coerce(column, sa.Text), None
        while True:
            async with database.unit_of_work() as work:
                rows = (await work.connection.execute(_page(column, after))).all()
                for *place, stored in rows:
                    if stored and key_of_text(stored) != _current(keyring):
                        mine = sa.and_(*(own == value for own, value in zip(_key(column), place, strict=True)))
                        text = open_text(keyring, stored, cast(SealedText, column.type).purpose)
                        update = sa.update(_table(column)).where(mine, raw == stored).values({column: text})
                        changed += (await work.connection.execute(update)).rowcount
            done(len(rows))
            if len(rows) < _AT_ONCE:
                break
            after = tuple(rows[-1][:-1])
    return changed


async def keys_of_texts(database: Database, done: Done) -> Counter[str | None]:
    """How many texts each key, by its id, is needed for; None: those that are not encrypted."""
    found: Counter[str | None] = Counter()
    for column in sealed_columns():
        after: tuple[object, ...] | None = None
        while True:
            async with database.reading() as connection:
                rows = (await connection.execute(_page(column, after))).all()
            found.update(key_of_text(row[-1]) for row in rows if row[-1])
            done(len(rows))
            if len(rows) < _AT_ONCE:
                break
            after = tuple(rows[-1][:-1])
    return found


def sealed_columns() -> Iterator[sa.Column[Any]]:
    """Every column of every room that is encrypted."""
    for table in every_table():
        yield from (column for column in table.columns if isinstance(column.type, SealedText))


def _page(column: sa.Column[Any], after: tuple[object, ...] | None) -> sa.Select[Any]:
    """The keys of the next rows and the text as it is stored."""
    query = sa.select(*_key(column), sa.type_coerce(column, sa.Text).label("stored"))
    if after is not None:
        query = query.where(sa.tuple_(*_key(column)) > sa.tuple_(*(sa.literal(value) for value in after)))
    return query.order_by(*_key(column)).limit(_AT_ONCE)


def _key(column: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return tuple(_table(column).primary_key.columns)


def _table(column: sa.Column[Any]) -> sa.Table:
    return column.table


def _current(keyring: Keyring) -> str | None:
    return keyring.current.id.hex() if keyring.current else None
