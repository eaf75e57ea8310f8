"""A promise, from the moment it is made to the moment it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.model import AttemptOutcome, PromiseKind, PromiseState
from routing.agents import AgentState
from routing.events import WorkOffered
from routing.work import WorkKind
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC, OFFER


async def test_a_long_wait_becomes_a_callback_that_is_kept(stage: JourneyStage) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    busy, mia = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("my lawyer will write to you", at=0)
    await ana.hears("whisper-call", by=18)

    await mia.rings(at=20)
    await mia.says("you will hear from my lawyer", at=24)
    await mia.presses("1", at=31)
    await mia.hears("greeting", "ask-problem", "confirm-legal", "case-opened", "wait-minutes", *OFFER, by=34)
    assert "four minutes" in mia.text_of("wait-minutes")

    stage.stores.book.may_commit.clear()
    await mia.presses("1", at=35)
    await mia.hears(by=37)  # not a word of a reference before it is written down
    stage.stores.book.may_commit.set()
    await mia.hears("callback-made", "goodbye", by=41)
    promise = await stage.only_promise()
    assert (promise.kind, promise.state) == (PromiseKind.CALLBACK, PromiseState.OWED)
    assert promise.skills == (("legal", 3),)
    assert promise.opens is not None
    assert promise.reference in mia.text_of("callback-made")
    await stage.at(43)
    assert not mia.is_on_a_call
    assert stage.floor.figures().abandoned == 0

    await busy.hangs_up(at=50)
    await stage.at_moment(promise.opens - timedelta(seconds=5))
    assert await stage.promise_state() is PromiseState.OWED
    assert (ana.rung, mia.rung) == (1, 0)

    due = round(stage.seconds) + 5
    ana.will_pick_up(after=3)
    mia.will_pick_up(after=6)
    await stage.at(due + 2)
    assert await stage.promise_state() is PromiseState.DIALLING  # committed before any phone is picked up
    assert (ana.rung, mia.rung, dee.rung) == (2, 0, 0)
    await ana.hears("whisper-promise", MUSIC, by=due + 8)
    assert mia.rung == 1
    await mia.hears("callback-hello", by=due + 12)
    assert await stage.promise_state() is PromiseState.DIALLING
    assert not ana.talks_with(mia)
    await stage.at(due + 16)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT
    assert await stage.attempts() == [AttemptOutcome.ANSWERED]
    view = await stage.desk.current("ana")
    assert view is not None
    assert (view.kind, view.number, view.category) == (WorkKind.PROMISE, mia.number, "legal")

    await mia.hangs_up(at=due + 60)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.desk.finish("ana", None, solved=True, note="we apologised")
    assert stage.state_of("ana") is AgentState.READY
    assert dee.rung == 0
    await stage.at(due + 600)
    assert (ana.rung, mia.rung) == (2, 1)
    await stage.is_at_rest()


@pytest.mark.parametrize(
    ("status", "outcome", "pause"),
    [(486, AttemptOutcome.BUSY, 300), (480, AttemptOutcome.NO_ANSWER, 1800), (603, AttemptOutcome.REJECTED, 7165)],
)
async def test_who_is_not_reached_is_tried_again_by_the_rules(
    stage: JourneyStage, status: int, outcome: AttemptOutcome, pause: int
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    promise = await stage.owes(mia, opens=60)
    mia.will_refuse(status, after=3)
    await stage.at(70)  # picked up at 60, the whisper until 62, refused at 65
    assert await stage.attempts() == [outcome]
    assert await stage.promise_state() is PromiseState.OWED
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.at(82)
    assert stage.state_of("ana") is AgentState.READY

    again = (await stage.only_promise()).not_before
    assert again is not None
    assert promise.due is not None
    # A pause that would outlast the window is cut so that the phone can still ring for 30 seconds.
    assert again <= promise.due - timedelta(seconds=30)
    assert pause - 2 <= (again - stage.clock.now()).total_seconds() + (stage.seconds - 65) <= pause + 2
    await stage.at_moment(again - timedelta(seconds=2))
    assert mia.rung == 1
    mia.will_pick_up()
    await stage.at_moment(again + timedelta(seconds=10))
    assert mia.rung == 2
    assert await stage.promise_state() is PromiseState.KEPT
    await mia.hangs_up(at=stage.seconds + 30)
    await stage.at(stage.seconds + 20)
    await stage.is_at_rest()


async def test_a_contact_who_never_answers_is_no_answer(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_not_answer()
    await stage.at(90)
    assert await stage.promise_state() is PromiseState.DIALLING
    await stage.at(96)
    assert await stage.attempts() == [AttemptOutcome.NO_ANSWER]
    await stage.at(120)
    await stage.is_at_rest()


async def test_a_wrong_number_is_not_rung_a_second_time(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_refuse(404)
    await stage.at(600)
    assert await stage.promise_state() is PromiseState.BROKEN
    assert mia.rung == 1


async def test_an_agent_who_does_not_answer_is_unreachable_and_another_one_keeps_the_promise(
    stage: JourneyStage,
) -> None:
    (ana,) = await stage.on_shift("ana")
    (bo,) = await stage.on_shift("bo")
    mia = stage.caller("+821011110002")
    await stage.owes(mia, "safety")
    ana.will_not_answer()
    await stage.at(84)
    assert (ana.rung, bo.rung, mia.rung) == (1, 0, 0)
    await stage.at(88)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    assert mia.rung == 0
    assert (await stage.only_promise()).attempts == 0
    await stage.at(105)
    assert (ana.rung, bo.rung, mia.rung) == (1, 1, 1)
    assert await stage.promise_state() is PromiseState.KEPT
    assert bo.talks_with(mia)
    await bo.hangs_up(at=130)
    assert not mia.is_on_a_call
    await stage.at(150)
    await stage.is_at_rest()


@pytest.mark.parametrize("refused", [True, False])
async def test_a_promise_that_its_agent_does_not_take_is_offered_to_the_next_one_once_it_is_due_again(
    stage: JourneyStage, refused: bool
) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    if refused:
        ana.will_refuse(603, after=2)
    else:
        ana.will_not_answer()
    mia = stage.caller("+821011110002")
    promise = await stage.owes(mia)
    await stage.at(110)
    assert dee.talks_with(mia)
    assert stage.state_of("ana") is (AgentState.PAUSED if refused else AgentState.UNREACHABLE)
    offered = [event for event in stage.told(WorkOffered) if event.subject == promise.id]
    assert [event.agent for event in offered if isinstance(event, WorkOffered)] == ["ana", "dee"]
    assert (offered[1].at - offered[0].at).total_seconds() >= 10
    assert [receipt.agent for receipt in await stage.stores.receipts.of_work(promise.id)] == ["ana", "dee"]
    assert stage.why_gone(promise.id) == ["not-due"]


async def test_an_agent_who_presses_the_ringing_away_is_paused(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    ana.will_refuse(603, after=2)
    await stage.at(65)
    assert stage.state_of("ana") is AgentState.PAUSED
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    await stage.at(100)
    assert (ana.rung, mia.rung) == (1, 0)
    assert await stage.promise_state() is PromiseState.DUE


async def test_an_agent_who_hangs_up_on_the_whisper_spares_the_contact_the_ringing(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await ana.hears("whisper-promise", by=61)
    await ana.hangs_up(at=61)
    await stage.at(70)
    assert mia.rung == 0
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    assert stage.state_of("ana") is AgentState.PAUSED
    await stage.at(90)
    assert await stage.promise_state() is PromiseState.DUE


async def test_an_agent_who_hangs_up_while_the_contact_is_rung_ends_the_ringing(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_pick_up(after=20)
    await ana.hears("whisper-promise", MUSIC, by=66)
    assert mia.rung == 1
    await ana.hangs_up(at=70)
    assert not mia.is_on_a_call
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    assert await stage.promise_state() is PromiseState.OWED
    assert "callback-hello" not in [played.prompt for played in mia.heard()]


async def test_an_agent_who_hangs_up_during_the_hello_has_not_kept_the_promise(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await mia.hears("callback-hello", by=63)
    await ana.hangs_up(at=63.5)
    await stage.at(67)
    assert not mia.is_on_a_call
    assert await stage.promise_state() is PromiseState.OWED
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]


async def test_a_contact_who_hangs_up_during_the_hello_has_rejected_the_call(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await mia.hears("callback-hello", by=63)
    await mia.hangs_up(at=63.5)
    assert await stage.attempts() == [AttemptOutcome.REJECTED]
    assert not ana.is_on_a_call
    await stage.at(90)
    await stage.is_at_rest()
