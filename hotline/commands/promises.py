"""`hotline promises`: what is owed, what became of it, and whether the book can be trusted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from callbacks.audit import AuditReport
from callbacks.entry_json import entry_to_json
from callbacks.model import Promise, PromiseKind, PromiseState
from callbacks.ports import OPEN_STATES
from config.errors import NotFound
from hotline.commands.opened_book import OpenedBook, opened_book
from hotline.commands.terminal import moment_of, moment_shown, operator, rows_as_json

promises_app = typer.Typer(no_args_is_help=True, help="Promises: what was said that we will do.")

_PAGE = 500
_SHOWN_FAULTS = 20
_ENDS = ("kept", "renegotiated", "broken", "withdrawn", "open")

Reference = Annotated[str, typer.Argument(help="The promise's reference.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@promises_app.command("list")
def show_list(
    state: Annotated[list[PromiseState] | None, typer.Option(help="In this state; may be given again.")] = None,
    kind: Annotated[PromiseKind | None, typer.Option(help="Of this kind.")] = None,
    contact: Annotated[str | None, typer.Option(help="Owed to this contact: a number or an id.")] = None,
    problem: Annotated[str | None, typer.Option(help="For this problem, by id.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What is owed, by due time; with `--state` what has become of promises."""
    states = frozenset(state) if state else OPEN_STATES
    promises, zone = asyncio.run(_list(states, kind, contact, problem, limit))
    if as_json:
        typer.echo(rows_as_json(promises))
        return
    table = Table("reference", "kind", "state", "opens", "due", "urgency", "tier", "queue", "owner", box=None)
    for one in promises:
        opens, due = moment_shown(one.opens, zone), moment_shown(one.due, zone)
        table.add_row(one.reference, one.kind, one.state, opens, due, one.urgency, one.tier, one.queue, one.owner or "")
    Console(highlight=False).print(table)


