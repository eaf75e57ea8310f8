"""`hotline understand`: the understanding on lines of text, and what it would learn from corrections."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.logging import configure_logging
from config.settings import load_settings

understand_app = typer.Typer(help="What callers' words mean.")


@understand_app.callback(invoke_without_command=True)
def understand(context: typer.Context) -> None:
    """Without a command: read JSON lines `{"text","lang"}`, write what was understood, a line each."""
    if context.invoked_subcommand is not None:
        return
    from hotline.commands.understand_lines import understand as run

    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    sys.exit(run(settings, sys.stdin, sys.stdout))


@understand_app.command("retrain")
def retrain(
    report: Annotated[bool, typer.Option("--report", help="Show what would change; nothing is changed.")] = False,
    held_out: Annotated[
        Path | None, typer.Option(help="Labelled texts to judge by, headed text,label,language.")
    ] = None,
    write: Annotated[Path | None, typer.Option(help="A hotline file with the new examples, to be published.")] = None,
) -> None:
    """Learn from cases whose category a person changed: what would change, and a hotline file that has it."""
    from hotline.commands.retrain import Wanted
    from hotline.commands.retrain import retrain as run

    asyncio.run(run(Wanted(report or write is None, held_out, write), Console(highlight=False)))
