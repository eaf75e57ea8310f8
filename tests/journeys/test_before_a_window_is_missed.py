"""A promise that will not be kept in its window is renegotiated before it breaks, not after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.model import AttemptOutcome, Channel, Promise, PromiseState
from ivr.messages import Answerer, AnswererGuessed
from prompts.letters import Template
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage

MIA = "+821011110002"
OPENS, WINDOW = 60, 3600
ASKED = OPENS + WINDOW - 900  # fifteen minutes before the window ends
LAST_TRY = OPENS + WINDOW - 30 - 90  # so that it can ring, and be talked in


@pytest.fixture
def mia(stage: JourneyStage) -> Caller:
    return stage.caller(MIA)


async def successor(stage: JourneyStage, old: Promise) -> Promise:
    (made,) = [promise for promise in stage.stores.book.pages.promises.values() if promise.follows == old.id]
    return made


async def state(stage: JourneyStage, promise: Promise) -> PromiseState:
    return (await stage.book.promise(promise.id)).state


async def test_where_nobody_works_the_contact_is_asked_for_another_window_in_time(
    stage: JourneyStage, mia: Caller
) -> None:
    old = await stage.owes(mia, opens=OPENS, window=WINDOW)
    await stage.at(ASKED - 30)
    assert mia.rung == 0
    await mia.hears("renegotiate-hello", "renegotiate-ask", by=ASKED + 3)
    assert await state(stage, old) is PromiseState.DIALLING  # committed before it rang
    assert old.reference in mia.text_of("renegotiate-hello")
    await mia.says("yes", at=ASKED + 5)
    await mia.hears("renegotiate-made", "goodbye", by=ASKED + 15)
    assert not mia.is_on_a_call
    assert await state(stage, old) is PromiseState.RENEGOTIATED
    new = await successor(stage, old)
    assert (new.state, new.case, new.kind) == (PromiseState.OWED, old.case, old.kind)
    assert old.due is not None
    assert new.due is not None
    assert new.due > old.due
    await stage.is_at_rest()


async def test_who_does_not_agree_is_still_to_be_called_in_time(stage: JourneyStage, mia: Caller) -> None:
    old = await stage.owes(mia, opens=OPENS, window=WINDOW)
    await mia.presses("2", at=ASKED + 5)
    await stage.at(ASKED + 20)
    assert mia.heard()[-1].prompt == "goodbye"
    assert "renegotiate-kept" in [played.prompt for played in mia.heard()]
    assert await state(stage, old) is PromiseState.DUE
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    (ana,) = await stage.on_shift("ana")
    await stage.at(ASKED + 60)
    assert ana.talks_with(mia)
    assert await state(stage, old) is PromiseState.KEPT
    assert mia.rung == 2  # asked once, called once
    await mia.hangs_up(at=ASKED + 90)
    await stage.at(ASKED + 120)
    await stage.is_at_rest()


async def test_what_will_be_kept_is_not_renegotiated(stage: JourneyStage, mia: Caller) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    busy = stage.caller("+821011110009")
    await stage.desk.pause("dee", "tea")
    await busy.complains("i want a refund", at=0)
    await stage.owes(mia, opens=OPENS, window=WINDOW)
    await stage.at(ASKED + 60)  # ana talks: about four minutes to go, and fifteen left
    assert mia.rung == 0
    await busy.hangs_up(at=ASKED + 120)
    await stage.at(ASKED + 150)
    assert ana.talks_with(mia)
    assert dee.rung == 0


@pytest.mark.parametrize(("status", "outcome"), [(486, AttemptOutcome.BUSY), (480, AttemptOutcome.NO_ANSWER)])
async def test_who_is_not_reached_is_tried_again_by_the_rules_of_any_attempt(
    stage: JourneyStage, mia: Caller, status: int, outcome: AttemptOutcome
) -> None:
    await stage.owes(mia, opens=OPENS, window=WINDOW)
    mia.will_refuse(status, after=2)
    await stage.at(ASKED + 25)
    assert await stage.attempts() == [outcome]
    promise = await stage.only_promise()
    assert (promise.state, promise.attempts) == (PromiseState.OWED, 1)


async def test_a_machine_has_agreed_to_nothing(stage: JourneyStage, mia: Caller) -> None:
    await stage.owes(mia, opens=OPENS, window=WINDOW)
    await stage.at(ASKED + 3)
    stage.edge.tell(AnswererGuessed(mia.leg, Answerer.MACHINE, "a long greeting"))
    await stage.at(ASKED + 120)
    assert await stage.attempts() == [AttemptOutcome.VOICEMAIL]


async def test_a_contact_who_rings_in_is_not_asked_at_the_same_moment(stage: JourneyStage, mia: Caller) -> None:
    await stage.owes(mia, opens=OPENS, window=WINDOW)
    mia.will_pick_up(after=20)
    await stage.at(ASKED + 17)
    assert mia.is_on_a_call
    outbound = mia.leg
    await mia.rings(at=ASKED + 18)
    await stage.at(ASKED + 24)
    assert not stage.edge.is_live(outbound)
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    assert "owed-callback" in [played.prompt for played in mia.heard()]


async def test_who_likes_to_be_written_to_gets_a_letter_and_no_call(stage: JourneyStage, mia: Caller) -> None:
    await likes_mail(stage)
    old = await stage.owes(mia, opens=OPENS, window=WINDOW)
    await stage.at(ASKED + 20)
    assert await state(stage, old) is PromiseState.RENEGOTIATED
    new = await successor(stage, old)
    async with stage.stores.book.reading() as reader:
        letters = await reader.messages(old.contact)
    assert (Template.RENEGOTIATED, new.id) in [(letter.template, letter.promise) for letter in letters]
    assert mia.rung == 0


async def test_nothing_is_said_twice_of_a_promise_that_stays(stage: JourneyStage, mia: Caller) -> None:
    old = await stage.owes(mia, opens=OPENS, window=WINDOW)
    await mia.hangs_up(at=ASKED + 3)
    await stage.at(OPENS + WINDOW + 5)
    assert mia.rung == 1
    assert await state(stage, old) is PromiseState.BROKEN


async def likes_mail(stage: JourneyStage) -> None:
    contact = await stage.known(MIA, "standard")
    async with stage.stores.book.unit_of_work() as unit:
        await unit.save_contact(replace(contact, channel=Channel.MAIL, mail="mia@example.org"))


async def rung_in_vain(stage: JourneyStage, mia: Caller) -> Promise:
    """An agent has rung mia, who turned the call away, and has gone home: the next try is the last one."""
    promise = await stage.owes(mia, opens=OPENS, window=WINDOW)
    mia.will_refuse(603, after=2)
    await stage.on_shift("ana")
    await stage.at(OPENS + 30)
    await stage.desk.sign_out("ana")
    assert await stage.attempts() == [AttemptOutcome.REJECTED]
    assert await state(stage, promise) is PromiseState.OWED
    assert mia.rung == 1
    return promise


async def test_who_turned_a_call_away_is_asked_in_the_last_one_and_early_enough_to_talk(
    stage: JourneyStage, mia: Caller
) -> None:
    old = await rung_in_vain(stage, mia)
    mia.will_pick_up(after=2)
    await stage.at(LAST_TRY - 15)
    assert mia.rung == 1
    await mia.hears("renegotiate-hello", "renegotiate-ask", by=LAST_TRY + 5)
    await mia.says("yes", at=LAST_TRY + 7)
    await mia.hears("renegotiate-made", "goodbye", by=LAST_TRY + 20)
    assert await state(stage, old) is PromiseState.RENEGOTIATED
    await stage.is_at_rest()


@pytest.mark.parametrize("status", [480, 486])
async def test_who_is_not_reached_at_all_is_called_in_another_window_and_let_down_only_then(
    stage: JourneyStage, mia: Caller, status: int
) -> None:
    old = await rung_in_vain(stage, mia)
    mia.will_refuse(status, after=2)
    await stage.at(OPENS + WINDOW - 1)
    assert mia.rung == 2
    assert await state(stage, old) is PromiseState.RENEGOTIATED
    new = await successor(stage, old)
    assert (new.state, new.case) == (PromiseState.OWED, old.case)
    assert new.due is not None
    await stage.at_moment(new.due + timedelta(seconds=5))
    assert mia.rung > 2
    assert await state(stage, new) is PromiseState.BROKEN
    await stage.is_at_rest()


async def test_who_was_rung_in_vain_and_likes_letters_gets_one_while_there_is_time(
    stage: JourneyStage, mia: Caller
) -> None:
    await likes_mail(stage)
    old = await rung_in_vain(stage, mia)
    await stage.at(ASKED - 15)
    assert await state(stage, old) is PromiseState.OWED
    await stage.at(ASKED + 20)
    assert await state(stage, old) is PromiseState.RENEGOTIATED
    async with stage.stores.book.reading() as reader:
        letters = await reader.messages(old.contact)
    assert [letter.promise for letter in letters if letter.template is Template.RENEGOTIATED] == [
        (await successor(stage, old)).id
    ]
    assert mia.rung == 1


async def test_a_last_try_that_an_agent_will_make_is_left_to_the_agent(stage: JourneyStage, mia: Caller) -> None:
    promise = await rung_in_vain(stage, mia)
    mia.will_pick_up(after=2)
    (ana,) = await stage.on_shift("ana")
    await stage.at(OPENS + WINDOW - 10)
    assert ana.talks_with(mia)
    assert await state(stage, promise) is PromiseState.KEPT
    assert mia.rung == 2
