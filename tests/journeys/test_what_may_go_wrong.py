"""Moments that cross each other, records that cannot be written, people who change things in the middle of a call."""

from __future__ import annotations

import asyncio
from typing import NoReturn, Unpack

import pytest

from callbacks.calls.records import CallChanges, CallRecord
from callbacks.model import AttemptOutcome, PromiseState
from config.errors import DatabaseFault
from config.hotline_file import HotlineFile
from ivr.flow.events import ServiceFailed
from ivr.messages import Dial, EndedBy, LegAnswered, LegEnded
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from routing.changes import FailedWhy, OfferFailed
from routing.outcomes import OfferEnded, OfferMade
from tests.journeys.stage import JourneyStage


async def unwritable(*args: object, **kwargs: object) -> NoReturn:
    raise DatabaseFault("the disk is full")


async def broken(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError("a fault in our own program")


async def test_who_takes_a_promise_out_of_the_queue_has_not_given_up(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    busy, mia = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("i want a refund", at=0)
    await mia.rings(at=20)
    await mia.says("i want a refund", at=24)
    await mia.presses("1", at=31)
    await mia.presses("2", at=36)
    await stage.at(40)
    call = stage.call_of(mia)
    assert [work.work.id for work in stage.floor.waiting()] == [call]
    stage.switchboard.sessions[call].tell(ServiceFailed())
    await stage.at(41)
    assert stage.floor.waiting() == ()
    await mia.presses("1", at=42)
    assert mia.heard()[-1].prompt == "callback-made"
    assert await stage.promise_state() is PromiseState.OWED
    await stage.at(46)
    assert stage.floor.figures().abandoned == 0
    assert stage.why_gone(call) == ["promised"]


async def test_a_promise_that_stands_down_is_not_a_caller_who_gave_up(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    await mia.rings(at=65)
    assert stage.why_gone(promise.id) == ["stood-down"]


async def test_an_offer_that_ends_before_a_phone_rings_rings_none(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    (made,) = await stage.stores.receipts.of_work(stage.call_of(mia))
    dispatcher = stage.switchboard.dispatcher
    offered = dispatcher.engagement("ana")
    assert offered is not None
    await dispatcher.on_outcome(OfferMade(offered.work, "dee", made))
    await dispatcher.on_outcome(OfferEnded(offered.work.id, "dee", FailedWhy.WITHDRAWN))
    await stage.settle()
    assert stage.agent("dee").rung == 0


async def test_a_phone_picked_up_as_the_offer_ends_is_put_down_again(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    call = stage.call_of(mia)
    ended = asyncio.ensure_future(stage.floor.feed(OfferFailed("ana", call, FailedWhy.DECLINED)))
    stage.edge.tell(LegAnswered(ana.leg, "G722", wide_band=True))
    await stage.at(25)
    await ended
    assert not ana.is_on_a_call
    assert not mia.talks_with(ana)
    assert stage.state_of("ana") is AgentState.PAUSED
    (dee,) = await stage.on_shift("dee")
    await stage.at(35)
    assert mia.talks_with(dee)


async def test_a_caller_who_hangs_up_as_the_agent_picks_up_leaves_nobody_behind(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    stage.edge.tell(LegAnswered(ana.leg, "G722", wide_band=True))
    stage.edge.tell(LegEnded(mia.leg, EndedBy.THEM))
    await stage.at(60)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_promise_withdrawn_while_its_call_is_put_through_does_not_cut_the_call(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    mia.will_pick_up(after=10)
    await stage.at(66)
    assert mia.rung == 1
    await stage.book.withdraw(promise.id, "it has arrived", "dee")
    await stage.at(80)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.WITHDRAWN
    await mia.hangs_up(at=90)
    await stage.at(110)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_promise_closed_while_its_contact_is_served_leaves_a_complete_record(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=600)
    other = await stage.owes(mia, "delivery", opens=900)
    await mia.rings(at=10)
    await mia.presses("1", at=15)
    await stage.at(25)
    await stage.book.withdraw(promise.id, "settled on the telephone", "ana")
    await mia.hangs_up(at=60)
    assert (await stage.record_of(mia)).ended_at is not None
    await stage.at(905)
    # Her line is not held any more: what else she is owed falls due.
    assert (await stage.book.promise(other.id)).state is not PromiseState.OWED


async def test_a_record_that_cannot_be_written_harms_no_call(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    monkeypatch.setattr(stage.calls, "line", unwritable)
    monkeypatch.setattr(stage.calls, "update", unwritable)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await stage.at(20)
    assert mia.talks_with(ana)
    await stage.at(40)
    assert mia.talks_with(ana)
    await ana.hangs_up(at=50)
    await mia.presses("4", at=53)
    await stage.at(60)
    assert "goodbye" in [played.prompt for played in mia.heard()]
    monkeypatch.undo()


async def test_who_can_be_promised_nothing_hears_a_goodbye_and_never_a_dead_line(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.book, "make", unwritable)
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await mia.presses("1", at=25)
    await stage.at(40)
    assert not mia.is_on_a_call
    assert "callback-made" not in [played.prompt for played in mia.heard()]
    assert mia.heard()[-1].prompt == "goodbye"


async def test_a_call_that_fails_leaves_the_queue(
    file: HotlineFile, understander: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = JourneyStage(file, understander)
    await stage.open()
    await stage.on_shift("ana")
    busy, mia = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("i want a refund", at=0)
    await mia.rings(at=20)
    await mia.says("i want a refund", at=24)
    await mia.presses("1", at=31)
    await mia.presses("2", at=36)
    await stage.at(40)
    session = stage.switchboard.sessions[stage.call_of(mia)]
    monkeypatch.setattr(session, "_take", broken)
    session.tell(ServiceFailed())
    await stage.at(41)
    assert not mia.is_on_a_call
    assert stage.floor.waiting() == ()
    assert (await stage.record_of(mia)).ended_at is not None
    await stage.close()


async def test_the_hotline_stops_with_every_call_on_record(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ana,) = await stage.on_shift("ana")
    await stage.on_shift("dee")
    mia, lee, zoe = (stage.caller(f"+82101111000{n}") for n in range(3))
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    assert mia.talks_with(ana)
    await lee.rings(at=30)
    stage.agent("dee").will_not_answer()
    await zoe.complains("i want a refund", at=31)
    assert stage.agent("dee").is_on_a_call
    await stage.on_shift("bo")
    dialled = len(stage.sent(Dial))
    finish = stage.calls.finish

    async def finish_slowly(call_id: str, ended_by: str, **changes: Unpack[CallChanges]) -> CallRecord:
        for _ in range(100):
            await asyncio.sleep(0)
        return await finish(call_id, ended_by, **changes)

    monkeypatch.setattr(stage.calls, "finish", finish_slowly)
    await stage.switchboard.stop()
    assert [(await stage.record_of(caller)).ended_by for caller in (mia, lee)] == ["stop", "stop"]
    assert stage.edge.live_legs() == []
    assert stage.switchboard.sessions == {}
    assert len(stage.sent(Dial)) == dialled  # nobody is rung on the way out


async def test_what_falls_due_after_the_telephones_stopped_rings_nobody(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.switchboard.stop()
    await stage.at(70)
    assert (ana.rung, mia.rung) == (0, 0)
    assert await stage.promise_state() is PromiseState.DUE


async def test_a_stop_in_the_middle_of_an_attempt_leaves_it_to_the_next_run(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_not_answer()
    await stage.at(66)
    assert mia.rung == 1
    await stage.switchboard.stop()
    assert not mia.is_on_a_call
    assert (await stage.only_promise()).state in (PromiseState.OWED, PromiseState.DIALLING)
    assert AttemptOutcome.ANSWERED not in await stage.attempts()
    assert (await stage.book.audit()).holds


async def test_a_stop_while_only_the_agent_is_rung_has_cost_the_contact_nothing(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    ana.will_not_answer()
    await stage.at(66)
    assert (ana.rung, mia.rung) == (1, 0)
    await stage.switchboard.dispatcher.stop()
    promise = await stage.only_promise()
    assert await stage.attempts() == [AttemptOutcome.STOOD_DOWN]
    assert (promise.state, promise.attempts, promise.not_before) == (PromiseState.OWED, 0, stage.clock.now())
    assert (await stage.record_of(mia)).ended_by == "stop"


async def test_a_stop_while_the_contact_is_rung_leaves_the_lease_so_that_they_are_not_rung_again_at_once(
    stage: JourneyStage,
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_not_answer()
    await stage.at(66)
    assert mia.rung == 1
    await stage.switchboard.dispatcher.stop()
    assert (await stage.only_promise()).state is PromiseState.DIALLING
    assert await stage.attempts() == []
    assert (await stage.record_of(mia)).ended_by == "stop"
    reborn = await stage.crash()
    try:
        ana, mia = reborn.agent("ana"), reborn.caller(mia.number)
        await reborn.on_shift("ana")
        await reborn.at(355)
        assert mia.rung == 0
        await reborn.at(440)
        assert mia.rung == 1
        assert ana.talks_with(mia)
        assert await reborn.attempts() == [AttemptOutcome.LOST, AttemptOutcome.ANSWERED]
    finally:
        await reborn.close()


async def test_a_stop_in_the_middle_of_a_callback_leaves_its_promise_kept_and_its_record_complete(
    stage: JourneyStage,
) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.at(75)
    await stage.switchboard.stop()
    assert await stage.promise_state() is PromiseState.KEPT
    record = await stage.record_of(mia)
    assert (record.ended_by, record.ended_at) == ("stop", stage.clock.now())


async def test_why_an_agent_was_chosen_is_on_the_record(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    record = await stage.record_of(mia)
    assert "the only one free" in record.receipt
    assert (record.queue, record.urgency, record.language) == ("general", "money", "en")
    assert record.answered_at is not None
