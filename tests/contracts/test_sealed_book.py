"""With a key, what was said stands nowhere in the database; and every key it was said under can be replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from callbacks.privacy.retention import Privacy
from config.database import Database, metadata
from config.encryption import EncryptionFault, Key, Keyring
from config.sql_keys import forget_other_keys, keys_needed, unlock
from console.store.sql_answers import SqlAnswers
from hotline.recording_folder import RecordingFolder
from hotline.sql_rekey import count_rows, keys_of_texts, rekey_texts, sealed_columns
from tests.contracts.promise_books import House, house_on
from tests.hotline.test_erasure import fill
from tests.servers import DATABASES

OLD, NEW = Key(bytes(range(32))), Key(bytes(32))
OLD_ID, NEW_ID = OLD.id.hex(), NEW.id.hex()
SAID = ("blue door", "smoke", "free courier", "stands still", "rang at night")
#: What docs/security.md says is not encrypted, and may hold such words.
NOT_ENCRYPTED = {"kept_answers", "messages"}


@pytest.fixture(params=DATABASES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as house:
        yield house


def database_of(house: House) -> Database:
    assert house.database is not None
    return house.database


async def filled(house: House, folder: Path) -> str:
    """The contact of whom every kind of thing is held."""
    (folder / "recordings").mkdir()
    return await fill(house, SqlAnswers(database_of(house)), folder / "recordings")


async def tables_with(database: Database, words: tuple[str, ...]) -> set[str]:
    """The tables in which one of the words stands, as a thief of the database would find it."""
    found = set()
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            as_stored = sa.select(sa.text("*")).select_from(table)  # of no column's type, so that nothing is opened
            rows = await connection.execute(as_stored)
            text = "\n".join(bytes(v).decode() if isinstance(v, bytes) else str(v) for row in rows for v in row)
            if any(word in text for word in words):
                found.add(table.name)
    return found


async def read_back(house: House, contact: str) -> str:
    """What the program reads of all that was said."""
    (case,) = await house.book.cases_of(contact)
    parts: list[object] = [await house.book.contact(contact), case, *await house.book.case_history(case.id)]
    parts += [*await house.book.exceptions_of(contact), *await house.calls.lines("call-1")]
    async with house.book.store.reading() as reader:
        for promise in await reader.promises_after("", 100):
            parts += [promise, *await reader.entries(promise.id)]
    return repr(parts)


async def test_what_was_said_stands_in_no_table(house: House, tmp_path: Path) -> None:
    await unlock(database_of(house), Keyring((OLD,)))
    contact = await filled(house, tmp_path)
    assert await tables_with(database_of(house), SAID) <= NOT_ENCRYPTED
    said = await read_back(house, contact)
    assert [word for word in (*SAID, "Kim Minji spoke of smoke", "smoke again") if word not in said] == []
    assert (await house.book.audit()).holds


async def test_without_a_key_it_stands_there_as_ever(house: House, tmp_path: Path) -> None:
    contact = await filled(house, tmp_path)
    plain = await tables_with(database_of(house), SAID)
    assert {"call_lines", "cases", "case_texts", "promise_texts", "case_exceptions", "contacts"} <= plain
    await unlock(database_of(house), Keyring((OLD,)))  # a key that is given later
    assert "there is smoke" in await read_back(house, contact)


async def test_a_database_whose_key_is_missing_is_refused_before_anything_is_read(house: House) -> None:
    await unlock(database_of(house), Keyring((OLD,)))
    for ring in (Keyring(), Keyring((NEW,))):
        with pytest.raises(EncryptionFault, match=OLD_ID):
            await unlock(database_of(house), ring)
    assert await keys_needed(database_of(house)) == {OLD_ID}


async def test_a_rotation_leaves_every_text_readable_by_the_new_key_alone(house: House, tmp_path: Path) -> None:
    database = database_of(house)
    contact = await filled(house, tmp_path)  # without a key
    before = await read_back(house, contact)
    await unlock(database, Keyring((OLD,)))
    seen: list[int] = []
    changed = await rekey_texts(database, Keyring((OLD,)), seen.append)
    assert sum(seen) == await count_rows(database)
    assert await tables_with(database, SAID) <= NOT_ENCRYPTED

    both = Keyring((NEW, OLD))
    await unlock(database, both)
    assert await rekey_texts(database, both, seen.append) == changed > 8
    assert await rekey_texts(database, both, seen.append) == 0
    assert await keys_of_texts(database, seen.append) == {NEW_ID: changed}
    assert await forget_other_keys(database, NEW_ID) == {OLD_ID}
    await unlock(database, Keyring((NEW,)))
    assert await read_back(house, contact) == before


async def test_a_rotation_reads_page_after_page(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hotline.sql_rekey._AT_ONCE", 1)
    contact = await filled(house, tmp_path)
    before = await read_back(house, contact)
    await unlock(database_of(house), Keyring((OLD,)))
    await rekey_texts(database_of(house), Keyring((OLD,)), lambda _: None)
    assert set(await keys_of_texts(database_of(house), lambda _: None)) == {OLD_ID}
    assert await read_back(house, contact) == before


async def test_an_encrypted_contact_is_erased_like_any_other(house: House, tmp_path: Path) -> None:
    await unlock(database_of(house), Keyring((OLD,)))
    contact = await filled(house, tmp_path)
    folder = RecordingFolder(tmp_path / "recordings")
    privacy = Privacy(house.book, house.calls, folder, (SqlAnswers(database_of(house)),))
    await privacy.erase(contact, "user:ana")
    assert set(await keys_of_texts(database_of(house), lambda _: None)) <= {OLD_ID}
    async with database_of(house).reading() as connection:
        for column in sealed_columns():
            found = await connection.scalars(sa.select(column))
            assert [text for text in found if text and any(word in text for word in SAID)] == [], column
    assert list((tmp_path / "recordings").iterdir()) == []


def test_every_column_that_holds_what_was_said_is_sealed_for_itself() -> None:
    names = {f"{column.table}.{column.name}" for column in sealed_columns()}
    assert {getattr(column.type, "purpose", None) for column in sealed_columns()} == names
    assert "call_lines.text" in names
