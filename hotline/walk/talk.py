"""`hotline talk`: live through a promise at one terminal, typing for the telephone and for the desk.

At a terminal time runs by itself, and can be moved on; where the input is a file or a pipe, only `/wait` moves it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from config.clock import Clock, SystemClock, VirtualClock
from config.hotline_yaml import read_hotline_file
from config.settings import Settings
from hotline.walk.commands import Commands
from hotline.walk.walk import Show, Walk, Walker
from ivr.flow.catalogue import STEPS

_BEAT_SECONDS = 0.1


async def talk(
    settings: Settings, number: str, caller: str, agents: tuple[str, ...], begins: datetime | None = None
) -> None:
    """From a first call by `caller` until the input ends. `agents` are ready from the start; with none a callback is
    promised. It `begins` at a time of the hotline's own place, or now."""
    console, clock = Console(highlight=False), SystemClock()
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    first = begins.replace(tzinfo=ZoneInfo(file.hotline.zone)).astimezone(UTC) if begins is not None else clock.now()
    walk = Walk(file, Walker(caller, number), first, shown_on(console))
    pace = asyncio.ensure_future(keep_pace(walk.clock, clock)) if sys.stdin.isatty() else None
    try:
        await walk_along(walk, agents, typed(console))
    finally:
        if pace is not None:
            pace.cancel()


async def walk_along(walk: Walk, agents: tuple[str, ...], lines: AsyncIterator[str]) -> None:
    """A first call, and then every line, until there are no more."""
    commands = Commands(walk)
    async with walk.under_way():
        for agent in agents:
            await commands.run(f"/ready {agent}")
        walk.ring(walk.caller)
        await walk.settle()
        async for line in lines:
            await (commands.run(line) if line.startswith("/") else walk.take(line))
        walk.telephone.hang_up()
        await walk.settle()


async def typed(console: Console) -> AsyncIterator[str]:
    """Every line that is typed, or read from a file or pipe and shown."""
    if not sys.stdin.isatty():
        while line := await asyncio.to_thread(sys.stdin.readline):
            console.print(f"> {line.strip()}", markup=False, soft_wrap=True)
            yield line.strip()
        return
    while True:
        try:
            yield (await asyncio.to_thread(console.input, "> ")).strip()
        except EOFError:
            return


def shown_on(console: Console) -> Show:
    """What the hotline says stands out from what happens around it."""

    def show(line: str) -> None:
        style = "cyan" if line.startswith("hotline: ") else "dim" if line.startswith("(") else None
        console.print(line, style=style, markup=False, soft_wrap=True)

    return show


async def keep_pace(walk: VirtualClock, clock: Clock) -> None:
    """The walk's time runs as the machine's does."""
    before = clock.monotonic()
    while True:
        await clock.sleep(_BEAT_SECONDS)
        now = clock.monotonic()
        await walk.leap(now - before)
        before = now
