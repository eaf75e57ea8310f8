"""Some days after a case was solved the hotline asks by itself whether it is (lesson 14)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from callbacks.model import AttemptOutcome, Case, CaseStatus, Promise, PromiseKind, PromiseState
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.messages import Answerer, AnswererGuessed
from ivr.understanding.understander import Understander
from tests.callbacks.promised import complain
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage

NUMBER = "+821011110001"
#: The calls come so soon after solving: days would take the clock of the tests minutes.
AFTER = timedelta(seconds=90)


@pytest.fixture
async def stage(file: HotlineFile, understander: Understander, no_hidden_faults: None) -> AsyncIterator[JourneyStage]:
    rules = file.follow_up.model_copy(update={"after_hours": AFTER.total_seconds() / 3600})
    stage = JourneyStage(file.model_copy(update={"follow_up": rules}), understander)
    await stage.open()
    yield stage
    await stage.close()


async def solved_case(stage: JourneyStage, language: str = "en") -> tuple[Caller, Case, Promise]:
    """A case that ana took for solved, and the follow-up that is owed for it."""
    mia = stage.caller(NUMBER)
    contact = await stage.book.contact_by_number(NUMBER, "standard")
    case = await complain(stage.book, contact, "delivery", "my parcel is late", language=language)
    await stage.book.solve_case(case.id, "ana", "sent again")
    return mia, case, await stage.only_promise()


async def at_its_time(stage: JourneyStage, promise: Promise) -> float:
    assert promise.opens is not None
    await stage.at_moment(promise.opens - timedelta(seconds=1))
    return stage.seconds


async def test_a_yes_and_a_rating_are_kept_without_any_agent(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia, case, promise = await solved_case(stage)
    assert promise.kind is PromiseKind.FOLLOW_UP
    assert promise.opens == stage.clock.now() + AFTER
    start = await at_its_time(stage, promise)
    assert mia.rung == 0
    mia.will_pick_up(after=3)
    await mia.hears("follow-up-hello", "follow-up-solved", by=start + 9)
    assert (await stage.book.promise(promise.id)).state is PromiseState.KEPT
    await mia.says("yes it is", at=start + 10)
    await mia.hears("follow-up-satisfied", by=start + 13)
    await mia.says("four", at=start + 15)
    await mia.hears("survey-thanks", "goodbye", by=start + 21)
    await stage.at(start + 25)
    assert ana.rung == 0
    assert (await stage.book.case(case.id)).status is CaseStatus.SOLVED
    (rating,) = await stage.book.ratings(promise.made_at)
    assert (rating.agent, rating.value, rating.solved, rating.case) == ("ana", 4, True, case.id)
    record = await stage.record_of(mia)
    assert (record.id, record.promise, record.agent) == (rating.visit, promise.id, None)
    assert record.ended_at is not None
    await stage.is_at_rest()


async def test_they_are_asked_in_the_language_in_which_they_complained(stage: JourneyStage) -> None:
    mia, _, promise = await solved_case(stage, "zh")
    start = await at_its_time(stage, promise)
    mia.will_pick_up(after=3)
    await mia.hears("follow-up-hello", "follow-up-solved", by=start + 9)
    assert {played.language for played in mia.heard()} == {"zh"}
    await mia.hangs_up(at=start + 12)


async def test_a_no_reopens_the_case_and_promises_a_call(stage: JourneyStage) -> None:
    mia, case, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_pick_up()
    await mia.presses("2", at=start + 6)
    await mia.presses("1", at=start + 9)
    await stage.at(start + 14)
    reopened = await stage.book.case(case.id)
    assert (reopened.status, reopened.urgency, reopened.owner) == (CaseStatus.OPEN, Urgency.MONEY, "ana")
    assert "follow-up-sorry" in [played.prompt for played in mia.heard()]
    await mia.presses("1", at=start + 20)
    await stage.at(start + 30)
    (callback,) = await stage.book.owed_to(case.contact)
    assert (callback.kind, callback.case, callback.urgency) == (PromiseKind.CALLBACK, case.id, Urgency.MONEY)
    await stage.at(start + 60)
    await stage.is_at_rest()


async def test_a_no_counts_even_when_the_contact_hangs_up_at_once(stage: JourneyStage) -> None:
    mia, case, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_pick_up()
    await mia.presses("2", at=start + 6)
    await mia.hangs_up(at=start + 7)
    assert (await stage.book.case(case.id)).status is CaseStatus.OPEN
    await stage.is_at_rest()


async def test_who_is_busy_is_tried_again(stage: JourneyStage) -> None:
    mia, _, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_refuse(486)
    await stage.at(start + 10)
    assert await stage.attempts() == [AttemptOutcome.BUSY]
    mia.will_pick_up()
    await stage.at(start + 308)
    assert mia.rung == 2
    assert await stage.promise_state() is PromiseState.KEPT
    await mia.hangs_up(at=start + 309)
    await stage.is_at_rest()


async def test_a_machine_has_not_been_asked(stage: JourneyStage) -> None:
    mia, _, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_pick_up()
    await stage.at(start + 3)
    stage.edge.tell(AnswererGuessed(mia.leg, Answerer.MACHINE, "a tone"))
    await mia.hangs_up(at=start + 6)
    assert await stage.promise_state() is PromiseState.OWED
    await stage.is_at_rest()


async def test_a_contact_who_rings_in_is_not_rung_at_the_same_moment(stage: JourneyStage) -> None:
    mia, _, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_not_answer()
    await stage.at(start + 3)
    rung = mia.leg
    assert stage.edge.is_live(rung)
    await mia.rings(at=start + 4)
    await stage.at(start + 5)
    assert not stage.edge.is_live(rung)
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    await mia.presses("1", at=start + 12)  # to what is owed: our questions
    await stage.at(start + 16)
    assert mia.heard()[-1].prompt == "follow-up-solved"
    await mia.presses("1", at=start + 18)
    await mia.presses("5", at=start + 22)
    await stage.at(start + 32)
    assert await stage.promise_state() is PromiseState.KEPT
    (rating,) = await stage.book.ratings(promise.made_at)
    assert rating.value == 5
    await stage.is_at_rest()
