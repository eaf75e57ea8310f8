"""`hotline doctor` says which files hold secrets, and whether the keys fit what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.clock import SystemClock
from config.database import Database
from config.encryption import EncryptionFault, Key, new_key, read_keys
from config.errors import DatabaseFault
from config.events import EventBus
from config.settings import Settings, load_settings
from config.sql_keys import unlock
from hotline.doctor.secret_files import encryption, secrets
from hotline.sql_migrate import upgrade


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path))


def key_of(text: str) -> Key:
    current = read_keys(text).current
    assert current is not None
    return current


async def used_with(settings: Settings) -> None:
    """A hotline has worked with these settings."""
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    await upgrade(database)
    await unlock(database, settings.keyring)
    await database.close()


async def test_each_file_with_secrets_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "no file has any" in await secrets(load_settings())
    for name, text in (("hotline.toml", 'smtp_password = "open"\n'), ("trunk", "sesame")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD_FILE", str(tmp_path / "trunk"))
    told = await secrets(load_settings())
    assert told == f"hotline.toml is its owner's alone, {tmp_path / 'trunk'} is its owner's alone"


async def test_a_hotline_without_a_key_is_told_how_to_get_one() -> None:
    await used_with(load_settings())
    assert "hotline keys new" in await encryption(load_settings())


async def test_the_key_in_force_is_named_and_one_that_can_go(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = new_key(), new_key()
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", first)
    await used_with(load_settings())
    assert key_of(first).id.hex() in await encryption(load_settings())
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", f"{first},{second}")
    assert (await encryption(load_settings())).endswith(f"not needed here any more: {key_of(second).id.hex()}")


async def test_a_key_that_is_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_key()
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", first)
    await used_with(load_settings())
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", new_key())
    with pytest.raises(EncryptionFault, match=key_of(first).id.hex()):
        await encryption(load_settings())


async def test_a_database_that_cannot_be_opened_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/nowhere/hotline.db")
    with pytest.raises(DatabaseFault):
        await encryption(load_settings())
