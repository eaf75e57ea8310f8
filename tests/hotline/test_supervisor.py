"""When a worker is started again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from config.clock import VirtualClock
from hotline.workers.supervisor import LOOK_SECONDS, SILENT_LOOKS, WORKERS, Supervisor, next_pause

#: A worker that notes each of its starts and beats; the edge does nothing more in its first life.
WORKER = """
import asyncio, pathlib, sys, time
from hotline.workers.lifeline import Lifeline, Report

class Quick:
    async def sleep(self, seconds):
        with beats.open("a") as file:
            file.write("|")
        await asyncio.sleep(0.01)

name, folder = sys.argv[1:]
lifeline = Lifeline(pathlib.Path(folder))
lifeline.watch()
lives = pathlib.Path(__file__).with_name(f"{name}.lives")
beats = pathlib.Path(__file__).with_name(f"{name}.beats")
is_first = not lives.exists()
with lives.open("a") as file:
    file.write("|")
lifeline.report(Report(lines=(name,)))
if name == "edge" and is_first:
    time.sleep(600)
asyncio.run(lifeline.beat(Quick()))
"""


def test_the_pauses_double_up_to_half_a_minute() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(next_pause(pauses[-1], lived=3.0))
    assert pauses[1:] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_worker_that_was_healthy_for_a_minute_is_forgiven() -> None:
    assert next_pause(30.0, lived=60.0) == 1
    assert next_pause(30.0, lived=59.0) == 30


async def test_a_worker_that_is_alive_and_does_nothing_any_more_is_ended_and_started_again(tmp_path: Path) -> None:
    program = tmp_path / "worker.py"
    program.write_text(WORKER)
    clock, told = VirtualClock(datetime(2026, 11, 22, tzinfo=UTC)), list[tuple[str, ...]]()
    supervisor = Supervisor(clock, told.append, (sys.executable, str(program)))

    def counted(what: str) -> dict[str, int]:
        files = {name: tmp_path / f"{name}.{what}" for name in WORKERS}
        return {name: file.stat().st_size if file.exists() else 0 for name, file in files.items()}

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():  # noqa: ASYNC110 - what is awaited happens in other processes
                await asyncio.sleep(0.02)

    async def look(alive: tuple[str, ...]) -> None:
        before = counted("beats")
        await until(lambda: all(counted("beats")[name] > before[name] + 1 for name in alive))
        await asyncio.sleep(0.05)
        await clock.advance(LOOK_SECONDS)

    running = asyncio.create_task(supervisor.run())
    await until(lambda: counted("lives") == {"main": 1, "edge": 1, "ears": 1} and bool(told))
    for _ in range(SILENT_LOOKS + 2):
        await look(("main", "ears"))
    await until(lambda: counted("lives") == {"main": 1, "edge": 2, "ears": 1})
    for _ in range(SILENT_LOOKS + 2):
        await look(WORKERS)
    assert counted("lives") == {"main": 1, "edge": 2, "ears": 1}
    supervisor.stop()
    await running
    assert told == [("main",)]
