"""The process dies in the middle: nothing promised is lost, nobody is rung twice at once."""

from __future__ import annotations

from callbacks.model import AttemptOutcome, PromiseState
from tests.journeys.stage import JourneyStage


async def test_an_offer_of_the_last_run_is_made_again(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia)
    await stage.at(61)
    await stage.book.offer(promise.id, "ana")
    reborn = await stage.crash()
    try:
        assert await reborn.promise_state() is PromiseState.DUE
        ana, mia = reborn.agent("ana"), reborn.caller(mia.number)
        await reborn.on_shift("ana")
        await reborn.at(75)
        assert ana.talks_with(mia)
        assert await reborn.promise_state() is PromiseState.KEPT
        assert (ana.rung, mia.rung) == (1, 1)
    finally:
        await reborn.close()


async def test_an_attempt_of_the_last_run_keeps_its_lease_and_is_then_made_anew(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_pick_up(after=20)
    await stage.at(70)
    assert (mia.rung, await stage.promise_state()) == (1, PromiseState.DIALLING)
    reborn = await stage.crash()
    try:
        ana, mia = reborn.agent("ana"), reborn.caller(mia.number)
        await reborn.on_shift("ana")
        await reborn.at(355)
        assert await reborn.promise_state() is PromiseState.DIALLING
        assert (ana.rung, mia.rung) == (0, 0)
        await reborn.at(362)
        assert await reborn.attempts() == [AttemptOutcome.LOST]
        assert await reborn.promise_state() is PromiseState.OWED
        await reborn.at(430)
        assert await reborn.promise_state() is PromiseState.KEPT
        assert (ana.rung, mia.rung) == (1, 1)
        assert len(reborn.stores.book.pages.promises) == 1
        await mia.hangs_up(at=440)
        await reborn.at(460)
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_who_rings_in_during_the_lease_of_a_dead_run_is_served_and_not_rung_again(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    mia.will_pick_up(after=20)
    await stage.at(70)
    reborn = await stage.crash()
    try:
        ana, mia = reborn.agent("ana"), reborn.caller(mia.number)
        await reborn.on_shift("ana")
        await mia.rings(at=80)
        await mia.presses("1", at=85)
        await reborn.at(92)
        assert mia.talks_with(ana)
        await mia.hangs_up(at=120)
        assert await reborn.promise_state() is PromiseState.KEPT
        await reborn.at(600)
        assert mia.rung == 0
        await reborn.is_at_rest()
    finally:
        await reborn.close()


async def test_a_contact_on_the_line_when_the_process_dies_is_not_held_for_ever(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await stage.owes(mia)
    await mia.rings(at=70)
    reborn = await stage.crash()
    try:
        await reborn.at(73)
        assert await reborn.promise_state() is PromiseState.DUE
    finally:
        await reborn.close()
