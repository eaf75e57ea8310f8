"""The process that leads calls dies, and the telephones do not: who talks is left alone, who waits is served."""

from __future__ import annotations

from datetime import timedelta

from callbacks.model import AttemptOutcome, PromiseState
from ivr.messages import Bridge, BridgeSurvived, EndedBy, HangUp, LegEnded, TransferAsked
from routing.agents import AgentState
from tests.journeys.people import Caller, Telephone
from tests.journeys.stage import MONDAY_NOON_IN_SEOUL, JourneyStage

EXPERT = "sip:expert@127.0.0.1:5099"


async def talking(stage: JourneyStage) -> JourneyStage:
    """Ana and mia talk since second 17; at 30 the process dies, and another begins."""
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    assert mia.talks_with(stage.agent("ana"))
    await stage.at(30)
    return await stage.crash(edge_survives=True)


async def test_who_talks_talks_on_and_the_record_is_brought_to_its_end(stage: JourneyStage) -> None:
    reborn = await talking(stage)
    try:
        ana, mia = reborn.agent("ana"), reborn.caller("+821011110001")
        assert mia.talks_with(ana)
        assert reborn.state_of("ana") is AgentState.TALKING
        assert reborn.sent(HangUp) == []
        assert ana.rung == 0
        assert (await reborn.record_of(mia)).ended_at is None
        await mia.hangs_up(at=60)
        assert not ana.is_on_a_call
        assert reborn.state_of("ana") is AgentState.WRAP_UP
        record = await reborn.record_of(mia)
        assert (record.agent, record.ended_by, record.category, record.codec) == ("ana", "them", "refund", "G722")
        assert record.bridged_at is not None
        await reborn.at(200)
        assert reborn.state_of("ana") is AgentState.READY
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_the_desk_shows_whom_the_agent_talks_with(stage: JourneyStage) -> None:
    reborn = await talking(stage)
    try:
        work = await reborn.desk.current("ana")
        assert work is not None
        assert (work.category, work.language, work.number) == ("refund", "en", "+821011110001")
        assert [line.text for line in work.transcript] == ["i want a refund"]
        assert work.case is not None
        await reborn.agent("ana").hangs_up(at=70)
        assert not reborn.caller("+821011110001").is_on_a_call
        assert (await reborn.record_of(reborn.caller("+821011110001"))).ended_by == "us"
        await reborn.desk.finish("ana", None, solved=True, note="paid back")
        assert reborn.state_of("ana") is AgentState.READY
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_an_adopted_caller_can_be_put_through(stage: JourneyStage) -> None:
    reborn = await talking(stage)
    try:
        ana, mia, expert = reborn.agent("ana"), reborn.caller("+821011110001"), Telephone(reborn, EXPERT)
        reborn.edge.tell(TransferAsked(ana.leg, EXPERT))
        await reborn.at(40)
        assert mia.talks_with(expert)
        assert reborn.state_of("ana") is not AgentState.TALKING
        twice_born = await reborn.crash(edge_survives=True)  # and the process dies again
        try:
            mia, expert = twice_born.caller(mia.number), Telephone(twice_born, EXPERT)
            assert mia.talks_with(expert)
            assert twice_born.state_of("ana") is AgentState.SIGNED_OUT
            await expert.hangs_up(at=80)
            record = await twice_born.record_of(mia)
            assert (record.ended_by, record.agent) == ("us", "ana")
            await twice_born.is_at_rest()
        finally:
            await twice_born.close()
    finally:
        await reborn.close()


