"""Every attempt to keep a promise leaves one record of a call, and the next agent need not ask what was said before."""

from __future__ import annotations

from pathlib import Path

import pytest

from callbacks.calls.records import CallRecord
from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.hotline_file import HotlineFile
from ivr.messages import Record
from ivr.understanding.understander import Understander
from ivr.ways_of_dialling import WaysOfDialling
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage
from tests.journeys.test_what_may_go_wrong import broken, unwritable


async def records_of(stage: JourneyStage, caller: Caller) -> tuple[CallRecord, ...]:
    """Newest first."""
    contact = await stage.book.contact_by_number(caller.number, stage.file.default_tier)
    return await stage.calls.of_contact(contact.id)


async def test_a_kept_callback_is_on_record(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    promise = await stage.owes(mia)
    mia.will_pick_up(after=5)
    await stage.at(66)
    (begun,) = await records_of(stage, mia)
    assert (begun.promise, begun.answered_at, begun.ended_at) == (promise.id, None, None)
    await stage.at(75)
    (record,) = await records_of(stage, mia)
    running = await stage.only_promise()
    assert record.id == running.attempt
    assert (record.dialled, record.agent, record.case) == (mia.number, "ana", promise.case)
    assert (record.queue, record.urgency, record.tier) == (promise.queue, promise.urgency.value, promise.tier)
    assert record.language == "en"
    assert "the only one free" in record.receipt
    assert record.answered_at is not None
    assert record.bridged_at is not None
    assert (record.bridged_at - record.answered_at).total_seconds() == 2  # the hello
    await mia.hangs_up(at=90)
    (record,) = await records_of(stage, mia)
    assert (record.ended_by, record.ended_at) == ("them", stage.clock.now())
    assert record.recording is None


async def test_the_agent_who_ends_a_callback_is_us(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.at(70)
    await ana.hangs_up(at=80)
    assert (await stage.record_of(mia)).ended_by == "us"


@pytest.mark.parametrize(("status", "ended_by"), [(486, "them"), (603, "them"), (404, "them"), (503, "fault")])
async def test_a_callback_that_reached_nobody_says_who_ended_it(
    stage: JourneyStage, status: int, ended_by: str
) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_refuse(status, after=3)
    await stage.at(80)
    (record,) = await records_of(stage, mia)
    assert (record.ended_by, record.answered_at, record.bridged_at) == (ended_by, None, None)


async def test_every_attempt_has_its_own_record(stage: JourneyStage) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    ana.will_not_answer()
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.at(120)
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE, AttemptOutcome.ANSWERED]
    second, first = await records_of(stage, mia)
    assert (first.agent, first.ended_by, first.answered_at) == ("ana", "us", None)
    assert (second.agent, second.ended_at) == ("dee", None)
    assert dee.talks_with(mia)


async def test_an_attempt_that_is_called_off_before_any_phone_rings_has_its_record(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    promise = await stage.owes(mia)
    await stage.at(59.5)
    dispatcher, starting = stage.switchboard.dispatcher, stage.book.start_attempt

    async def start_late(promise_id: str, agent: str) -> Promise:
        started = await starting(promise_id, agent)
        dispatcher.hang_up(agent)
        return started

    monkeypatch.setattr(stage.book, "start_attempt", start_late)
    await stage.at(62)
    assert (ana.rung, mia.rung) == (0, 0)
    assert await stage.attempts() == [AttemptOutcome.AGENT_UNREACHABLE]
    (record,) = await records_of(stage, mia)
    assert (record.promise, record.ended_by, record.answered_at) == (promise.id, "us", None)


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_a_callback_is_recorded_where_the_tier_allows(
    file: HotlineFile, understander: Understander, no_hidden_faults: None, tmp_path: Path, is_recorded: bool
) -> None:
    tiers = {name: tier.model_copy(update={"record": is_recorded}) for name, tier in file.tiers.items()}
    stage = JourneyStage(file.model_copy(update={"tiers": tiers}), understander, recordings=tmp_path)
    await stage.open()
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.at(75)
    record = await stage.record_of(mia)
    if is_recorded:
        assert stage.sent(Record) == [Record(mia.leg, str(tmp_path / f"{record.id}.wav"))]
        assert record.recording == f"{record.id}.wav"
    else:
        assert stage.sent(Record) == []
        assert record.recording is None
    await stage.close()


@pytest.mark.parametrize("step", ["begin", "update", "finish"])
async def test_a_callback_whose_record_cannot_be_written_is_made_all_the_same(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    monkeypatch.setattr(stage.calls, step, unwritable)
    await stage.at(75)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT
    await mia.hangs_up(at=90)
    await stage.at(110)
    await stage.is_at_rest()


async def test_a_callback_that_fails_by_our_own_fault_says_so_on_its_record(
    file: HotlineFile, understander: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = JourneyStage(file, understander)
    await stage.open()
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    monkeypatch.setattr(WaysOfDialling, "connect", broken)
    await stage.at(65)
    assert (await stage.record_of(mia)).ended_by == "fault"
    assert await stage.attempts() == [AttemptOutcome.FAILED]
    await stage.close()


async def test_the_agent_of_a_callback_sees_what_was_said_in_the_call_before(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    busy, mia = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("my lawyer will write to you", at=0)
    await stage.at(18)
    await mia.rings(at=20)
    await mia.says("you will hear from my lawyer", at=24)
    await mia.presses("1", at=31)
    await mia.presses("1", at=35)
    await stage.at(45)
    assert not mia.is_on_a_call
    promise = await stage.only_promise()
    assert promise.opens is not None
    await busy.hangs_up(at=50)
    mia.will_refuse(486)
    await stage.at_moment(promise.opens)
    await stage.at(round(stage.seconds) + 20)
    assert await stage.attempts() == [AttemptOutcome.BUSY]
    again = (await stage.only_promise()).not_before
    assert again is not None
    mia.will_pick_up()
    await stage.at_moment(again)
    await stage.at(stage.seconds + 10)
    assert ana.talks_with(mia)
    view = await stage.desk.current("ana")
    assert view is not None
    assert "you will hear from my lawyer" in [line.text for line in view.transcript]


async def test_what_was_said_about_another_case_is_not_shown(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia, "delivery", opens=200)
    await mia.rings(at=10)
    await mia.presses("2", at=15)
    await stage.at(25)
    await mia.hangs_up(at=60)
    await stage.at(215)
    assert ana.talks_with(mia)
    view = await stage.desk.current("ana")
    assert view is not None
    assert view.promise is not None
    assert view.transcript == ()
