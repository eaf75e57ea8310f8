"""`hotline privacy`: what is kept for how long, and who looked at it."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from callbacks.privacy.personal import Look
from callbacks.privacy.retention import Privacy, Removed
from config.settings import load_settings
from console.store.sql_answers import SqlAnswers
from hotline.commands.opened_book import opened_book
from hotline.recording_folder import RecordingFolder

privacy_app = typer.Typer(no_args_is_help=True, help="What is held on people, and who looked at it.")


@privacy_app.command("retain")
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be removed.")] = False,
) -> None:
    """Remove what has been kept as long as its tier says; the running hotline does so each day."""
    removed = asyncio.run(_retain(dry_run))
    table = Table("would be removed" if dry_run else "removed", "", box=None)
    for name in ("recordings", "transcripts", "calls", "contacts"):
        table.add_row(name, str(getattr(removed, name)))
    Console(highlight=False).print(table)


@privacy_app.command("looks")
def looks(
    of: Annotated[str | None, typer.Option("--of", help="Only those at this call or contact, by id.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """Who looked at a recording or transcript, the latest first."""
    table = Table("at (UTC)", "by", "what", "of", box=None)
    for look in asyncio.run(_looks(limit, of)):
        table.add_row(f"{look.at:%Y-%m-%d %H:%M:%S}", look.by, look.what, look.subject)
    Console(highlight=False).print(table)


async def _retain(dry_run: bool) -> Removed:
    async with opened_book() as opened:
        files, answers = RecordingFolder(load_settings().recordings_folder), SqlAnswers(opened.database)
        privacy = Privacy(opened.book, opened.calls, files, (answers,))
        return await privacy.retain(opened.file.tiers, opened.clock.now(), dry_run=dry_run)


async def _looks(limit: int, of: str | None) -> tuple[Look, ...]:
    async with opened_book() as opened:
        return await opened.book.looks(limit, of)
