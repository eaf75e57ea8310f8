"""A telephone's hold key: the other side hears music until it is pressed again."""

from __future__ import annotations

from ivr.messages import LegHeld, Play, StopPlaying
from tests.journeys.people import Telephone
from tests.journeys.stage import JourneyStage
from tests.journeys.test_transfers import talking


async def holds(stage: JourneyStage, phone: Telephone, on: bool) -> None:
    stage.edge.tell(LegHeld(phone.leg, on))
    await stage.settle()


async def test_a_caller_on_hold_hears_music_until_the_agent_is_back(stage: JourneyStage) -> None:
    ana, mia, _ = await talking(stage)
    await holds(stage, ana, True)
    assert mia.heard()[-1].prompt == "music"
    assert not mia.talks_with(ana)
    await holds(stage, ana, False)
    assert stage.sent(StopPlaying)[-1] == StopPlaying(mia.leg)
    assert mia.talks_with(ana)


async def test_an_agent_whom_the_caller_holds_hears_music_too(stage: JourneyStage) -> None:
    ana, mia, _ = await talking(stage)
    await holds(stage, mia, True)
    assert stage.sent(Play)[-1].leg == ana.leg


async def test_somebody_called_back_may_hold_as_well(stage: JourneyStage) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110002")
    ana.will_pick_up()
    mia.will_pick_up()
    await stage.on_shift("ana")
    await stage.owes(mia)
    await stage.at(75)
    await holds(stage, ana, True)
    assert stage.sent(Play)[-1].leg == mia.leg


async def test_a_caller_who_holds_while_nobody_is_there_changes_nothing(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await mia.rings(at=0)
    before = len(stage.edge.sent)
    await holds(stage, mia, True)
    assert len(stage.edge.sent) == before
