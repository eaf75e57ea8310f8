"""`hotline problems`: known faults, whom they hit, and the calls that are owed once they are solved."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from callbacks.model import Case, Problem, ProblemState, Promise
from callbacks.ports import ProblemNote
from config.errors import NotFound
from config.schema_faults import did_you_mean
from config.settings import load_settings
from hotline.commands.opened_book import OpenedBook, opened_book
from hotline.commands.terminal import moment_shown, operator, rows_as_json
from prompts.prompt_library import workaround_clip

problems_app = typer.Typer(no_args_is_help=True, help="Problems: known faults behind several cases.")

_SHORT = 8  # so much of an id is shown, and is enough to find the problem by where no other begins so

Which = Annotated[str, typer.Argument(help="The problem's id, or the beginning of it.")]
CaseReference = Annotated[str, typer.Argument(help="The case's reference.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Stated(StrEnum):
    """What a person can say of a problem."""

    ROOT_CAUSE = "root-cause"
    CORRECTION = "correction"
    PREVENTION = "prevention"
    WORKAROUND = "workaround"


@problems_app.command("open")
def open_(
    title: Annotated[str, typer.Argument(help="What is wrong, in one line.")],
    category: Annotated[str, typer.Option(help="The category of the cases, one of the hotline file's.")],
    product: Annotated[str | None, typer.Option(help="Only cases of this product.")] = None,
    workaround: Annotated[str, typer.Option(help="What callers can do meanwhile.")] = "",
) -> None:
    """Declare a problem: open cases of its kind join it, and their contacts are owed a call when it is fixed."""
    problem, cases = asyncio.run(_open(title, category, product, workaround))
    typer.echo(f"{problem.id}: cases linked: {cases}")


@problems_app.command("list")
def show_list(
    everything: Annotated[bool, typer.Option("--all", help="Solved and dismissed ones, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Problems that are proposed or open, newest first."""
    problems, zone = asyncio.run(_list(everything))
    if as_json:
        typer.echo(rows_as_json(problems))
        return
    table = Table("id", "state", "since", "category", "product", "title", box=None)
    for one in problems:
        since = moment_shown(one.opened_at, zone)
        table.add_row(one.id[:_SHORT], one.state, since, one.category, one.product or "", one.title)
    Console(highlight=False).print(table)


