"""What the supervisor does with its workers while calls come to their end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.clock import VirtualClock
from hotline.workers.supervisor import FIRST_PAUSE, WORKERS, Supervisor
from tests.waiting import until

#: A worker that notes its process at each start. The main one notes each SIGTERM, and ends at the second, or when the
#: file `over` is there.
WORKER = """
import asyncio, os, pathlib, sys
from hotline.workers.lifeline import Lifeline, Report

async def run():
    lifeline = Lifeline(pathlib.Path(folder))
    lifeline.watch()
    stopping = asyncio.ensure_future(lifeline.until_told_to_stop())
    await asyncio.sleep(0)
    with here.joinpath(f"{name}.lives").open("a") as file:
        print(os.getpid(), file=file)
    lifeline.report(Report(lines=(name,)))
    await stopping
    if name == "main":
        here.joinpath("drains").touch()
        again = asyncio.ensure_future(lifeline.until_told_to_stop())
        while not (again.done() or here.joinpath("over").exists()):
            await asyncio.sleep(0.02)
        here.joinpath("hurried" if again.done() else "finished").touch()

name, folder = sys.argv[1:]
here = pathlib.Path(__file__).parent
asyncio.run(run())
"""


class Stage:
    """A supervisor that is told to stop while its workers run."""

    def __init__(self, folder: Path, drain_seconds: float) -> None:
        program = folder / "worker.py"
        program.write_text(WORKER)
        self.folder = folder
        self.clock = VirtualClock(datetime(2026, 11, 22, tzinfo=UTC))
        command = (sys.executable, str(program))
        self.supervisor = Supervisor(self.clock, lambda _lines: None, command, drain_seconds)
        self.running = asyncio.ensure_future(self.supervisor.run())

    def lives(self, worker: str) -> list[int]:
        """The worker's processes so far."""
        noted = self.folder / f"{worker}.lives"
        return [int(line) for line in noted.read_text().splitlines()] if noted.exists() else []

    def is_noted(self, what: str) -> bool:
        return (self.folder / what).exists()

    async def drains(self) -> None:
        """Everything runs, and is then told to stop."""
        await until(lambda: all(len(self.lives(name)) == 1 for name in WORKERS), 60)
        self.supervisor.stop()
        await until(lambda: self.is_noted("drains"), 60)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, drain_seconds=600)
    yield made
    made.running.cancel()
    await asyncio.gather(made.running, return_exceptions=True)


async def test_edge_and_ears_stay_until_main_has_ended_by_itself(stage: Stage) -> None:
    await stage.drains()
    edge = stage.lives("edge")[0]
    os.kill(edge, 0)
    assert not stage.running.done()
    (stage.folder / "over").touch()
    await stage.running
    assert stage.is_noted("finished")
    with pytest.raises(ProcessLookupError):
        os.kill(edge, 0)


async def test_an_edge_that_dies_while_calls_end_is_started_again(stage: Stage) -> None:
    await stage.drains()
    edge = stage.supervisor._processes["edge"]
    edge.kill()
    await edge.wait()
    async with asyncio.timeout(60):
        while stage.supervisor._processes["edge"] is edge:
            await stage.clock.advance(FIRST_PAUSE)
            await asyncio.sleep(0.02)
    await until(lambda: len(stage.lives("edge")) == 2, 60)
    (stage.folder / "over").touch()
    await stage.running
    assert len(stage.lives("main")) == 1


async def test_a_main_process_that_dies_then_is_not_started_again(stage: Stage) -> None:
    await stage.drains()
    os.kill(stage.lives("main")[0], signal.SIGKILL)
    await asyncio.wait_for(stage.running, 60)
    assert len(stage.lives("main")) == 1


async def test_who_asks_a_second_time_waits_for_no_call(stage: Stage) -> None:
    await stage.drains()
    stage.supervisor.stop()
    await asyncio.wait_for(stage.running, 60)
    assert stage.is_noted("hurried")