@promises_app.command("show")
def show(reference: Reference, as_json: AsJson = False) -> None:
    """One promise and its ledger."""
    promise, entries, zone = asyncio.run(_show(reference))
    if as_json:
        told: dict[str, JsonValue] = {"promise": json.loads(rows_as_json([promise]))[0], "entries": list(entries)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    screen = Console(highlight=False)
    table = Table(box=None, show_header=False)
    for name in Promise.__slots__:
        value = getattr(promise, name)
        if value not in (None, "", ()):
            table.add_row(name, moment_shown(value, zone) if hasattr(value, "astimezone") else str(value))
    screen.print(table)
    ledger = Table("at", "entry", "by", "", box=None)
    for entry in entries:
        rest = {name: value for name, value in entry.items() if name not in ("at", "kind", "by") and value is not None}
        more = "" if entry["kind"] == "made" else " ".join(f"{name}={value}" for name, value in rest.items())
        at = moment_shown(moment_of(str(entry["at"]), zone), zone)
        ledger.add_row(at, str(entry["kind"]), str(entry["by"]), more)
    screen.print(ledger)


@promises_app.command("renegotiate")
def renegotiate(
    reference: Reference,
    opens: Annotated[str, typer.Option(help="When the new window begins, like 2026-11-23 15:00.")],
    reason: Annotated[str, typer.Option(help="What was agreed with the contact.")],
    due: Annotated[str | None, typer.Option(help="When it ends; by default as long as windows are.")] = None,
) -> None:
    """Agree on another window before the old one is missed; prints the reference that holds now."""
    promise, zone = asyncio.run(_renegotiate(reference, opens, due, reason))
    window = f"{moment_shown(promise.opens, zone)} to {moment_shown(promise.due, zone)}"
    typer.echo(f"{promise.reference} stands in for {reference}: {window}")


@promises_app.command("withdraw")
def withdraw(reference: Reference, reason: Annotated[str, typer.Option(help="Why it is no longer wanted.")]) -> None:
    """End a promise that is no longer wanted."""
    asyncio.run(_withdraw(reference, reason))
    typer.echo(f"{reference} is withdrawn")


@promises_app.command("audit")
def audit(as_json: AsJson = False) -> None:
    """Fold every ledger again and compare; exit 1 when made = kept + renegotiated + broken + withdrawn + open fails."""
    report = asyncio.run(_audit())
    if as_json:
        typer.echo(json.dumps({**asdict(report), "holds": report.holds}, ensure_ascii=False, indent=2))
    else:
        _print_audit(report)
    if not report.holds:
        raise typer.Exit(1)


def _print_audit(report: AuditReport) -> None:
    screen = Console(highlight=False)
    table = Table("", "counted", "kept by the database", box=None)
    for name in ("made", *_ENDS):
        sign = "" if name == "made" else "= " if name == _ENDS[0] else "+ "
        table.add_row(sign + name, str(getattr(report.identity, name)), str(getattr(report.kept, name)))
    screen.print(table)
    screen.print(f"promises {report.promises}, entries {report.entries}, differing {len(report.differing)}")
    for reference, fault in report.differing[:_SHOWN_FAULTS]:
        screen.print(f"promise {reference}: {fault}", markup=False, soft_wrap=True)
    if len(report.differing) > _SHOWN_FAULTS:
        screen.print(f"and {len(report.differing) - _SHOWN_FAULTS} more")
    screen.print("the identity holds" if report.holds else "THE BOOK CANNOT BE TRUSTED")


async def _list(
    states: frozenset[PromiseState], kind: PromiseKind | None, contact: str | None, problem: str | None, limit: int
) -> tuple[Sequence[Promise], ZoneInfo]:
    async with opened_book() as opened:
        zone, book = ZoneInfo(opened.file.hotline.zone), opened.book
        if contact is not None and (known := await book.find_contact(contact)) is None:
            raise NotFound("nobody is known by this number or id", where=contact)
        async with book.store.reading() as reader:
            if contact is not None or problem is not None:
                owed_to = known.id if contact is not None and known is not None else None
                found = await reader.promises(contact=owed_to, problem=problem, kind=kind, states=states)
                return found[:limit], zone
            if states == OPEN_STATES and kind is None:
                return await reader.first_due((), opened.file.languages, limit), zone
            listed: list[Promise] = []
            last = ""
            while len(listed) < limit and (page := await reader.promises_after(last, _PAGE)):
                listed += [one for one in page if one.state in states and kind in (None, one.kind)]
                last = page[-1].id
            return listed[:limit], zone


async def _show(reference: str) -> tuple[Promise, Sequence[dict[str, JsonValue]], ZoneInfo]:
    async with opened_book() as opened:
        promise = await _find(opened, reference)
        entries = [entry_to_json(entry) for entry in await opened.book.entries(promise.id)]
        return promise, entries, ZoneInfo(opened.file.hotline.zone)


async def _renegotiate(reference: str, opens: str, due: str | None, reason: str) -> tuple[Promise, ZoneInfo]:
    async with opened_book() as opened:
        zone = ZoneInfo(opened.file.hotline.zone)
        begins = moment_of(opens, zone)
        ends = moment_of(due, zone) if due is not None else begins + timedelta(seconds=opened.file.callbacks.window)
        promise = await _find(opened, reference)
        return await opened.book.renegotiate(promise.id, begins, ends, reason, operator()), zone


async def _withdraw(reference: str, reason: str) -> None:
    async with opened_book() as opened:
        await opened.book.withdraw((await _find(opened, reference)).id, reason, operator())


async def _audit() -> AuditReport:
    async with opened_book() as opened:
        return await opened.book.audit()


async def _find(opened: OpenedBook, reference: str) -> Promise:
    try:
        return await opened.book.by_reference(reference)
    except NotFound as fault:
        raise NotFound(fault.what, where=fault.where, remedy="`hotline promises list` shows what is owed") from fault