@problems_app.command("show")
def show(which: Which, as_json: AsJson = False) -> None:
    """A problem: what is known of it, its history and its cases."""
    problem, notes, cases, zone = asyncio.run(_show(which))
    if as_json:
        told: dict[str, JsonValue] = json.loads(rows_as_json([problem]))[0]
        told["cases"] = [case.reference for case in cases]
        told["history"] = [
            {"at": note.at.isoformat(), "by": note.by, "what": note.what, "text": note.text} for note in notes
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    screen = Console(highlight=False)
    table = Table(box=None, show_header=False)
    for name in Problem.__slots__:
        value = getattr(problem, name)
        if value:
            table.add_row(name, moment_shown(value, zone) if hasattr(value, "astimezone") else str(value))
    if problem.workaround:
        recording = f"{load_settings().prompts_folder}/LANGUAGE/{workaround_clip(problem.id)}.opus"
        table.add_row("spoken from", recording)
    table.add_row("cases", " ".join(case.reference for case in cases))
    screen.print(table)
    history = Table("at", "", "by", "", box=None)
    for note in notes:
        history.add_row(moment_shown(note.at, zone), note.what, note.by, note.text)
    screen.print(history)


@problems_app.command("link")
def link(which: Which, case: CaseReference) -> None:
    """One more case has this cause, whatever its category."""
    promise = asyncio.run(_link(which, case))
    typer.echo(f"linked; promise {promise.reference} is owed to its contact")


@problems_app.command("unlink")
def unlink(which: Which, case: CaseReference) -> None:
    """The case has another cause; the call its contact was owed for this one is withdrawn."""
    asyncio.run(_unlink(which, case))
    typer.echo("unlinked")


@problems_app.command("state")
def state(which: Which, what: Stated, text: Annotated[str, typer.Argument(help="In words.")]) -> None:
    """State the root cause, the correction chosen, the prevention, or a way round it."""
    asyncio.run(_state(which, what, text))
    typer.echo(f"{what} noted")


@problems_app.command("confirm")
def confirm(
    which: Which, title: Annotated[str, typer.Option(help="What is wrong, in one line; else as proposed.")] = ""
) -> None:
    """What was proposed is a problem: from now on as if it had been opened."""
    problem, cases = asyncio.run(_confirm(which, title))
    typer.echo(f"{problem.id}: cases linked: {cases}")


@problems_app.command("dismiss")
def dismiss(which: Which, reason: Annotated[str, typer.Option(help="Why it is none.")]) -> None:
    """What was proposed is no problem."""
    asyncio.run(_dismiss(which, reason))
    typer.echo("dismissed")


@problems_app.command("solve")
def solve(which: Which) -> None:
    """It is solved: everyone linked is called, in order, as fast as the staff of the hotline file can."""
    promises, zone = asyncio.run(_solve(which))
    typer.echo(f"solved; calls owed now: {len(promises)}")
    windows = Counter((one.opens, one.due) for one in promises)
    table = Table("from", "to", "calls", box=None)
    for (opens, due), count in windows.items():
        table.add_row(moment_shown(opens, zone), moment_shown(due, zone), str(count))
    if promises:
        Console(highlight=False).print(table)


async def _open(title: str, category: str, product: str | None, workaround: str) -> tuple[Problem, int]:
    async with opened_book() as opened:
        categories = opened.file.categories
        if category not in categories:
            remedy = did_you_mean(category, categories, f"choose one of {', '.join(categories)}")
            raise NotFound(f"there is no category named {category}", remedy=remedy)
        problem = await opened.book.open_problem(
            title=title, category=category, product=product, workaround=workaround, by=operator()
        )
        return problem, len(await opened.book.cases_of_problem(problem.id))


async def _list(everything: bool) -> tuple[Sequence[Problem], ZoneInfo]:
    async with opened_book() as opened:
        states = frozenset(ProblemState) if everything else frozenset({ProblemState.PROPOSED, ProblemState.OPEN})
        return await opened.book.problems_in(states), ZoneInfo(opened.file.hotline.zone)


async def _show(which: str) -> tuple[Problem, Sequence[ProblemNote], Sequence[Case], ZoneInfo]:
    async with opened_book() as opened:
        problem = await _find(opened, which)
        notes = await opened.book.problem_history(problem.id)
        cases = await opened.book.cases_of_problem(problem.id)
        return problem, notes, cases, ZoneInfo(opened.file.hotline.zone)


async def _link(which: str, case: str) -> Promise:
    async with opened_book() as opened:
        problem, linked = await _find(opened, which), await opened.book.case_by_reference(case)
        return await opened.book.link_case(problem.id, linked.id, by=operator())


async def _unlink(which: str, case: str) -> None:
    async with opened_book() as opened:
        problem, linked = await _find(opened, which), await opened.book.case_by_reference(case)
        await opened.book.unlink_case(problem.id, linked.id, by=operator())


async def _state(which: str, what: Stated, text: str) -> None:
    async with opened_book() as opened:
        await opened.book.state((await _find(opened, which)).id, what.value, text, by=operator())


async def _confirm(which: str, title: str) -> tuple[Problem, int]:
    async with opened_book() as opened:
        problem = await opened.book.confirm_problem((await _find(opened, which)).id, by=operator(), title=title)
        return problem, len(await opened.book.cases_of_problem(problem.id))


async def _dismiss(which: str, reason: str) -> None:
    async with opened_book() as opened:
        await opened.book.dismiss_problem((await _find(opened, which)).id, reason, by=operator())


async def _solve(which: str) -> tuple[Sequence[Promise], ZoneInfo]:
    async with opened_book() as opened:
        promises = await opened.book.solve_problem((await _find(opened, which)).id, by=operator())
        return promises, ZoneInfo(opened.file.hotline.zone)


async def _find(opened: OpenedBook, which: str) -> Problem:
    known = await opened.book.problems_in(frozenset(ProblemState))
    found = [problem for problem in known if problem.id.startswith(which)]
    if not found:
        raise NotFound("there is no such problem", where=which, remedy="`hotline problems list --all` shows them")
    if len(found) > 1:
        raise NotFound("several problems begin so", where=which, remedy="give more of the id")
    return found[0]
