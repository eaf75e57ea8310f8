"""`hotline events`: those that a receiver refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from config.set_aside import Refusal
from config.sql_set_aside import SqlSetAside
from hotline.commands.opened_book import opened_book
from hotline.commands.terminal import moment_shown

events_app = typer.Typer(no_args_is_help=True, help="Events on their way to the broker and to webhooks.")

_ROWS: TypeAdapter[Sequence[Refusal]] = TypeAdapter(Sequence[Refusal])


@events_app.command("set-aside")
def show_set_aside(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """What the broker or a webhook refused, and why. It is kept until it is sent again and taken."""
    refusals, zone = asyncio.run(_refusals())
    if as_json:
        typer.echo(_ROWS.dump_json(refusals, indent=2).decode())
        return
    table = Table("receiver", "event", "of", "about", "refused", "why", "again", box=None)
    for one in refusals:
        kind, again = f"{one.entry.noun}/{one.entry.verb}", "yes" if one.again else ""
        happened, refused = moment_shown(one.entry.at, zone), moment_shown(one.at, zone)
        table.add_row(one.receiver, kind, happened, one.entry.subject, refused, one.fault, again)
    Console(highlight=False).print(table)


@events_app.command("send-again")
def send_again() -> None:
    """Let everything set aside be sent once more by the running hotline: after the limit or rule that refused it was
    changed."""
    typer.echo(f"{asyncio.run(_send_again())} events are sent again")


async def _refusals() -> tuple[Sequence[Refusal], ZoneInfo]:
    async with opened_book() as opened:
        return await SqlSetAside(opened.database).refusals(), ZoneInfo(opened.file.hotline.zone)


async def _send_again() -> int:
    async with opened_book() as opened:
        return await SqlSetAside(opened.database).send_again()
