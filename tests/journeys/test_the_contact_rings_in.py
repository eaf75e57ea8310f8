"""Who is owed a call and rings first is told so, served, and not rung at the same time."""

from __future__ import annotations

from callbacks.model import AttemptOutcome, PromiseState
from routing.agents import AgentState
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC


async def test_what_is_due_is_said_first_served_in_the_call_and_not_dialled(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.at(70)
    assert await stage.promise_state() is PromiseState.DUE
    await mia.rings(at=70)
    assert await stage.promise_state() is PromiseState.OWED
    assert stage.floor.waiting() == ()
    (ana,) = await stage.on_shift("ana")
    await mia.hears("greeting", "owed-callback", "owed-choice", by=79)
    assert ana.rung == 0  # she is free, but the contact is on the line
    await mia.presses("1", at=79)
    await mia.hears("wait-soon", MUSIC, by=82)
    await stage.at(85)
    assert mia.talks_with(ana)
    await ana.hangs_up(at=200)
    await mia.hangs_up(at=201)
    assert await stage.promise_state() is PromiseState.KEPT
    assert mia.rung == 0
    await stage.at(500)
    assert (ana.rung, mia.rung) == (1, 0)
    await stage.is_at_rest()


async def test_the_agent_who_is_rung_for_the_callback_is_let_go_and_gets_the_caller(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    ana.will_pick_up(after=20)
    await stage.at(65)
    assert await stage.promise_state() is PromiseState.DIALLING
    assert ana.is_on_a_call
    await mia.rings(at=66)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.READY
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    ana.will_pick_up()
    await mia.hears("greeting", "owed-callback", "owed-choice", by=70)
    await mia.presses("1", at=71)
    await stage.at(76)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=100)
    assert await stage.promise_state() is PromiseState.KEPT
    assert mia.rung == 0
    await stage.at(120)
    await stage.is_at_rest()


async def test_the_ringing_of_the_contacts_phone_ends_when_they_ring_in_themselves(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_pick_up(after=25)
    await ana.hears("whisper-promise", MUSIC, by=66)
    assert mia.rung == 1
    outbound = mia.leg
    await mia.rings(at=70)
    assert not stage.edge.is_live(outbound)
    assert not ana.is_on_a_call
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    assert (await stage.only_promise()).attempts == 0
    await mia.hears("greeting", "owed-callback", "owed-choice", by=75)
    await mia.presses("1", at=76)
    await stage.at(100)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=150)
    assert await stage.promise_state() is PromiseState.KEPT
    await stage.at(400)
    assert mia.rung == 1
    await stage.is_at_rest()


async def test_who_hangs_up_unserved_is_still_owed_the_call_and_gets_it(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await mia.rings(at=70)
    await mia.hears("greeting", "owed-callback", "owed-choice", by=75)
    await mia.hangs_up(at=76)
    assert await stage.promise_state() is PromiseState.OWED
    await stage.at(78)
    assert await stage.promise_state() is PromiseState.DUE
    (ana,) = await stage.on_shift("ana")
    await stage.at(90)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT


async def test_an_owed_call_that_nobody_can_take_now_stays_owed(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await mia.rings(at=70)
    await mia.presses("1", at=74)
    await mia.hears("greeting", "owed-callback", "owed-choice", "nobody-free", "goodbye", by=80)
    assert not mia.is_on_a_call
    await stage.at(82)
    assert await stage.promise_state() is PromiseState.DUE
    assert len(stage.stores.book.pages.promises) == 1


async def test_who_calls_about_something_else_is_still_owed_the_call(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia, opens=600)
    await mia.rings(at=70)
    await mia.presses("2", at=75)
    await mia.says("i can not log in", at=79)
    await mia.presses("1", at=85)
    await stage.at(95)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=100)
    assert await stage.promise_state() is PromiseState.OWED
