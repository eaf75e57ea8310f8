"""`hotline contacts`: who calls. Importing many, and what is held on one of them."""

from __future__ import annotations

import asyncio
import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from callbacks.contacts.contact_csv import ContactRow, RowFault, read_contacts_csv
from callbacks.contacts.contact_import import ImportPlan
from callbacks.model import Contact
from callbacks.privacy.retention import Privacy
from config.errors import HotlineError, NotFound
from config.settings import load_settings
from console.store.sql_answers import SqlAnswers
from hotline.commands.opened_book import OpenedBook, opened_book
from hotline.recording_folder import RecordingFolder

contacts_app = typer.Typer(no_args_is_help=True, help="Who calls: people known by their numbers.")

_SHOWN = 20
_COLUMNS = ("number", "name", "tier", "language", "channel", "do not call")

Who = Annotated[str, typer.Argument(help="One of the contact's numbers, or their id.")]


@contacts_app.command("import")
def import_contacts(
    file: Annotated[Path, typer.Argument(help="A CSV file; its first line names the columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    skip_faulty: Annotated[bool, typer.Option("--skip-faulty", help="Import the lines that are right.")] = False,
) -> None:
    """Add contacts and change known ones. Nothing is written when a line is wrong, unless faulty ones are skipped."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise HotlineError(f"it cannot be read: {fault.strerror}", where=str(file)) from fault
    except UnicodeDecodeError as fault:
        raise HotlineError("it is not UTF-8", where=str(file), remedy="save it as CSV in UTF-8") from fault
    if asyncio.run(_import(file, text, dry_run, skip_faulty)):
        raise typer.Exit(1)


@contacts_app.command("show")
def show(who: Who) -> None:
    """Who the contact is, and what is open."""
    asyncio.run(_show(who))


@contacts_app.command("export")
def export(
    who: Who,
    to: Annotated[Path | None, typer.Option(help="Where to write it; without it to the screen.")] = None,
) -> None:
    """Everything that is held on the contact, as JSON. That it was exported is noted."""
    text = json.dumps(asyncio.run(_export(who)), ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(text)
        return
    try:
        to.write_text(text + "\n", encoding="utf-8")
    except OSError as fault:
        raise HotlineError(f"it cannot be written: {fault.strerror}", where=str(to)) from fault


@contacts_app.command("erase")
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove who the contact is and all that they said. What was promised stays counted, without a name."""
    if not yes:
        typer.confirm("This cannot be undone. Erase the contact?", abort=True)
    withdrawn = asyncio.run(_erase(who))
    typer.echo(f"erased; open promises withdrawn: {withdrawn}")


async def _import(file: Path, text: str, dry_run: bool, skip_faulty: bool) -> bool:
    """Whether lines that should be written are wrong."""
    screen = Console(highlight=False)
    async with opened_book() as opened:
        rows, faults = read_contacts_csv(text, opened.file)
        plan = await opened.book.plan_import(rows, opened.file.default_tier)
        faults = sorted([*faults, *plan.faults], key=lambda fault: fault.line)
        _preview(screen, plan)
        _tell_faults(screen, file, faults)
        if dry_run:
            screen.print("nothing was written")
        elif faults and not skip_faulty:
            screen.print("nothing was written; mend the file, or import the rest with --skip-faulty")
        else:
            plan = await _write(opened, rows)
            screen.print(f"written: {len(plan.new)} new, {len(plan.changed)} changed")
    return bool(faults) and not skip_faulty


async def _write(opened: OpenedBook, rows: list[ContactRow]) -> ImportPlan:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("contacts", total=len(rows))
        return await opened.book.import_contacts(
            rows, opened.file.default_tier, lambda done: progress.advance(task, done)
        )


def _preview(screen: Console, plan: ImportPlan) -> None:
    table = Table("", *_COLUMNS, box=None)
    for contact in plan.new[:_SHOWN]:
        table.add_row("new", *_cells(contact))
    for before, after in plan.changed[: max(0, _SHOWN - len(plan.new))]:
        cells = zip(_cells(before), _cells(after), strict=True)
        table.add_row("changed", *(new if old == new else f"{old or '-'} > {new}" for old, new in cells))
    if plan.new or plan.changed:
        screen.print(table)
    left_out = len(plan.new) + len(plan.changed) - table.row_count
    if left_out > 0:
        screen.print(f"and {left_out} more")
    screen.print(f"new {len(plan.new)}, changed {len(plan.changed)}, as they are {plan.unchanged}")


def _cells(contact: Contact) -> tuple[str, ...]:
    refuses = "yes" if contact.do_not_call else ""
    return (
        " ".join(contact.numbers),
        contact.name,
        contact.tier,
        contact.language or "",
        f"{contact.channel} {contact.mail}".strip(),
        refuses,
    )


def _tell_faults(screen: Console, file: Path, faults: list[RowFault]) -> None:
    for fault in faults:
        screen.print(f"{file}:{fault.line}: {fault.what}; {fault.remedy}", markup=False, soft_wrap=True)


async def _show(who: str) -> None:
    screen = Console(highlight=False)
    async with opened_book() as opened:
        contact = await _find(opened, who)
        table = Table(*_COLUMNS, box=None)
        table.add_row(*_cells(contact))
        screen.print(table)
        if contact.notes:
            screen.print(contact.notes, markup=False)
        for case in await opened.book.cases_of(contact.id):
            due = f", {case.step} due {case.step_due:%Y-%m-%d %H:%M} UTC" if case.step_due else ""
            screen.print(f"case {case.reference}: {case.category}, {case.urgency}, {case.status}{due}")
        for promise in await opened.book.owed_to(contact.id):
            screen.print(f"promise {promise.reference}: {promise.kind}, {promise.state}")


async def _export(who: str) -> dict[str, JsonValue]:
    async with opened_book() as opened:
        contact = await _find(opened, who)
        return await _privacy(opened).export(contact.id, f"user:{getpass.getuser()}")


async def _erase(who: str) -> int:
    async with opened_book() as opened:
        contact = await _find(opened, who)
        return await _privacy(opened).erase(contact.id, f"user:{getpass.getuser()}")


def _privacy(opened: OpenedBook) -> Privacy:
    files, answers = RecordingFolder(load_settings().recordings_folder), SqlAnswers(opened.database)
    return Privacy(opened.book, opened.calls, files, (answers,))


async def _find(opened: OpenedBook, who: str) -> Contact:
    found = await opened.book.find_contact(who)
    if found is None:
        raise NotFound("nobody is known by this number or id", where=who)
    return found
