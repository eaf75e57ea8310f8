"""The hotline is told to stop: whoever is on the line may finish, and nobody is left without a word."""

from __future__ import annotations

import asyncio

import pytest

from callbacks.model import AttemptOutcome, PromiseKind, PromiseState
from config.errors import DatabaseFault, Refused
from config.hotline_file import HotlineFile
from ivr.desk import Stage
from ivr.drain_moves import LEAVE_SECONDS, WARNING_SECONDS, Move, next_move
from ivr.draining import Draining
from ivr.events import HotlineDraining
from ivr.flow.phases import Phase
from ivr.messages import Drain
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from routing.changes import Change, WorkLeft
from routing.outcomes import Outcome
from routing.work import WorkKind
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage
from tests.journeys.test_a_follow_up import AFTER, at_its_time, solved_case
from tests.journeys.test_transfers import talking
from tests.journeys.test_ways_of_dialling import dialling
from tests.journeys.world import CHOICE, MUSIC

LIMIT = 120.0


class Drained:
    """A stage that is told to stop."""

    def __init__(self, stage: JourneyStage, limit: float) -> None:
        self.draining = Draining(stage.services, stage.switchboard, stage.keeper, stage.own_calls, stage.renegotiating)
        self._stage = stage
        self._begun = stage.seconds
        self._running = asyncio.ensure_future(self.draining.run(limit))

    @property
    def is_over(self) -> bool:
        return self._running.done()

    async def after(self, seconds: float) -> None:
        """So many seconds after the beginning."""
        await self._stage.at(self._begun + seconds)

    async def ends(self) -> None:
        """The rest of the hotline is stopped too, and everybody is off the line."""
        assert self.is_over
        self._running.result()
        await self._stage.is_at_rest()


async def drain(stage: JourneyStage, limit: float = LIMIT) -> Drained:
    drained = Drained(stage, limit)
    await stage.settle()
    return drained


