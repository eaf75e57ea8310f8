"""Nothing of practice, and nothing that is tried out, counts: the running hotline's book, floor, figures, events and
records are as they were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from callbacks.model import PromiseKind
from config.clock import SystemClock
from config.events import Event
from config.settings import default_hotline_file, load_settings
from console.workshop.practice import PhoneState, Run
from console.workshop.trying import Setting
from hotline.assembly import Hotline
from hotline.practice.practising import Practising
from hotline.walk.trying import WalkTrials
from ivr.desk import Stage
from ivr.scripted_edge import ScriptedEdge
from ivr.speech.scripted_ears import ScriptedEars
from tests.ports import free_port

TEXT = default_hotline_file().read_text(encoding="utf-8")


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    """The real hotline of one machine, with telephones and ears of paper."""
    settings = load_settings(data_folder=tmp_path, console_port=free_port())
    hotline = Hotline(settings, ScriptedEdge(SystemClock()), ScriptedEars(SystemClock()))
    await hotline.start()
    yield hotline
    await hotline.stop()


async def everything(hotline: Hotline) -> tuple[dict[str, int], object, object]:
    """How many rows each table has, the states of the real agents, and the figures of the day."""
    async with hotline.database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        counts = {
            name: (await connection.execute(sa.select(sa.func.count()).select_from(sa.table(name)))).scalar_one()
            for name in names
        }
    board = await hotline.desk.wallboard()
    return counts, board.agents, (board.offered, board.answered, board.made, board.waiting, board.promises)


async def lived_through(run: Run) -> None:
    """A whole exercise, with a promise and a note."""
    await run.desk.sign_in("ana")
    await run.desk.ready("ana")
    await reach(run, PhoneState.RINGING)
    run.pick_up()
    await reach(run, PhoneState.TALKING)
    window = await run.cases.proposed_window("ana", None)
    await run.cases.promise("ana", PromiseKind.CALLBACK, window, "exchange it")
    run.say("I will call you.")
    await run.desk.hang_up("ana")
    await reach(run, Stage.WRAP_UP)
    await run.desk.finish("ana", None, False, "unplugged")


async def reach(run: Run, state: PhoneState | Stage) -> None:
    """Until the telephone, or the work in hand, has come to that."""
    moved = asyncio.Event()
    leave = run.events.subscribe(lambda _event: moved.set())
    async with asyncio.timeout(20):
        while run.view().state is not state:
            work = await run.desk.current("ana")
            if work is not None and work.stage is state:
                break
            await moved.wait()
            moved.clear()
    leave()


async def test_a_whole_exercise_and_a_trial_leave_no_trace(hotline: Hotline) -> None:
    told: list[Event] = []
    hotline.events.subscribe(told.append)
    before = await everything(hotline)
    practising = Practising(lambda: hotline.edition.file, hotline.clock)
    run = await practising.begin("trainee", "ana", "safety", "en")
    await lived_through(run)
    trials = WalkTrials(hotline.clock)
    trial = await trials.open("ada", Setting(TEXT, "1001", "+821020000000", ready=("ana",)))
    for line in ("there is smoke coming out of the heater", "1", "hello"):
        await trial.take(line)
    await trial.hang_up()
    await practising.close_all()
    await trials.close_all()
    assert run.view().is_over
    assert await everything(hotline) == before
    assert told == []
    assert not list(hotline.settings.recordings_folder.iterdir())
