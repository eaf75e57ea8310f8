"""Columns whose texts are encrypted when the operator has given a key."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import sqlalchemy as sa

from config.database import Database
from config.encryption import Keyring
from config.sealed_text import open_text, seal_text

#: By the dialect, of which each engine has its own: all that a column is told when a value passes through it.
_KEYRINGS: WeakKeyDictionary[sa.Dialect, Keyring] = WeakKeyDictionary()
_NO_KEYS = Keyring()


class SealedText(sa.TypeDecorator[str]):
    """A text that is sealed for its column (`purpose`, like `call_lines.text`): one that was moved to another column
    cannot be opened. It is not bound to its row, as what row belongs to whom stands beside it unprotected.

    The database cannot search in it. Texts from before there was a key are read as they are.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else seal_text(keyring_of(dialect), value, self.purpose)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Raises `EncryptionFault`."""
        return None if value is None else open_text(keyring_of(dialect), value, self.purpose)


def use_keys(database: Database, keyring: Keyring) -> None:
    """Seal and open with these keys what passes through this database."""
    _KEYRINGS[database.engine.dialect] = keyring


def keyring_of(dialect: sa.Dialect) -> Keyring:
    """The keys of the database with this dialect; none if it was given none."""
    return _KEYRINGS.get(dialect, _NO_KEYS)
