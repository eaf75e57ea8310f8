"""Whoever hangs up, whenever: the agent comes free and nothing is left over."""

from __future__ import annotations

import pytest

from routing.agents import AgentState
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC


@pytest.mark.parametrize(
    ("second", "hears_last"),
    [(0, "greeting"), (1, "greeting"), (3, "ask-problem"), (7, "confirm"), (12, "case-opened"), (14, "wait-soon")],
)
async def test_a_caller_hangs_up_on_a_prompt(stage: JourneyStage, second: int, hears_last: str) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    if second > 4:
        await mia.says("i want a refund", at=4)
    if second > 11:
        await mia.presses("1", at=11)
    await stage.at(second)
    assert mia.heard()[-1].prompt == hears_last
    await mia.hangs_up(at=second)
    await stage.is_at_rest()
    await stage.at(200)
    assert ana.rung == 0
    assert stage.state_of("ana") is AgentState.READY
    record = await stage.record_of(mia)
    assert record.ended_by == "them"
    assert record.ended_at is not None


async def test_a_caller_hangs_up_in_the_queue(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    busy, mia = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("i want a refund", at=0)
    await mia.rings(at=20)
    await mia.says("i want a refund", at=24)
    await mia.presses("1", at=31)
    await mia.presses("2", at=35)
    await stage.at(40)
    assert mia.heard()[-1].prompt == MUSIC
    assert len(stage.floor.waiting()) == 1
    await mia.hangs_up(at=45)
    assert stage.floor.waiting() == ()
    assert stage.floor.figures().abandoned == 1
    await busy.hangs_up(at=50)
    await stage.at(70)
    assert ana.rung == 1
    await stage.is_at_rest()


async def test_a_caller_hangs_up_while_the_agent_is_rung(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    assert ana.is_on_a_call
    await mia.hangs_up(at=20)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.READY
    assert await stage.desk.current("ana") is None
    await stage.is_at_rest()


async def test_a_caller_hangs_up_while_the_agent_hears_the_whisper(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_pick_up(after=5)
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hears("whisper-call", by=20.5)
    await mia.hangs_up(at=20.5)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.desk.finish("ana", None, solved=False, note="")
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_caller_hangs_up_in_the_conversation(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=60)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.at(76)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_caller_hangs_up_on_the_survey(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hangs_up(at=60)
    await mia.hears("survey-ask", by=61)
    await mia.hangs_up(at=61)
    await stage.is_at_rest()
    record = await stage.record_of(mia)
    assert (record.agent, record.rating, record.ended_by) == ("ana", None, "them")


async def test_a_caller_who_ignores_the_survey_hears_a_goodbye(stage: JourneyStage) -> None:
    """The ears hear the caller again after the conversation; else nobody would notice the silence."""
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hangs_up(at=60)
    await mia.hears("survey-ask", by=61)
    assert stage.is_heard(mia)
    await mia.hears("goodbye", by=75)
    assert not mia.is_on_a_call


async def test_an_agent_who_hangs_up_on_the_whisper_leaves_the_caller_in_their_place(stage: JourneyStage) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    ana.will_pick_up(after=5)
    dee.will_pick_up(after=5)
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hears("whisper-call", by=20.5)
    await ana.hangs_up(at=20.5)
    assert stage.state_of("ana") is AgentState.PAUSED
    await stage.at(24)
    assert mia.heard()[-1].prompt == MUSIC
    await stage.at(30)
    assert mia.talks_with(dee)
    assert (await stage.record_of(mia)).agent == "dee"
    await dee.hangs_up(at=60)
    await mia.hears("survey-ask", by=61)


@pytest.mark.parametrize("status", [486, 603, 480])
async def test_an_agent_who_refuses_leaves_the_caller_to_the_next(stage: JourneyStage, status: int) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    ana.will_refuse(status, after=1)
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(22)
    assert mia.talks_with(dee)
    assert stage.state_of("ana") is (AgentState.UNREACHABLE if status == 480 else AgentState.PAUSED)


async def test_an_agent_who_never_answers_leaves_the_caller_to_the_next(stage: JourneyStage) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(45)
    assert mia.talks_with(dee)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    assert not ana.is_on_a_call
