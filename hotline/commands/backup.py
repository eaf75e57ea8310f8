"""`hotline backup` and `hotline restore`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from callbacks.audit import AuditReport
from config.clock import SystemClock
from config.settings import load_settings
from hotline.backup.archive import Done
from hotline.backup.run import make_backup, restore_backup
from hotline.commands.opened_book import opened_book


def backup(
    to: Annotated[Path, typer.Argument(help="The file to write, like hotline-monday.tar.gz.")],
) -> None:
    """Write everything a hotline knows into one file, while it runs: database, recordings, recorded prompts."""
    with _shown("backing up") as done:
        made = asyncio.run(make_backup(load_settings(), to, SystemClock(), done))
    typer.echo(f"{to}: {len(made.members)} files, {to.stat().st_size / 1e6:.1f} MB")


def restore(
    archive: Annotated[Path, typer.Argument(help="What `hotline backup` has written.")],
    replace: Annotated[bool, typer.Option("--replace", help="What is there now may go.")] = False,
) -> None:
    """Put a back-up in place, and audit its book; exit 1 when that does not hold. No hotline may run meanwhile."""
    with _shown("restoring") as done:
        report = asyncio.run(_restore(archive, replace, done))
    typer.echo(f"restored: {report.promises} promises, {report.entries} entries")
    if not report.holds:
        typer.echo("THE BOOK CANNOT BE TRUSTED: see `hotline promises audit`")
        raise typer.Exit(1)
    typer.echo("the identity holds")


async def _restore(archive: Path, replace: bool, done: Done) -> AuditReport:
    await restore_backup(load_settings(), archive, replace=replace, done=done)
    async with opened_book() as opened:
        return await opened.book.audit()


@contextmanager
def _shown(what: str) -> Iterator[Done]:
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} files"))
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def done(_name: str) -> None:
            progress.advance(task)

        yield done
