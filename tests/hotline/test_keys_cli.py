"""`hotline keys`, and what a hotline does whose key is not there: from the command line, as an operator meets it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callbacks.calls.model import CallLine, Speaker
from config.encryption import EncryptionFault, Key, new_key, read_keys
from config.errors import HotlineError, NotWritable, SettingsFault
from hotline.cli import app
from hotline.commands.opened_book import opened_book
from ivr.media.stereo_file import StereoFile
from tests.ports import free_port


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the settings have everything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("HOTLINE_CONSOLE_PORT", str(free_port()))
    return tmp_path / "data"


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def use(monkeypatch: pytest.MonkeyPatch, *keys: str) -> Key:
    """Set these keys; the first of them."""
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", ",".join(keys))
    current = read_keys(keys[0]).current
    assert current is not None
    return current


async def speak() -> None:
    """One line of one call."""
    async with opened_book() as opened:
        contact = await opened.book.contact_by_number("+821012345678", "standard")
        await opened.calls.begin("call-1", contact=contact.id, dialled="1000", tier="standard", recording="call-1.wav")
        await opened.calls.line("call-1", Speaker.CALLER, "there is smoke", 0.9, "vosk")


async def said() -> tuple[CallLine, ...]:
    async with opened_book() as opened:
        return await opened.calls.lines("call-1")


def record(folder: Path, key: Key | None) -> None:
    StereoFile(folder / "recordings" / "call-1.wav", key).close(1.0)


def test_a_key_is_written_for_its_owner_alone_and_a_newer_one_stands_before_it(tmp_path: Path) -> None:
    run("keys", "new", "--to", "keys")
    first = (tmp_path / "keys").read_text().split()
    said = run("keys", "new", "--to", "keys")
    both = (tmp_path / "keys").read_text().split()
    assert both[1:] == first
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert f"HOTLINE_ENCRYPTION_KEY_FILE={tmp_path / 'keys'}" in said
    assert not [key for key in both if key in said]
    assert read_keys(run("keys", "new")).current is not None


def test_a_file_that_cannot_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(b"\xff\xfe")
    for name in ("sound", "nowhere/keys"):
        with pytest.raises(NotWritable):
            run("keys", "new", "--to", name)
    assert (tmp_path / "sound").read_bytes() == b"\xff\xfe"


def test_a_hotline_is_encrypted_afterwards_and_its_key_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(speak())
    record(folder, None)
    with pytest.raises(SettingsFault, match="no key is set"):
        run("keys", "rotate")
    first, second = new_key(), new_key()
    old = use(monkeypatch, first)
    assert "1 recordings have the key" in run("keys", "rotate")
    assert b"there is smoke" not in (folder / "hotline.db").read_bytes() + _log(folder)

    new = use(monkeypatch, second, first)
    assert old.id.hex() in run("keys", "list")
    told = run("keys", "rotate")
    assert new.id.hex() in told
    assert f"not needed any more on this machine: {old.id.hex()}" in told
    assert "0 texts and 0 recordings" in run("keys", "rotate")

    use(monkeypatch, second)
    assert [line.text for line in asyncio.run(said())] == ["there is smoke"]
    shown = run("keys", "list")
    assert old.id.hex() not in shown
    assert not [key for key in (first, second) if key in shown + told]


def _log(folder: Path) -> bytes:
    log = folder / "hotline.db-wal"
    return log.read_bytes() if log.exists() else b""


@pytest.mark.parametrize("keys", [(), (new_key(),)])
def test_without_its_key_nothing_begins(monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]) -> None:
    key = use(monkeypatch, new_key())
    asyncio.run(speak())
    monkeypatch.delenv("HOTLINE_ENCRYPTION_KEY")
    if keys:
        use(monkeypatch, *keys)
    for begin in (said(), speak()):
        with pytest.raises(EncryptionFault, match=key.id.hex()) as fault:
            asyncio.run(begin)
        assert "HOTLINE_ENCRYPTION_KEY" in str(fault.value)


def test_a_recording_that_cannot_be_read_keeps_the_old_keys_in_force(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_key(), new_key()
    old = use(monkeypatch, first)
    asyncio.run(speak())
    record(folder, None)
    (folder / "recordings" / "strange.wav").write_bytes(b"RIFF" * 99)
    use(monkeypatch, second, first)
    told = run("keys", "rotate", code=1)
    assert "strange.wav: a recording is not as it was written" in told
    assert "KEEP THE OTHER KEYS" in told
    use(monkeypatch, second)
    with pytest.raises(EncryptionFault, match=old.id.hex()):
        asyncio.run(said())


def test_a_recording_that_goes_on_under_the_old_key_keeps_it_in_force(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_key(), new_key()
    old = use(monkeypatch, first)
    asyncio.run(speak())
    going_on = StereoFile(folder / "recordings" / "call-1.wav", old)
    use(monkeypatch, second, first)
    assert "it is being recorded" in run("keys", "rotate", code=1)
    going_on.close(1.0)
    assert "0 texts and 1 recordings" in run("keys", "rotate")


def test_a_backup_stays_encrypted_and_is_refused_without_its_key(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_key()
    key = use(monkeypatch, first)
    asyncio.run(speak())
    record(folder, key)
    sealed = (folder / "recordings" / "call-1.wav").read_bytes()
    run("backup", "back-up.tar.gz")
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(elsewhere))
    for wrong in (None, new_key()):
        if wrong is None:
            monkeypatch.delenv("HOTLINE_ENCRYPTION_KEY")
        else:
            use(monkeypatch, wrong)
        with pytest.raises(EncryptionFault, match=key.id.hex()):
            run("restore", "back-up.tar.gz")
        assert list(elsewhere.iterdir()) == []
    use(monkeypatch, new_key(), first)
    assert "the identity holds" in run("restore", "back-up.tar.gz")
    assert (elsewhere / "recordings" / "call-1.wav").read_bytes() == sealed
    assert [line.text for line in asyncio.run(said())] == ["there is smoke"]
