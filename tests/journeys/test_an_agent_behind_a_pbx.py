"""An agent with `connect: refer`: the caller's own side calls the agent's station."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callbacks.model import PromiseState
from config.hotline_file import HotlineFile
from ivr.messages import Bridge, HangUp, Refer
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC


@pytest.fixture
async def stage(file: HotlineFile, understander: Understander, no_hidden_faults: None) -> AsyncIterator[JourneyStage]:
    ana = file.agents["ana"].model_copy(update={"connect": "refer"})
    stage = JourneyStage(file.model_copy(update={"agents": {**file.agents, "ana": ana}}), understander)
    await stage.open()
    yield stage
    await stage.close()


async def test_the_caller_is_referred_and_our_leg_ends(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    assert stage.sent(Refer) == [Refer(mia.leg, ana.target)]
    assert HangUp(mia.leg) in stage.edge.sent
    assert stage.edge.sent.index(Refer(mia.leg, ana.target)) < stage.edge.sent.index(HangUp(mia.leg))
    assert not mia.is_on_a_call
    assert stage.sent(Bridge) == []
    assert ana.rung == 0
    record = await stage.record_of(mia)
    assert (record.agent, record.ended_by) == ("ana", "us")
    assert record.bridged_at is not None
    await stage.at(60)
    await stage.is_at_rest()


async def test_a_transfer_that_fails_leaves_the_caller_in_their_place(stage: JourneyStage) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    stage.edge.referrals[ana.target] = 486
    dee.will_pick_up(after=3)
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "wait-soon", MUSIC, MUSIC, by=16)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    assert mia.is_on_a_call
    await stage.at(22)
    assert mia.talks_with(dee)
    assert (await stage.record_of(mia)).agent == "dee"
    assert "survey-ask" not in [played.prompt for played in mia.heard()]
    await mia.hangs_up(at=30)
    await stage.at(60)
    await stage.is_at_rest()


async def test_a_transfer_that_fails_has_not_kept_what_was_owed(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    stage.edge.referrals[ana.target] = 503
    mia = stage.caller("+821011110001")
    await stage.owes(mia, opens=600)
    await mia.rings(at=10)
    await mia.presses("1", at=15)
    await stage.at(20)
    assert stage.sent(Refer)
    await mia.hangs_up(at=30)
    assert await stage.promise_state() is PromiseState.OWED
    assert (await stage.record_of(mia)).agent is None


async def test_a_caller_who_hangs_up_during_the_transfer_frees_the_agent(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    stage.edge.never_refers = True
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    assert stage.sent(Refer) == [Refer(mia.leg, ana.target)]
    await mia.hangs_up(at=20)
    await stage.at(40)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()
    assert await stage.desk.current("ana") is None
