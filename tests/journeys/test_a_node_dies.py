"""Who waited at a node that died is called back, and keeps their place."""

from __future__ import annotations

from callbacks.model import PromiseKind, PromiseState
from ivr.lost_node import LostNode
from tests.journeys.full_floor import ana_talks, waits
from tests.journeys.stage import JourneyStage


async def test_who_waited_is_promised_a_callback_at_their_place_and_rings_again_to_it(stage: JourneyStage) -> None:
    await ana_talks(stage)
    caller, work = await waits(stage, "+821011110002", at=30)
    _, later = await waits(stage, "+821011110003", at=60)
    lost = LostNode(lambda: stage.services)
    await lost.mend("", [work], [])
    await lost.mend("", [work], [])  # the next leader may be told of it again
    await caller.hangs_up(at=81)
    (owed,) = await stage.book.owed_to((await stage.calls.call(work.id)).contact)
    assert (owed.kind, owed.opens, owed.case) == (
        PromiseKind.CALLBACK,
        work.since,
        (await stage.calls.call(work.id)).case,
    )
    assert (await stage.calls.call(work.id)).ended_by == "fault"
    await stage.at(84)
    assert [one.work.id for one in stage.floor.waiting()] == [owed.id, later.id]

    known = set(stage.switchboard.sessions)
    await caller.rings(at=90)
    await caller.presses("1", at=96)  # it is about what is owed
    await caller.presses("2", at=115)  # waiting suits them better than another call back
    await stage.at(120)
    (again,) = set(stage.switchboard.sessions) - known
    places = {one.work.id: one.work.since for one in stage.floor.waiting()}
    assert places[again] == work.since < places[later.id]
    assert [one.work.id for one in stage.floor.waiting()] == [again, later.id]


async def test_an_offer_of_a_lost_node_stands_no_more_and_an_attempt_keeps_its_lease(stage: JourneyStage) -> None:
    await ana_talks(stage)
    _, work = await waits(stage, "+821011110002", at=30)
    await LostNode(lambda: stage.services).mend("", [work], [])
    (owed,) = await stage.book.owed_to((await stage.calls.call(work.id)).contact)
    await stage.at(55)
    offered = await stage.book.offer(owed.id, "ana")
    assert offered.state is PromiseState.OFFERED
    (promised,) = [one.work for one in stage.floor.waiting() if one.work.id == owed.id]
    await LostNode(lambda: stage.services).mend("", [], [promised])
    assert (await stage.book.promise(owed.id)).state is PromiseState.DUE


async def test_who_withheld_their_number_is_not_promised_what_cannot_be_done(stage: JourneyStage) -> None:
    await ana_talks(stage)
    _, work = await waits(stage, "anonymous", at=30)
    await LostNode(lambda: stage.services).mend("", [work], [])
    assert await stage.book.open_promises() == ()
