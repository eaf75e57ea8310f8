"""`hotline versions`: the published versions of the hotline file, and publishing another."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.faults import Fault, HotlineFileFaults, errors
from config.hotline_yaml import read_text
from config.settings import load_settings, prepare_folder
from config.sql_versions import SqlVersions
from config.versions import Version, VersionConflict, Versions, difference, roll_back
from hotline.commands.check import check_text
from hotline.sql_migrate import upgrade

versions_app = typer.Typer(no_args_is_help=True, help="Published versions of the hotline file.")

Reason = Annotated[str, typer.Option(help="Why; kept with the version.")]
Author = Annotated[str | None, typer.Option(help="Who publishes; without it the user of this machine.")]


@versions_app.command("list")
def list_versions() -> None:
    """Every version, newest first."""
    table = Table("version", "published (UTC)", "author", "reason", box=None)
    for version in asyncio.run(_history()):
        table.add_row(str(version.number), f"{version.published_at:%Y-%m-%d %H:%M:%S}", version.author, version.reason)
    Console(highlight=False).print(table)


@versions_app.command("show")
def show(number: Annotated[int, typer.Argument(help="The version.")]) -> None:
    """The text of a version; change it and publish it with `--base NUMBER`."""
    typer.echo(asyncio.run(_get(number)).text, nl=False)


@versions_app.command("diff")
def diff(
    number: Annotated[int, typer.Argument(help="The version.")],
    against: Annotated[int | None, typer.Option(help="The version to compare with; without it the one before.")] = None,
) -> None:
    """What a version changed."""
    typer.echo(asyncio.run(_difference(number, against)))


@versions_app.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The hotline file.")],
    reason: Reason,
    base: Annotated[int, typer.Option(help="The version that the file was made from; 0 for the first.")],
    author: Author = None,
) -> None:
    """Make a file the newest version. A running hotline goes by it in a few seconds; calls in progress keep theirs."""
    text = read_text(file)
    if isinstance(text, Fault):
        raise HotlineFileFaults([text])
    _say(asyncio.run(_publish(text, author or getpass.getuser(), reason, base or None)))


@versions_app.command("rollback")
def rollback(
    number: Annotated[int, typer.Argument(help="The version to go back to.")], reason: Reason, author: Author = None
) -> None:
    """Publish the text of an earlier version again."""
    _say(asyncio.run(_roll_back(number, author or getpass.getuser(), reason)))


async def _history() -> tuple[Version, ...]:
    async with _versions() as versions:
        return await versions.history()


async def _get(number: int) -> Version:
    async with _versions() as versions:
        return await versions.get(number)


async def _difference(number: int, against: int | None) -> str:
    async with _versions() as versions:
        after = await versions.get(number)
        before = number - 1 if against is None else against
        return difference(await versions.get(before) if before else None, after)


async def _publish(text: str, author: str, reason: str, base: int | None) -> Version:
    _must_be_good(text)
    async with _versions() as versions:
        try:
            return await versions.publish(text, author=author, reason=reason, base=base)
        except VersionConflict as conflict:
            typer.echo(f"{conflict.theirs}\n\n{conflict.yours}")
            raise


async def _roll_back(number: int, author: str, reason: str) -> Version:
    async with _versions() as versions:
        _must_be_good((await versions.get(number)).text)
        return await roll_back(versions, number, author=author, reason=reason)


def _must_be_good(text: str) -> None:
    """Raise what is wrong with the text, if it cannot be used."""
    faults = check_text(text)
    if errors(faults):
        raise HotlineFileFaults(faults)


def _say(version: Version) -> None:
    typer.echo(f"version {version.number} is published")


@asynccontextmanager
async def _versions() -> AsyncIterator[Versions]:
    """The book of versions in the database of the settings."""
    settings = load_settings()
    prepare_folder(settings.data_folder)
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    try:
        await upgrade(database)
        yield SqlVersions(database)
    finally:
        await database.close()
