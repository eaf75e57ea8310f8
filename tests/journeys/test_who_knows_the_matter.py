"""A caller who rings again is served by who knows the matter, unless that takes too long."""

from __future__ import annotations

from tests.journeys.stage import JourneyStage


async def test_who_rings_again_talks_with_the_same_agent(stage: JourneyStage) -> None:
    ana, dee, mia = stage.agent("ana"), stage.agent("dee"), stage.caller("+821011110002")
    ana.will_pick_up()
    dee.will_pick_up()
    await stage.on_shift("dee")
    await mia.complains("my refund has not come", at=1)
    await stage.at(21)
    assert mia.talks_with(dee)
    await mia.hangs_up(at=30)
    await stage.on_shift("ana")  # has more of the skill, and has been idle
    await stage.at(60)
    await mia.complains("my refund has not come", at=61)
    await stage.at(82)
    assert mia.talks_with(dee)


async def test_when_who_knows_is_not_at_work_somebody_else_serves(stage: JourneyStage) -> None:
    ana, dee, mia = stage.agent("ana"), stage.agent("dee"), stage.caller("+821011110002")
    ana.will_pick_up()
    dee.will_pick_up()
    await stage.on_shift("dee")
    await mia.complains("my refund has not come", at=1)
    await mia.hangs_up(at=30)
    await stage.desk.sign_out("dee")
    await stage.on_shift("ana")
    await mia.complains("my refund has not come", at=61)
    await stage.at(82)
    assert mia.talks_with(ana)
