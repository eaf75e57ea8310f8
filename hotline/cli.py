"""The command line. Each command parses its arguments and hands over; faults end with one line and exit code 2."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.errors import HotlineError
from config.logging import configure_logging
from config.settings import Settings, load_settings
from hotline.commands_on_demand import OnDemandGroup

app = typer.Typer(
    cls=OnDemandGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A telephone hotline that keeps its word.",
)
database_app = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(database_app, name="db")
users_app = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")
app.add_typer(users_app, name="users")

errors = Console(stderr=True, highlight=False)


def main() -> None:
    """Run the command; a `HotlineError` becomes one line on standard error and its exit code."""
    try:
        app()
    except HotlineError as fault:
        errors.print(f"hotline: {fault}", style="bold red", markup=False, soft_wrap=True)
        sys.exit(fault.exit_code)


def _ready(**given: object) -> Settings:
    settings = load_settings(**given)
    configure_logging(settings.log_format, settings.log_level)
    return settings


@app.command()
def serve() -> None:
    """Run the hotline until it is told to stop."""
    from hotline.serve import serve as run

    _ready()  # wrong settings are told here, and not once by each process
    asyncio.run(run())


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End by itself; exit 0 only if every step happened.")] = False,
) -> None:
    """The whole story on this machine: engine, speaking callers and agents' phones over real SIP."""
    from hotline.demo.run import run

    sys.exit(asyncio.run(run(once=once)))


@app.command()
def talk(
    number: Annotated[str, typer.Option(help="The number dialled, one of the hotline file's.")] = "1001",
    caller: Annotated[str, typer.Option(help="Whose call it is: a number in E.164.")] = "+821012345678",
    agent: Annotated[list[str] | None, typer.Option(help="An agent who is ready; may be given again.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d %H:%M"], help="When it begins, at the hotline's place.")
    ] = None,
) -> None:
    """Live through a promise in the terminal, typing for telephone and desk; `/help` lists what can be typed."""
    from hotline.walk.talk import talk as run

    asyncio.run(run(_ready(log_level="error"), number, caller, tuple(agent or ()), at))


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Hotline files.")]) -> None:
    """Validate hotline files; exit 1 with `file:line: what; remedy` per fault."""
    from hotline.commands.check import check as run

    sys.exit(run(files))


@app.command()
def rehearse(
    traffic: Annotated[Path | None, typer.Option(help="Recorded calls, a CSV file; needs --config.")] = None,
    scenario: Annotated[Path | None, typer.Option(help="Calls to be generated, a YAML file.")] = None,
    config: Annotated[Path | None, typer.Option(help="The hotline file that the calls meet.")] = None,
    vs: Annotated[Path | None, typer.Option(help="Another hotline file (or scenario) to compare with.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the dice.")] = None,
    replications: Annotated[int | None, typer.Option(min=1, max=1000, help="Repeat with other dice.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the waits by hour, an SVG file.")] = None,
) -> None:
    """Run traffic through the routing on a virtual clock; compare two hotline files."""
    from hotline.rehearsal.rehearse import Wanted
    from hotline.rehearsal.rehearse import rehearse as run

    wanted = Wanted(traffic, scenario, config, vs, seed, replications, as_json, picture)
    sys.exit(run(wanted, Console(highlight=False), errors))


@app.command()
def doctor() -> None:
    """Is this machine ready? One line a matter, each with its remedy."""
    from hotline.doctor.checks import doctor as run

    sys.exit(asyncio.run(run(_ready())))


@app.command()
def transcribe(
    wavs: Annotated[list[Path], typer.Argument(help="Sound files.")],
    language: Annotated[str, typer.Option(help="The language spoken.")] = "ko",
) -> None:
    """Hear sound files; one JSON line each."""
    from hotline.commands.transcribe import transcribe as run
    from ivr.speech.models import ModelStore

    sys.exit(run(wavs, language, ModelStore(_ready().models_folder), sys.stdout))


@database_app.command("upgrade")
def upgrade() -> None:
    """Bring the database to the version of this program."""
    from hotline.commands.administration import upgrade_database

    asyncio.run(upgrade_database(_ready()))
    typer.echo("the database is at this version")


@users_app.command("add")
def add_user(
    user: str,
    role: Annotated[str, typer.Option(help="agent, supervisor or admin")] = "agent",
    agent: Annotated[str | None, typer.Option(help="The agent in the hotline file that this person is.")] = None,
) -> None:
    """Add a person, or give them a new password, asked for here."""
    from hotline.commands.administration import add

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    asyncio.run(add(_ready(), user, role, agent, password))
