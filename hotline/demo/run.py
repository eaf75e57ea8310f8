"""`hotline demo`: the house, the people, the story, and the proof."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.clock import SystemClock
from config.errors import HotlineError
from hotline.demo.carrier import Carrier
from hotline.demo.house import ADDRESS, House
from hotline.demo.people import Agent
from hotline.demo.proof import Claim, prove
from hotline.demo.story import Story
from hotline.demo.timeline import Timeline

AGENTS = ("ana", "bo", "cho", "dee")
PEOPLE = {
    "zoe": ("+821012340001", "en"),
    "adam": ("+821012340002", "en"),
    "beth": ("+821012340003", "en"),
    "vera": ("+821012340004", "en"),
    "yan": ("+821012340005", "zh"),
    "chen": ("+821012340006", "zh"),
    "dana": ("+821012340007", "ko"),
    "kim": ("+821012340008", "ko"),
    "li": ("+821012340009", "zh"),
    "sam": ("+821012340010", "en"),
}

#: a: safety first; b: a callback survives a crash; c: a fault is fixed and all are told; d: the caller rings first.
CHAPTERS = {
    **dict.fromkeys(("zoe", "adam", "beth", "vera", "agent ana"), "a"),
    **dict.fromkeys(("yan", "chen", "agent bo"), "b"),
    **dict.fromkeys(("kim", "li", "sam", "agent dee", "supervisor"), "c"),
    **dict.fromkeys(("dana", "agent cho"), "d"),
}


async def run(*, once: bool) -> int:
    """Play the story and prove it; without `once` the house stays open afterwards. The exit code."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="hotline-demo-"))
    if await _show(folder, console, once):
        shutil.rmtree(folder)
        return 0
    console.print(f"what the hotline logged and wrote down is kept in {folder}", markup=False, highlight=False)
    return 1


async def _show(folder: Path, console: Console, once: bool) -> bool:
    """Whether the story was played to its end and every claim of it holds."""
    clock = SystemClock()
    timeline = Timeline(clock, console, CHAPTERS)
    carrier = Carrier(ADDRESS)
    await carrier.start()
    agents = {name: Agent(name, timeline) for name in AGENTS}
    for agent in agents.values():
        await agent.phone.start()
    house = House(folder, clock, carrier.port, {name: agent.phone.uri for name, agent in agents.items()})
    story = Story(house, carrier, agents, timeline, clock)
    try:
        await house.furnish({PEOPLE["vera"][0]: "vip"})
        with console.status("starting the hotline: database, models, telephones, console …"):
            await house.start()
        await story.invite(PEOPLE)
        await story.play()
        proved = await _prove(house, clock, story, carrier, console)
        if not once:
            await _stay(house, console)
        return proved
    except TimeoutError:
        console.print(f"the story broke off: {_why_in_vain(house)}", style="bold red", markup=False)
        return False
    except HotlineError as fault:
        console.print(f"the story broke off: {fault}", style="bold red", markup=False)
        return False
    finally:
        await story.leave()
        await house.stop()
        carrier.stop()


def _why_in_vain(house: House) -> str:
    waited = "somebody waited in vain"
    if not house.ears_were_strained():
        return waited
    return (
        f"{waited}, for this machine was too busy to hear everybody, and nobody here answers by key; "
        "close what else runs, and start the demo again"
    )


async def _prove(house: House, clock: SystemClock, story: Story, carrier: Carrier, console: Console) -> bool:
    claims = await prove(house.database_path, clock, story.facts, carrier.bill)
    console.print(_table(claims))
    return all(claim.holds for claim in claims)


def _table(claims: list[Claim]) -> Table:
    table = Table("chapter", "what the database proves", "", title="Proof", title_justify="left")
    for claim in claims:
        table.add_row(
            claim.chapter, claim.what, "[green]holds[/green]" if claim.holds else "[bold red]FAILS[/bold red]"
        )
    return table


async def _stay(house: House, console: Console) -> None:
    """The house stays open for visitors with a softphone and a browser."""
    console.rule("The house stays open: Ctrl-C closes it", align="left")
    console.print(f"console      {house.console_address}")
    for name, password in house.passwords.items():
        console.print(f"  sign in as {name:<8} {password}", markup=False)
    for dialled, language in (("1001", "English"), ("1002", "Chinese"), ("1003", "Korean"), ("1000", "asks by key")):
        console.print(f"softphone    {house.number(dialled)}  ({language})", markup=False, highlight=False)
    for name in AGENTS:
        await house.set_state(name, "ready")
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    with contextlib.suppress(asyncio.CancelledError):
        await done.wait()
