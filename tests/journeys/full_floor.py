"""A floor on which everybody is busy, and callers who wait."""

from __future__ import annotations

from routing.work import Work
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage


async def ana_talks(stage: JourneyStage) -> Caller:
    """The only agent has a caller since second 20, and keeps them."""
    ana, mia = stage.agent("ana"), stage.caller("+821011110001")
    ana.will_pick_up()
    await stage.on_shift("ana")
    await mia.complains("I want my money back", at=1)
    await stage.at(21)
    assert mia.talks_with(ana)
    return mia


async def waits(stage: JourneyStage, number: str, at: float) -> tuple[Caller, Work]:
    """A call of this number comes to the floor within 20 seconds, though it may take long; the caller, and their work
    there."""
    before = set(stage.switchboard.sessions)
    caller = stage.caller(number)
    await caller.rings(at=at)
    await caller.says("I want my money back", at=at + 4)
    await caller.presses("1", at=at + 10)
    await stage.at(at + 17)
    if caller.heard()[-1].prompt == "offer-other-time":
        await caller.presses("2", at=at + 17)
    await stage.at(at + 19)
    (call,) = set(stage.switchboard.sessions) - before
    (work,) = [one.work for one in stage.floor.waiting() if one.work.id == call]
    return caller, work
