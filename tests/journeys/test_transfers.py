"""Agents hand callers on: at their phone, or at their desk."""

from __future__ import annotations

from callbacks.events import WorkTransferred
from ivr.messages import EndedBy, HangUp, LegEnded, ReportTransfer, TransferAsked
from routing.agents import AgentState
from tests.journeys.people import AgentPhone, Caller, Telephone
from tests.journeys.stage import JourneyStage

EXPERT = "sip:expert@127.0.0.1:5099"


async def talking(stage: JourneyStage) -> tuple[AgentPhone, Caller, Telephone]:
    """Ana and mia talk since second 20, and there is an expert."""
    ana, mia, expert = stage.agent("ana"), stage.caller("+821011110002"), Telephone(stage, EXPERT)
    ana.will_pick_up()
    await stage.on_shift("ana")
    await mia.complains("I want my money back", at=1)
    await stage.at(21)
    assert mia.talks_with(ana)
    return ana, mia, expert


async def asks(stage: JourneyStage, phone: Telephone, target: str = EXPERT, replaces: str = "") -> None:
    stage.edge.tell(TransferAsked(phone.leg, target, replaces))
    await stage.settle()


def state(stage: JourneyStage, agent: str) -> AgentState:
    return next(one.state for one in stage.floor.agents() if one.id == agent)


async def test_the_caller_is_put_through_and_the_agent_is_free(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_pick_up(after=4)
    await asks(stage, ana)
    await stage.at(22)
    assert mia.talks_with(ana)
    await stage.at(26)
    assert mia.talks_with(expert)
    assert stage.sent(ReportTransfer) == [ReportTransfer(ana.leg, 200)]
    (told,) = stage.told(WorkTransferred)
    assert told.data() == {"agent": "ana"}
    assert told.subject in stage.switchboard.sessions
    await stage.at(30)
    assert not ana.is_on_a_call
    assert state(stage, "ana") is AgentState.WRAP_UP
    await stage.at(60)
    assert state(stage, "ana") is AgentState.READY
    assert mia.talks_with(expert)


async def test_when_the_third_hangs_up_the_caller_is_asked_how_it_was(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_pick_up()
    await asks(stage, ana)
    await stage.at(30)
    heard = len(mia.heard())
    stage.edge.tell(LegEnded(expert.leg, EndedBy.THEM))
    await stage.at(31)
    assert [played.prompt for played in mia.heard()[heard:]] == ["survey-ask"]


async def test_when_the_caller_hangs_up_so_does_the_third(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_pick_up()
    await asks(stage, ana)
    await mia.hangs_up(at=40)
    await stage.at(41)
    assert not expert.is_on_a_call
    assert stage.switchboard.sessions == {}


async def test_a_transfer_nobody_takes_leaves_the_two_talking(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_refuse(486)
    await asks(stage, ana)
    assert stage.sent(ReportTransfer) == [ReportTransfer(ana.leg, 486)]
    assert mia.talks_with(ana)
    expert.will_pick_up()
    await asks(stage, ana)  # and may be tried again
    assert mia.talks_with(expert)


async def test_a_phone_that_hangs_up_at_once_leaves_the_caller_to_music(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_pick_up(after=6)
    await asks(stage, ana)
    await ana.hangs_up(at=23)
    assert mia.heard()[-1].prompt == "music"
    await stage.at(28)
    assert mia.talks_with(expert)


async def test_a_caller_who_gives_up_stops_the_ringing_of_the_third(stage: JourneyStage) -> None:
    ana, mia, expert = await talking(stage)
    expert.will_not_answer()
    await asks(stage, ana)
    await mia.hangs_up(at=25)
    assert HangUp(expert.leg) in stage.edge.sent


async def test_a_number_that_the_dial_plan_forbids_is_not_called(stage: JourneyStage) -> None:
    ana, mia, _ = await talking(stage)
    await asks(stage, ana, "+19005550123")
    assert stage.sent(ReportTransfer) == [ReportTransfer(ana.leg, 403)]
    assert mia.talks_with(ana)


async def test_an_attended_transfer_takes_the_place_of_the_agents_own_call(stage: JourneyStage) -> None:
    ana, _, expert = await talking(stage)
    expert.will_pick_up()
    await asks(stage, ana, replaces="call-7;to-tag=a;from-tag=b")
    dialled = next(dial for _, dial in stage.edge.dialled if dial.target == EXPERT)
    assert dialled.replaces == "call-7;to-tag=a;from-tag=b"


async def test_somebody_called_back_is_put_through_too(stage: JourneyStage) -> None:
    ana, mia, expert = stage.agent("ana"), stage.caller("+821011110002"), Telephone(stage, EXPERT)
    ana.will_pick_up()
    mia.will_pick_up()
    expert.will_pick_up()
    await stage.on_shift("ana")
    await stage.owes(mia)
    await stage.at(75)
    assert mia.talks_with(ana)
    await asks(stage, ana)
    await stage.at(80)
    assert mia.talks_with(expert)
    assert state(stage, "ana") is AgentState.WRAP_UP
    assert (await stage.record_of(mia)).ended_at is None
    await mia.hangs_up(at=100)
    await stage.at(101)
    assert not expert.is_on_a_call
    assert (await stage.record_of(mia)).ended_at is not None
