"""A category's preferred skills reach the floor with the call."""

from __future__ import annotations

from config.hotline_file import HotlineFile
from ivr.understanding.understander import Understander
from tests.journeys.stage import JourneyStage


async def test_what_a_category_prefers_is_known_to_the_floor(file: HotlineFile, understander: Understander) -> None:
    refund = file.categories["refund"].model_copy(update={"preferred_skills": {"senior": 3}})
    prefers = file.model_copy(update={"categories": file.categories | {"refund": refund}})
    stage = JourneyStage(prefers, understander)
    await stage.open()
    stage.agent("ana").will_not_answer()
    await stage.on_shift("ana")
    await stage.caller("+821011110003").complains("I want my money back", at=1)
    engagement = stage.switchboard.dispatcher.engagement("ana")
    await stage.close()
    assert engagement is not None
    assert engagement.work.preferred == (("senior", 3),)