async def test_a_promise_kept_by_a_call_that_survived_stays_kept(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await stage.at(75)
    assert mia.talks_with(stage.agent("ana"))
    reborn = await stage.crash(edge_survives=True)
    try:
        ana, mia = reborn.agent("ana"), reborn.caller(mia.number)
        assert reborn.state_of("ana") is AgentState.TALKING
        work = await reborn.desk.current("ana")
        assert work is not None
        assert work.promise is not None
        await mia.hangs_up(at=100)
        assert (await reborn.record_of(mia)).ended_by == "them"
        await reborn.at(500)
        assert (ana.rung, mia.rung) == (0, 0)
        assert await reborn.promise_state() is PromiseState.KEPT
        assert await reborn.attempts() == [AttemptOutcome.ANSWERED]
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_a_promise_is_kept_though_the_process_died_before_it_could_write_that_down(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_pick_up(after=5)
    await stage.at(66)
    stage.stores.book.may_commit.clear()
    await stage.at(75)
    assert mia.talks_with(stage.agent("ana"))
    assert await stage.promise_state() is PromiseState.DIALLING
    reborn = await stage.crash(edge_survives=True)
    try:
        await reborn.settle()
        assert await reborn.promise_state() is PromiseState.KEPT
        await reborn.agent("ana").hangs_up(at=100)
        await reborn.at(500)
        assert reborn.caller(mia.number).rung == 0
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def being_rung(stage: JourneyStage) -> Caller:
    """Mia's phone rings for what she is owed; she will not pick up for a while."""
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_pick_up(after=20)
    await stage.at(75)
    assert (mia.rung, await stage.promise_state()) == (1, PromiseState.DIALLING)
    return mia


async def test_who_was_being_rung_is_rung_again_after_the_least_pause(stage: JourneyStage) -> None:
    """The telephones have hung up on them and can say so: the lease of five minutes protects nobody."""
    mia = await being_rung(stage)
    reborn = await stage.crash(edge_survives=True)
    try:
        await reborn.on_shift("ana")
        mia = reborn.caller(mia.number)
        assert await reborn.attempts() == [AttemptOutcome.LOST]
        await reborn.at(134)
        assert mia.rung == 0
        await reborn.at(160)
        assert mia.talks_with(reborn.agent("ana"))
        assert await reborn.attempts() == [AttemptOutcome.LOST, AttemptOutcome.ANSWERED]
        assert mia.rung == 1
    finally:
        await reborn.close()


async def test_what_other_telephones_had_dialled_keeps_its_lease(stage: JourneyStage) -> None:
    """They died as well, a while ago; those that are here know nothing of whom they rang."""
    mia = await being_rung(stage)
    other = await stage.crash()
    await other.at(90)
    reborn = await other.crash(edge_survives=True)
    try:
        await reborn.on_shift("ana")
        await reborn.at(300)
        assert await reborn.promise_state() is PromiseState.DIALLING
        assert reborn.caller(mia.number).rung == 0
    finally:
        await reborn.close()


async def test_while_somebody_talks_of_whom_nothing_is_known_no_lease_is_cut_short(stage: JourneyStage) -> None:
    await being_rung(stage)
    stage.edge.sent.append(Bridge("one", "other", "{}"))
    stage.edge.bridges |= {"one": "other", "other": "one"}
    reborn = await stage.crash(edge_survives=True)
    try:
        assert await reborn.promise_state() is PromiseState.DIALLING
    finally:
        await reborn.close()


async def test_what_the_caller_asked_for_is_kept_by_the_call_that_survived(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia, opens=600)
    await mia.rings(at=10)
    await mia.presses("1", at=17)
    await stage.at(30)
    assert mia.talks_with(stage.agent("ana"))
    reborn = await stage.crash(edge_survives=True)
    try:
        await reborn.caller(mia.number).hangs_up(at=60)
        assert await reborn.promise_state() is PromiseState.KEPT
        await reborn.at(900)
        assert reborn.caller(mia.number).rung == 0
    finally:
        await reborn.close()


async def test_who_talks_is_not_rung_for_what_falls_due_meanwhile(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.owes(mia, opens=60)
    await stage.at(30)
    reborn = await stage.crash(edge_survives=True)
    try:
        await reborn.on_shift("dee")
        await reborn.at(120)
        mia = reborn.caller(mia.number)
        assert mia.talks_with(reborn.agent("ana"))
        assert mia.rung == 0
        assert await reborn.promise_state() is PromiseState.OWED
    finally:
        await reborn.close()


async def test_who_waited_is_led_again_and_has_not_lost_their_place(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    busy, first = stage.caller("+821011110001"), stage.caller("+821011110002")
    await busy.complains("i want a refund", at=0)
    await first.rings(at=20)
    await stage.at(30)
    reborn = await stage.crash(edge_survives=True)
    try:
        ana, busy, first = reborn.agent("ana"), reborn.caller(busy.number), reborn.caller(first.number)
        second = reborn.caller("+821011110003")
        assert len(await reborn.calls.unfinished()) == 2  # the conversation, and the call that first begins anew
        await second.rings(at=31)
        await second.says("i want a refund", at=35)
        await second.presses("1", at=42)
        await first.says("i want a refund", at=43)
        await second.presses("2", at=47)  # both would rather wait than be called back
        await first.presses("1", at=50)
        await first.presses("2", at=55)
        await reborn.at(65)
        since = {entry.work.since - MONDAY_NOON_IN_SEOUL for entry in reborn.floor.waiting()}
        assert since == {timedelta(seconds=20), timedelta(seconds=47)}
        await busy.hangs_up(at=70)
        await reborn.at(110)
        assert first.talks_with(ana)
        records = await reborn.calls.of_contact((await reborn.known(first.number, "standard")).id)
        assert [record.ended_by for record in records] == [None, "fault"]
    finally:
        await reborn.close()


async def test_a_conversation_that_ended_while_nobody_led_it_is_recorded_as_it_ended(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.complains("i want a refund", at=0)
    await stage.at(30)
    ana_leg, mia_leg = stage.agent("ana").leg, mia.leg
    reborn = await stage.crash(edge_survives=True)
    # The edge tells of the end before the conversation could be taken up.
    reborn.edge.tell(LegEnded(mia_leg, EndedBy.THEM))
    reborn.edge.tell(LegEnded(ana_leg, EndedBy.US))
    try:
        await reborn.at(32)
        assert (await reborn.record_of(reborn.caller(mia.number))).ended_by == "them"
        assert reborn.state_of("ana") is AgentState.WRAP_UP
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_two_of_whom_nothing_is_known_are_parted_when_one_hangs_up(stage: JourneyStage) -> None:
    for number, note in enumerate(("", "{}", '{"call": "of another database"}')):
        one, other = f"one{number}", f"other{number}"
        stage.edge.tell(BridgeSurvived(one, other, note))
        await stage.settle()
        assert stage.edge.live_legs() == []
        stage.edge.tell(LegEnded(one, EndedBy.THEM))
        await stage.settle()
        assert stage.sent(HangUp)[-1] == HangUp(other)
        assert not stage.edge.is_live(other)
