"""`hotline keys`: what was said, encrypted where it is kept."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from config.encryption import EncryptionFault, Key, new_key
from config.errors import NotWritable, SettingsFault
from config.settings import load_settings
from config.sql_keys import forget_other_keys
from hotline.commands.opened_book import OpenedBook, opened_book
from hotline.rekey_recordings import key_of_recording, keys_of_recordings, recordings_in, rekey_recording
from hotline.sql_rekey import Done, count_rows, keys_of_texts, rekey_texts
from ivr.media.stereo_file import UNFINISHED, rescue

keys_app = typer.Typer(no_args_is_help=True, help="What recordings, transcripts and notes are encrypted with.")

_screen = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What `rotate` has done. `left` are recordings that could not be read, with the reason."""

    texts: int
    recordings: int
    left: tuple[str, ...]
    forgotten: frozenset[str]


@keys_app.command("new")
def new(
    to: Annotated[
        Path | None, typer.Option(help="Write it into this file, only for its owner, before the keys that are in it.")
    ] = None,
) -> None:
    """Make a key. Keep it apart from the back-ups: without it nothing that it encrypted can be read again."""
    key = new_key()
    if to is None:
        typer.echo(key)
    else:
        _put_first(key, to)
        typer.echo(f"{to}: set HOTLINE_ENCRYPTION_KEY_FILE={to.absolute()}")


@keys_app.command("list")
def show() -> None:
    """The keys in force, and how much each of them is needed for."""
    keyring = load_settings().keyring
    current = keyring.current.id.hex() if keyring.current else None
    texts, recordings = asyncio.run(_needed())
    table = Table("key", "", "texts", "recordings here", box=None)
    for key in sorted(keyring.ids | (texts.keys() | recordings.keys()) - {None}, key=lambda one: one != current):
        role = "encrypts" if key == current else "decrypts" if key in keyring.ids else "MISSING"
        table.add_row(key, role, str(texts[key]), str(recordings[key]))
    table.add_row("none", "not encrypted", str(texts[None]), str(recordings[None]))
    _screen.print(table)


@keys_app.command("rotate")
def rotate() -> None:
    """Encrypt everything with the first key of the settings, also what has none yet. The hotline may work meanwhile, if
    it was started with that key."""
    key = load_settings().keyring.current
    if key is None:
        raise SettingsFault("no key is set", where="HOTLINE_ENCRYPTION_KEY", remedy="make one with `hotline keys new`")
    done = asyncio.run(_rotate(key))
    typer.echo(f"{done.texts} texts and {done.recordings} recordings have the key {key.id.hex()} now")
    for fault in done.left:
        typer.echo(f"left as it is: {fault}")
    if done.forgotten:
        typer.echo(f"not needed any more on this machine: {', '.join(sorted(done.forgotten))}")
    if done.left:
        typer.echo("KEEP THE OTHER KEYS: not everything could be encrypted anew")
        raise typer.Exit(1)


async def _needed() -> tuple[Counter[str | None], Counter[str | None]]:
    async with opened_book() as opened:
        with _shown("looking at texts", await count_rows(opened.database)) as done:
            texts = await keys_of_texts(opened.database, done)
    return texts, await asyncio.to_thread(keys_of_recordings, load_settings().recordings_folder)


async def _rotate(key: Key) -> Rotated:
    async with opened_book() as opened:
        with _shown("texts", await count_rows(opened.database)) as done:
            texts = await rekey_texts(opened.database, load_settings().keyring, done)
        recordings, left = await _rekey_recordings(key)
        forgotten = frozenset[str]() if left else await _forget(opened, key)
    return Rotated(texts, recordings, tuple(left), forgotten)


async def _rekey_recordings(key: Key) -> tuple[int, list[str]]:
    settings, changed, left = load_settings(), 0, []
    rescue(settings.recordings_folder)  # what a killed process left is under the key of then, too
    paths = recordings_in(settings.recordings_folder)
    with _shown("recordings", len(paths)) as done:
        for path in paths:
            try:
                changed += await asyncio.to_thread(rekey_recording, path, settings.keyring, key)
            except EncryptionFault as fault:
                left.append(f"{path}: {fault.what}")
            except OSError as fault:
                left.append(f"{path}: {fault.strerror}")
            done(1)
    going_on = settings.recordings_folder.glob("*" + UNFINISHED)
    left += [f"{path}: it is being recorded" for path in going_on if key_of_recording(path) != key.id.hex()]
    return changed, left


async def _forget(opened: OpenedBook, key: Key) -> frozenset[str]:
    return await forget_other_keys(opened.database, key.id.hex())


def _put_first(key: str, path: Path) -> None:
    """Whole or not at all, and never for other eyes."""
    beside = path.with_name(f"{path.name}.new")
    try:
        before = path.read_text(encoding="ascii") if path.exists() else ""
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{key}\n{before}")
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except (OSError, UnicodeDecodeError) as fault:
        said = fault.strerror if isinstance(fault, OSError) else "what is in it are no keys"
        raise NotWritable(f"cannot be written: {said}", where=str(path), remedy="name another file") from None


@contextmanager
def _shown(what: str, total: int) -> Iterator[Done]:
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(what, total=total)

        def done(count: int) -> None:
            progress.advance(task, count)

        yield done
