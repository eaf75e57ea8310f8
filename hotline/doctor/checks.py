"""`hotline doctor`: is this machine ready? A line a matter, each fault with its remedy."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from config.clock import SystemClock
from config.database import Database
from config.errors import DatabaseFault, HotlineError
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import Settings, prepare_folder
from hotline.doctor.broker import broker, events
from hotline.doctor.machine import clock, disk, privacy
from hotline.doctor.secret_files import encryption, secrets
from hotline.doctor.speech import speech
from hotline.doctor.telephones import bind, room_for_calls, telephones, trunks
from hotline.sql_migrate import check_version
from ivr.flow.catalogue import STEPS
from prompts.prompt_library import PromptLibrary


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter looked into. `fault` is None when it is well."""

    matter: str
    what: str
    fault: HotlineError | None = None


async def doctor(settings: Settings) -> int:
    """Look into every matter and print what was found; the exit code is 1 when something must be mended."""
    findings = [await _look(matter, check, settings) for matter, check in CHECKS.items()]
    table = Table("matter", "")
    for heading in ("what was found", "remedy"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        mark = "[green]good[/green]" if finding.fault is None else "[bold red]mend[/bold red]"
        remedy = finding.fault.remedy if finding.fault else ""
        table.add_row(finding.matter, mark, finding.what, remedy)
    Console().print(table)
    return 1 if any(finding.fault for finding in findings) else 0


async def _look(matter: str, check: Callable[[Settings], Awaitable[str]], settings: Settings) -> Finding:
    try:
        return Finding(matter, await check(settings))
    except HotlineError as fault:
        return Finding(matter, f"{fault.where}: {fault.what}" if fault.where else fault.what, fault)


async def _folders(settings: Settings) -> str:
    for folder in (settings.data_folder, settings.models_folder, settings.recordings_folder):
        prepare_folder(folder)
    return f"{settings.data_folder} can be written"


async def _hotline_file(settings: Settings) -> str:
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    return f"{settings.hotline_file.name}: {len(file.agents)} agents, {len(file.categories)} categories"


async def _prompts(settings: Settings) -> str:
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    missing = PromptLibrary(file, overrides=settings.prompts_folder).missing()
    if missing:
        raise HotlineError(
            f"{len(missing)} prompts cannot be heard, the first is {missing[0].clip}: {missing[0].what}",
            remedy="render them with the voices extra (prompts/README.md), or record them",
        )
    return "every prompt can be heard in every language"


async def _database(settings: Settings) -> str:
    prepare_folder(settings.data_folder)
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    try:
        if not await check_version(database):
            raise DatabaseFault("the database is not at this version", remedy="hotline db upgrade (serve does it too)")
    finally:
        await database.close()
    return "reached, at this version"


async def _console(settings: Settings) -> str:
    bind(socket.SOCK_STREAM, settings.console_address, settings.console_port, "HOTLINE_CONSOLE_PORT")
    return f"the console can listen on {settings.console_address}:{settings.console_port}"


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "folders": _folders,
    "disk": disk,
    "clock": clock,
    "privacy": privacy,
    "secrets": secrets,
    "hotline file": _hotline_file,
    "prompts": _prompts,
    "speech": speech,
    "database": _database,
    "encryption": encryption,
    "telephones": telephones,
    "room for calls": room_for_calls,
    "console": _console,
    "trunks": trunks,
    "broker": broker,
    "events": events,
}
