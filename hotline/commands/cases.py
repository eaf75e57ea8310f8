"""`hotline cases`: what a case's record tells."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from callbacks.reports.report_html import report_html
from callbacks.reports.report_pdf import report_pdf
from callbacks.reports.report_view import ReportView, report_view
from config.errors import HotlineError
from hotline.commands.opened_book import opened_book

cases_app = typer.Typer(no_args_is_help=True, help="Cases: what people called about.")


@cases_app.callback()
def cases() -> None:
    """Cases: what people called about."""


@cases_app.command("report")
def report(
    reference: Annotated[str, typer.Argument(help="The case's reference.")],
    to: Annotated[Path, typer.Option(help="Where to write it: a name that ends in .html or .pdf.")],
    language: Annotated[str, typer.Option(help="en, zh or ko.")] = "en",
) -> None:
    """Write the case report: eight disciplines from the record alone, a timeline, and what became of each promise."""
    if to.suffix not in (".html", ".pdf"):
        raise HotlineError(f"`{to.name}` is neither a page nor a PDF", remedy="give a name that ends in .html or .pdf")
    view = asyncio.run(_view(reference, language))
    document = report_pdf(view) if to.suffix == ".pdf" else report_html(view).encode()
    try:
        to.write_bytes(document)
    except OSError as fault:
        raise HotlineError(f"{to} cannot be written: {fault.strerror}") from fault
    typer.echo(str(to))


async def _view(reference: str, language: str) -> ReportView:
    async with opened_book() as opened:
        case = await opened.book.case_by_reference(reference)
        found = await opened.book.case_report(case.id, opened.calls)
        category = opened.file.categories.get(case.category)
        title = category.titles.get(language, case.category) if category is not None else case.category
        return report_view(found, language, ZoneInfo(opened.file.hotline.zone), title)