async def test_with_nobody_on_the_line_a_drain_is_over_at_once(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    drained = await drain(stage)
    await drained.ends()


async def test_new_calls_are_refused_and_screens_are_told_until_when(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    drained = await drain(stage)
    assert drained.draining.is_on
    assert stage.sent(Drain) == [Drain(on=True)]
    (told,) = stage.told(HotlineDraining)
    assert isinstance(told, HotlineDraining)
    assert (told.until - told.at).total_seconds() == LIMIT


async def test_a_caller_in_the_flow_gets_to_an_agent_and_to_the_end_as_ever(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    drained = await drain(stage)
    await mia.says("the charger is smoking", at=4)
    await mia.presses("1", at=11)
    await stage.at(21)
    assert mia.talks_with(ana)
    assert not drained.is_over
    await mia.hangs_up(at=60)
    await stage.at(61)
    await drained.ends()
    assert (await stage.record_of(mia)).ended_by == "them"


async def waiting(stage: JourneyStage, number: str = "+821011110002") -> Caller:
    """In the queue since second 17: the only agent's phone rings, and nobody picks it up."""
    ana, mia = stage.agent("ana"), stage.caller(number)
    ana.will_not_answer()
    await stage.on_shift("ana")
    if number == "anonymous":
        await mia.rings(at=1)
        await mia.says("I want my money back", at=5)
        await mia.presses("1", at=12)
        await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "wait-soon", MUSIC, by=17)
    else:
        await mia.complains("I want my money back", at=1)
    return mia


async def test_who_still_waits_at_the_limit_is_promised_a_call_before_hearing_of_it(stage: JourneyStage) -> None:
    mia = await waiting(stage)
    drained = await drain(stage, 10)
    stage.stores.book.may_commit.clear()
    await drained.after(11)
    assert not stage.agent("ana").is_on_a_call
    await mia.hears(by=29)
    stage.stores.book.may_commit.set()
    await mia.hears("stopping", "callback-made", "goodbye-promise", by=30)
    promise = await stage.only_promise()
    assert (promise.kind, promise.state, promise.queue) == (PromiseKind.CALLBACK, PromiseState.OWED, "general")
    assert promise.reference in mia.text_of("callback-made")
    assert promise.case is not None
    await stage.at(33)
    await drained.ends()
    assert (await stage.record_of(mia)).ended_by == "stop"
    assert stage.floor.figures().abandoned == 0


async def test_who_has_not_said_what_it_is_about_is_asked_to_ring_again(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await mia.rings("1003", at=0)
    drained = await drain(stage, 4)
    await mia.hears("greeting", "ask-problem", "stopping", "stopping-again", "goodbye", by=5)
    assert {one.language for one in mia.heard()} == {"ko"}
    await stage.at(8)
    await drained.ends()
    assert stage.stores.book.pages.promises == {}


async def test_who_withholds_their_number_is_promised_nothing(stage: JourneyStage) -> None:
    mia = await waiting(stage, "anonymous")
    drained = await drain(stage, 2)
    await mia.hears("stopping", "stopping-again", "goodbye", by=20)
    await stage.at(23)
    await drained.ends()
    assert stage.stores.book.pages.promises == {}


async def test_a_promise_that_is_just_being_made_is_the_only_one(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "nobody-free", *CHOICE, by=18)
    stage.stores.book.may_commit.clear()
    await mia.presses("1", at=19)
    drained = await drain(stage, 1)
    await mia.hears(by=22)
    stage.stores.book.may_commit.set()
    await mia.hears("stopping", "callback-made", "goodbye-promise", by=23)
    await stage.at(27)
    await drained.ends()
    assert (await stage.only_promise()).state is PromiseState.OWED


async def test_who_is_owed_a_call_already_is_promised_no_second_one(stage: JourneyStage) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110001")
    ana.will_not_answer()
    await stage.owes(mia, opens=600)
    await stage.on_shift("ana")
    await mia.rings(at=1)
    await mia.presses("1", at=8)
    await stage.at(15)
    assert stage.switchboard.sessions[stage.call_of(mia)].phase is Phase.WAITING
    drained = await drain(stage, 1)
    await stage.at(18)
    assert [one.prompt for one in mia.heard()][-2:] == ["stopping", "goodbye-promise"]
    await stage.at(21)
    await drained.ends()
    assert await stage.promise_state() is PromiseState.OWED


async def test_a_goodbye_that_is_being_said_is_not_said_anew(stage: JourneyStage) -> None:
    mia = stage.caller("anonymous")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await stage.at(14)
    drained = await drain(stage, 1)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "nobody-free", "goodbye", by=17)
    await stage.at(20)
    await drained.ends()


async def test_who_talks_is_warned_and_then_taken_leave_of(stage: JourneyStage) -> None:
    ana, mia, _ = await talking(stage)
    drained = await drain(stage, 40)
    await drained.after(40 - WARNING_SECONDS - 1)
    assert mia.talks_with(ana)
    await drained.after(40 - WARNING_SECONDS + 1)
    assert [phone.heard()[-1].prompt for phone in (ana, mia)] == ["stopping-soon", "stopping-soon"]
    await drained.after(40 - WARNING_SECONDS + 3)
    assert mia.talks_with(ana)
    await drained.after(41)
    assert [one.prompt for one in mia.heard()][-2:] == ["stopping", "goodbye"]
    await drained.after(44)
    await drained.ends()
    record = await stage.record_of(mia)
    assert (record.agent, record.ended_by) == ("ana", "stop")
    assert stage.state_of("ana") is AgentState.WRAP_UP
    assert stage.stores.book.pages.promises == {}  # an agent has spoken with them, and knows what is owed


async def test_who_is_on_hold_goes_on_hearing_music(stage: JourneyStage) -> None:
    _, mia, _ = await talking(stage)
    await stage.conversations.hold("ana", True)
    drained = await drain(stage, 20)
    await drained.after(19)
    assert mia.heard()[-1].prompt == MUSIC
    await drained.after(21)
    assert mia.heard()[-1].prompt == "goodbye"


async def test_a_promise_that_falls_due_meanwhile_rings_nobody_and_stays_due(stage: JourneyStage) -> None:
    mia, lee = stage.caller("+821011110001"), stage.caller("+821011110002")
    await stage.owes(lee, opens=5)
    await mia.rings(at=1)
    drained = await drain(stage, 60)
    (ana,) = await stage.on_shift("ana")
    await stage.at(10)
    assert await stage.promise_state() is PromiseState.DUE
    promise = (await stage.only_promise()).id
    with pytest.raises(Refused, match="about to stop"):
        await stage.desk.claim("ana", promise)
    await mia.hangs_up(at=12)
    await stage.at(13)
    await drained.ends()
    assert (ana.rung, lee.rung) == (0, 0)
    assert await stage.attempts() == []


async def test_a_promise_that_waits_or_is_only_shown_to_an_agent_goes_back_into_the_book(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    stage = JourneyStage(dialling(file, "preview"), understander)
    await stage.open()
    mia, lee = stage.caller("+821011110001"), stage.caller("+821011110002")
    await stage.owes(mia)
    await stage.owes(lee)
    (ana,) = await stage.on_shift("ana")
    await stage.at(65)
    held = await stage.desk.current("ana")
    assert held is not None
    assert held.stage is Stage.PREVIEW
    assert len(stage.floor.waiting()) == 1
    drained = await drain(stage)
    await stage.at(68)
    await drained.ends()
    assert {one.state for one in stage.stores.book.pages.promises.values()} == {PromiseState.DUE}
    assert (ana.rung, mia.rung, lee.rung) == (0, 0, 0)
    assert stage.state_of("ana") is AgentState.READY
    await stage.close()


async def test_a_callback_under_way_is_kept_and_then_taken_leave_of(stage: JourneyStage) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110002")
    ana.will_pick_up()
    mia.will_pick_up(after=5)
    await stage.on_shift("ana")
    await stage.owes(mia)
    await stage.at(63)
    drained = await drain(stage, 20)
    await drained.after(19)
    assert mia.talks_with(ana) or mia.heard()[-1].prompt == "stopping-soon"
    assert await stage.promise_state() is PromiseState.KEPT
    await drained.after(21)
    assert [one.prompt for one in mia.heard()][-2:] == ["stopping", "goodbye"]
    await drained.after(24)
    await drained.ends()
    assert (await stage.record_of(mia)).ended_by == "stop"
    assert await stage.attempts() == [AttemptOutcome.ANSWERED]


async def test_a_follow_up_under_way_ends_with_a_goodbye(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    rules = file.follow_up.model_copy(update={"after_hours": AFTER.total_seconds() / 3600})
    stage = JourneyStage(file.model_copy(update={"follow_up": rules}), understander)
    await stage.open()
    mia, _, promise = await solved_case(stage)
    start = await at_its_time(stage, promise)
    mia.will_pick_up()
    await mia.hears("follow-up-hello", "follow-up-solved", by=start + 6)
    drained = await drain(stage, 1)
    await mia.hears("stopping", "goodbye", by=start + 8)
    await stage.at(start + 12)
    await drained.ends()
    await stage.close()


async def test_a_drain_ends_at_its_limit_whatever_hangs(stage: JourneyStage) -> None:
    mia = await waiting(stage)
    stage.stores.book.may_commit.clear()
    drained = await drain(stage, 10)
    await drained.after(10 + LEAVE_SECONDS - 1)
    assert not drained.is_over
    await drained.after(10 + LEAVE_SECONDS + 1)
    assert drained.is_over
    assert mia.is_on_a_call  # what is left is ended by the stop
    stage.stores.book.may_commit.set()


@pytest.mark.parametrize(
    ("under_way", "elapsed", "limit", "done", "move"),
    [
        (0, 0, 120, (), Move.STOP),
        (3, 0, 0, (), Move.STOP),
        (3, 0, 120, (), Move.WAIT),
        (3, 104.9, 120, (), Move.WAIT),
        (3, 105, 120, (), Move.WARN),
        (3, 106, 120, (Move.WARN,), Move.WAIT),
        (3, 0, 10, (), Move.WARN),
        (3, 120, 120, (Move.WARN,), Move.TAKE_LEAVE),
        (3, 130, 120, (Move.WARN, Move.TAKE_LEAVE), Move.WAIT),
        (3, 145, 120, (Move.WARN, Move.TAKE_LEAVE), Move.STOP),
        (0, 121, 120, (Move.WARN, Move.TAKE_LEAVE), Move.STOP),
    ],
)
def test_what_a_drain_does_next(
    under_way: int, elapsed: float, limit: float, done: tuple[Move, ...], move: Move
) -> None:
    assert next_move(under_way, elapsed, limit, frozenset(done)) is move


async def test_a_conversation_that_outlived_its_process_is_taken_leave_of_too(stage: JourneyStage) -> None:
    await talking(stage)
    reborn = await stage.crash(edge_survives=True)
    try:
        ana, mia = reborn.agent("ana"), reborn.caller("+821011110002")
        drained = await drain(reborn, 20)
        await drained.after(6)
        assert [phone.heard()[-1].prompt for phone in (ana, mia)] == ["stopping-soon", "stopping-soon"]
        await drained.after(21)
        assert [one.prompt for one in mia.heard()][-2:] == ["stopping", "goodbye"]
        await drained.after(24)
        await drained.ends()
        assert (await reborn.record_of(mia)).ended_by == "stop"
    finally:
        await reborn.close()


async def test_without_a_database_calls_still_end_by_themselves(
    stage: JourneyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, mia, _ = await talking(stage)
    await stage.owes(stage.caller("+821011110003"), opens=1)
    await stage.at(23)
    assert [one.work.kind for one in stage.floor.waiting()] == [WorkKind.PROMISE]
    feed = stage.floor.feed

    async def away(change: Change) -> tuple[Outcome, ...]:
        if isinstance(change, WorkLeft):
            raise DatabaseFault("the database cannot be reached")
        return await feed(change)

    monkeypatch.setattr(stage.floor, "feed", away)
    drained = await drain(stage)
    assert not drained.is_over
    assert mia.talks_with(ana)
    monkeypatch.undo()
    await mia.hangs_up(at=40)
    await stage.at(41)
    assert drained.is_over
