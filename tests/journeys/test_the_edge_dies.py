"""The telephones' process dies: floor and ledger learn of it by the ordinary events, and blame nobody."""

from __future__ import annotations

from callbacks.model import AttemptOutcome, PromiseState
from ivr.messages import EDGE_LOST, EndedBy, LegEnded, LegFailed
from routing.agents import AgentState
from tests.journeys.people import Telephone
from tests.journeys.stage import JourneyStage


def lost(stage: JourneyStage, *, ringing: tuple[Telephone, ...] = (), up: tuple[Telephone, ...] = ()) -> None:
    """As `ivr.remote_edge` tells it, all at one moment."""
    for phone in up:
        stage.edge.tell(LegEnded(phone.leg, EndedBy.FAULT, why=EDGE_LOST))
    for phone in ringing:
        stage.edge.tell(LegFailed(phone.leg, 503, EDGE_LOST))


async def test_who_talked_is_free_and_the_record_says_why(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(30)
    assert mia.talks_with(ana)
    lost(stage, up=(mia, ana))
    await stage.settle()
    assert (await stage.record_of(mia)).ended_by == "fault"
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.at(200)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_contact_whose_phone_rang_is_owed_the_call_again(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_pick_up(after=20)
    await stage.at(70)
    assert (mia.rung, await stage.promise_state()) == (1, PromiseState.DIALLING)
    lost(stage, ringing=(mia,), up=(ana,))
    await stage.at(71)
    assert await stage.attempts() == [AttemptOutcome.FAILED]
    assert await stage.promise_state() is PromiseState.OWED
    mia.will_pick_up()
    await stage.at(3600)
    assert await stage.promise_state() is PromiseState.KEPT
    assert mia.rung == 2


async def test_an_agent_whose_phone_rang_is_not_taken_for_absent(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_pick_up(after=10)
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.at(65)
    assert await stage.promise_state() is PromiseState.DIALLING
    lost(stage, ringing=(ana,))
    await stage.at(67)
    assert stage.state_of("ana") is AgentState.READY
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    ana.will_pick_up()
    await stage.at(100)
    assert ana.talks_with(mia)


async def test_an_agent_who_heard_the_whisper_is_not_paused(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await ana.hears("whisper-call", by=15.5)
    assert not mia.talks_with(ana)
    lost(stage, up=(ana, mia))
    await stage.at(60)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()
