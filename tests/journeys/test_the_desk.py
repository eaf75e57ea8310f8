"""What agents and supervisors do on their screens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.model import AttemptOutcome, CaseStatus, PromiseKind, PromiseState
from config.errors import NotFound, Refused
from ivr.desk import Stage
from routing.agents import AgentState
from routing.work import WorkKind
from tests.journeys.stage import JourneyStage


async def test_a_declined_caller_goes_to_the_next_agent_and_the_one_who_declined_is_paused(
    stage: JourneyStage,
) -> None:
    ana, dee = await stage.on_shift("ana", "dee")
    ana.will_pick_up(after=10)
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    offered = await stage.desk.current("ana")
    assert offered is not None
    assert (offered.stage, offered.kind, offered.number) == (Stage.OFFERED, WorkKind.CALL, mia.number)
    assert offered.case is not None
    await stage.desk.decline("ana", offered.work)
    await stage.at(22)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.PAUSED
    assert mia.talks_with(dee)
    with pytest.raises(Refused):
        await stage.desk.decline("ana", offered.work)


async def test_a_declined_promise_is_due_again_for_another_agent(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_pick_up(after=10)
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    await stage.at(63)
    await stage.desk.decline("ana", promise.id)
    await stage.at(66)
    assert stage.state_of("ana") is AgentState.PAUSED
    assert not ana.is_on_a_call
    (dee,) = await stage.on_shift("dee")
    await stage.at(85)
    assert dee.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT


async def test_what_is_over_can_no_longer_be_declined(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hangs_up(at=30)
    view = await stage.desk.current("ana")
    assert view is not None
    assert view.stage is Stage.WRAP_UP
    with pytest.raises(Refused):
        await stage.desk.decline("ana", view.work)


async def test_a_promise_of_the_team_is_claimed_and_kept(stage: JourneyStage) -> None:
    await stage.desk.sign_in("ana")
    ana, mia = stage.agent("ana"), stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=0.5)
    await stage.at(5)
    assert [one.id for one in await stage.desk.team("ana")] == [promise.id]
    await stage.desk.claim("ana", promise.id)
    await stage.at(12)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT
    assert (await stage.only_promise()).owner == "ana"
    with pytest.raises(Refused):
        await stage.desk.claim("ana", promise.id)
    await stage.desk.hang_up("ana")
    await stage.at(13)
    assert not mia.is_on_a_call
    await stage.desk.finish("ana", AttemptOutcome.ANSWERED, solved=True, note="sent a new kettle")
    (case,) = await stage.book.cases_of(promise.contact)
    assert case.status is CaseStatus.SOLVED
    assert [owed.kind for owed in await stage.book.owed_to(promise.contact)] == [PromiseKind.FOLLOW_UP]
    await stage.is_at_rest()


async def test_a_promise_cannot_be_claimed_before_its_window(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=600)
    with pytest.raises(Refused):
        await stage.desk.claim("ana", promise.id)
    await stage.at(10)
    assert stage.state_of("ana") is AgentState.READY
    assert (await stage.only_promise()).owner is None
    assert mia.rung == 0


async def test_who_is_not_at_work_cannot_claim(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=0.5)
    await stage.at(5)
    with pytest.raises(Refused):
        await stage.desk.claim("ana", promise.id)
    assert (await stage.only_promise()).owner is None


async def test_a_promise_whose_contact_is_on_the_line_cannot_be_claimed(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=10)
    await mia.rings(at=5)
    await stage.at(15)
    with pytest.raises(Refused):
        await stage.desk.claim("ana", promise.id)
    await stage.at(20)
    assert ana.rung == 0
    assert stage.state_of("ana") is AgentState.READY


async def test_a_claim_that_comes_too_late_leaves_the_agent_free(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=10)
    await mia.rings(at=5)
    await stage.at(15)
    monkeypatch.setattr(stage.switchboard.dispatcher, "is_on_the_line", lambda contact: False)
    await stage.desk.claim("ana", promise.id)  # as if the contact had rung in just after the desk looked
    await stage.at(16)
    assert ana.rung == 0
    assert stage.state_of("ana") is AgentState.READY
    assert await stage.desk.current("ana") is None
    assert stage.floor.waiting() == ()


async def test_an_agent_who_hangs_up_what_only_rings_has_declined_it(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_not_answer()
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.desk.hang_up("ana")
    await stage.at(17)
    assert not ana.is_on_a_call
    assert stage.state_of("ana") is AgentState.PAUSED


async def test_a_promise_that_was_busy_can_be_claimed_again_in_the_wrap_up(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    mia.will_refuse(486)
    await stage.at(66)
    assert stage.state_of("ana") is AgentState.WRAP_UP
    mia.will_pick_up()
    await stage.desk.claim("ana", promise.id)
    await stage.at(75)
    assert ana.talks_with(mia)
    assert await stage.attempts() == [AttemptOutcome.BUSY, AttemptOutcome.ANSWERED]


async def test_a_voicemail_has_not_kept_the_promise(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.at(70)
    assert await stage.promise_state() is PromiseState.KEPT
    with pytest.raises(Refused):
        await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="")
    await ana.hangs_up(at=80)
    await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="only a machine")
    promise = await stage.only_promise()
    assert promise.state is PromiseState.OWED
    assert promise.not_before == stage.clock.now() + timedelta(hours=1)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_a_voicemail_can_still_be_noted_when_the_wrap_up_has_ended_by_itself(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.at(70)
    await ana.hangs_up(at=80)
    await stage.at(140)
    assert stage.state_of("ana") is AgentState.READY
    await stage.desk.pause("ana", "lunch")
    await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="only a machine")
    promise = await stage.only_promise()
    assert promise.state is PromiseState.OWED
    assert promise.not_before == stage.clock.now() + timedelta(hours=1)
    assert stage.state_of("ana") is AgentState.PAUSED
    with pytest.raises(Refused):  # once is enough
        await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="only a machine")


async def test_a_case_can_still_be_solved_when_the_wrap_up_has_ended_by_itself(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hangs_up(at=30)
    await stage.at(100)
    assert stage.state_of("ana") is AgentState.READY
    await stage.desk.finish("ana", None, solved=True, note="paid back")
    contact = await stage.book.contact_by_number(mia.number, stage.file.default_tier)
    (case,) = await stage.book.cases_of(contact.id)
    assert case.status is CaseStatus.SOLVED
    assert stage.state_of("ana") is AgentState.READY


async def test_who_hung_up_on_the_whisper_has_nothing_to_finish(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    ana.will_pick_up(after=5)
    await mia.complains("i want a refund", at=0)
    await ana.hears("whisper-call", by=20.5)
    await ana.hangs_up(at=20.5)
    assert stage.state_of("ana") is AgentState.PAUSED
    with pytest.raises(Refused):
        await stage.desk.finish("ana", None, solved=True, note="")


async def test_what_was_finished_by_hand_is_not_finished_again(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await ana.hangs_up(at=30)
    await stage.desk.finish("ana", None, solved=False, note="paid back")
    with pytest.raises(Refused):
        await stage.desk.finish("ana", None, solved=False, note="paid back")


async def test_the_next_work_ends_what_can_be_noted_of_the_last_one(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia, lee = stage.caller("+821011110001"), stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.at(70)
    await ana.hangs_up(at=80)
    await stage.at(140)
    ana.will_not_answer()
    await lee.complains("i want a refund", at=150)
    with pytest.raises(Refused):
        await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="")
    await stage.at(200)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    with pytest.raises(Refused):
        await stage.desk.finish("ana", AttemptOutcome.VOICEMAIL, solved=False, note="")
    assert await stage.promise_state() is PromiseState.KEPT


async def test_an_outcome_noted_for_an_attempt_that_failed_anyway_ends_the_wrap_up(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_refuse(486)
    await stage.at(66)
    await stage.desk.finish("ana", AttemptOutcome.BUSY, solved=False, note="")
    assert stage.state_of("ana") is AgentState.READY
    assert await stage.attempts() == [AttemptOutcome.BUSY]


async def test_a_renegotiated_promise_leaves_the_floor_and_comes_back_in_its_new_window(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    await stage.at(65)
    assert [work.work.id for work in stage.floor.waiting()] == [promise.id]
    now = stage.clock.now()
    await stage.desk.renegotiate(
        "ana", promise.id, now + timedelta(seconds=100), now + timedelta(hours=2), "the part comes later"
    )
    await stage.at(70)
    assert stage.floor.waiting() == ()
    (ana,) = await stage.on_shift("ana")
    await stage.at(160)
    assert mia.rung == 0
    await stage.at(175)
    assert ana.talks_with(mia)
    board = await stage.desk.wallboard()
    assert board.promises[PromiseState.RENEGOTIATED] == 1
    assert board.promises[PromiseState.KEPT] == 1


async def test_the_wallboard_adds_up(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    for number in range(4):
        await stage.owes(stage.caller(f"+82101111000{number}"), opens=60 + 3000 * number)
    stage.caller("+821011110000").will_refuse(404)
    waiting, talking = stage.caller("+821011110010"), stage.caller("+821011110011")
    await stage.at(100)
    await talking.complains("i want a refund", at=100)
    await waiting.rings(at=120)
    await waiting.says("i want a refund", at=124)
    await waiting.presses("1", at=131)
    await waiting.presses("2", at=136)
    await stage.at(140)
    board = await stage.desk.wallboard()
    assert sum(board.promises.values()) == 4
    assert (board.promises[PromiseState.BROKEN], board.promises[PromiseState.OWED]) == (1, 3)
    assert (board.offered, board.answered, board.answered_in_time, board.abandoned) == (2, 1, 1, 0)
    assert [work.work for work in board.waiting] == [stage.call_of(waiting)]
    assert {agent.id: agent.state for agent in board.agents}["ana"] == AgentState.TALKING
    assert board.at == stage.clock.now()


async def test_unknown_names_are_told_apart_from_what_is_refused(stage: JourneyStage) -> None:
    with pytest.raises(NotFound):
        await stage.desk.agent("nobody")
    with pytest.raises(NotFound):
        await stage.desk.claim("ana", "no such promise")
    with pytest.raises(NotFound):
        await stage.desk.open_problem("a fault", "no such category", None, "")
    with pytest.raises(Refused):
        await stage.desk.hang_up("ana")
