"""`hotline backup` and `hotline restore`: what is put back is what there was, and its book balances."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callbacks.model import PromiseState
from config.errors import HotlineError, Refused
from hotline.backup.archive import BackupFault
from hotline.cli import app
from hotline.commands.opened_book import opened_book
from tests.callbacks.promised import complain, promise_call_about
from tests.ports import free_port
from tests.servers import DATABASES

pytestmark = pytest.mark.long

Elsewhere = Callable[[str], Path]


@pytest.fixture(params=DATABASES)
def house(
    request: pytest.FixtureRequest,
    empty_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Elsewhere:
    """Call it with a name for an empty place, which the settings name from then on; its data folder."""

    def place(name: str) -> Path:
        folder = tmp_path / name
        monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(folder))
        monkeypatch.setenv("HOTLINE_CONSOLE_PORT", str(free_port()))
        if request.param == "postgresql":
            monkeypatch.setenv("HOTLINE_DATABASE_URL", empty_database("postgresql"))
        return folder

    return place


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


async def promise() -> str:
    """The reference of a promised call."""
    async with opened_book() as opened:
        contact = await opened.book.contact_by_number("+821012345678", "standard")
        case = await complain(opened.book, contact, "repair", "the dryer stands still")
        return (
            await promise_call_about(opened.book, case, contact, opened.clock.now() + timedelta(hours=1), 7200)
        ).reference


async def states() -> dict[str, PromiseState]:
    async with opened_book() as opened, opened.book.store.reading() as reader:
        return {one.reference: one.state for one in await reader.promises()}


def test_everything_is_as_it_was_when_the_backup_was_made(house: Elsewhere, tmp_path: Path) -> None:
    folder, file = house("here"), tmp_path / "back-up.tar.gz"
    first = asyncio.run(promise())
    (folder / "recordings" / "2026").mkdir(parents=True)
    (folder / "recordings" / "2026" / "call.wav").write_bytes(b"RIFF" * 99)
    (folder / "prompts").mkdir()
    (folder / "prompts" / "welcome.wav").write_bytes(b"hello")
    (folder / "console.secret").write_text("a secret")
    assert "4 files" in run("backup", str(file))
    asyncio.run(promise())  # of this the back-up knows nothing

    there = house("there")
    assert "the identity holds" in run("restore", str(file))
    assert asyncio.run(states()) == {first: PromiseState.OWED}
    assert (there / "recordings" / "2026" / "call.wav").read_bytes() == b"RIFF" * 99
    assert (there / "prompts" / "welcome.wav").read_bytes() == b"hello"
    assert (there / "console.secret").read_text() == "a secret"
    second = asyncio.run(promise())
    assert asyncio.run(states()).keys() == {first, second}


def test_what_is_there_is_replaced_only_when_that_is_said(house: Elsewhere, tmp_path: Path) -> None:
    folder, file = house("here"), tmp_path / "back-up.tar.gz"
    first = asyncio.run(promise())
    run("backup", str(file))
    second = asyncio.run(promise())
    (folder / "recordings").mkdir(exist_ok=True)
    (folder / "recordings" / "late.wav").write_bytes(b"late")
    with pytest.raises(Refused, match="already"):
        run("restore", str(file))
    assert asyncio.run(states()).keys() == {first, second}
    run("restore", str(file), "--replace")
    assert asyncio.run(states()).keys() == {first}
    assert not (folder / "recordings" / "late.wav").exists()


def test_a_damaged_backup_changes_nothing(house: Elsewhere, tmp_path: Path) -> None:
    house("here")
    first, file = asyncio.run(promise()), tmp_path / "back-up.tar.gz"
    run("backup", str(file))
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    file.write_bytes(whole)
    with pytest.raises(BackupFault, match="damaged"):
        run("restore", str(file), "--replace")
    assert asyncio.run(states()).keys() == {first}


def test_nothing_is_restored_under_a_hotline_that_runs(
    house: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house("here")
    asyncio.run(promise())
    run("backup", str(tmp_path / "back-up.tar.gz"))
    with socket.create_server(("127.0.0.1", 0)) as console:
        monkeypatch.setenv("HOTLINE_CONSOLE_PORT", str(console.getsockname()[1]))
        with pytest.raises(Refused, match="a hotline runs"):
            run("restore", str(tmp_path / "back-up.tar.gz"), "--replace")
