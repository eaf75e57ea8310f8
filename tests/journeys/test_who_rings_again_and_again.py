"""One caller, however often they ring, has one place on the floor; and no call lasts for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.hotline_file import HotlineFile
from ivr.messages import LegArrived
from tests.journeys.full_floor import ana_talks, waits
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC


async def test_who_rings_again_waits_once_and_at_the_old_place(stage: JourneyStage) -> None:
    await ana_talks(stage)
    _, other = await waits(stage, "+821011110009", at=30)
    _, first = await waits(stage, "+821011110002", at=50)
    _, between = await waits(stage, "+821011110003", at=70)
    caller = stage.caller("+821011110002")
    broken = caller.leg
    known = set(stage.switchboard.sessions)
    await stage.at(90)
    stage.edge.arrive(caller.number, "1001")
    await stage.settle()
    (again,) = set(stage.switchboard.sessions) - known
    await caller.presses("1", at=94)  # it is about the same matter
    await caller.presses("2", at=104)  # no callback: wait
    await stage.at(110)
    work = {one.work.id: one.work.since for one in stage.floor.waiting()}
    assert first.id not in work
    assert set(work) == {other.id, between.id, again}
    assert work[other.id] < work[again] < work[between.id]
    assert [heard.prompt for heard in stage.edge.played if heard.leg == broken][-1] == "goodbye"
    assert not stage.edge.is_live(broken)


async def test_two_callers_without_a_number_are_two_people(stage: JourneyStage) -> None:
    await ana_talks(stage)
    await waits(stage, "anonymous", at=30)
    await waits(stage, "anonymous", at=60)
    assert len(stage.floor.waiting()) == 2


async def test_who_talks_with_an_agent_is_not_put_out_by_the_next_call_of_the_same_number(stage: JourneyStage) -> None:
    mia = await ana_talks(stage)
    talking = mia.leg
    stage.edge.arrive(mia.number, "1001")
    await stage.settle()
    await mia.presses("1", at=26)
    await stage.at(45)
    assert stage.edge.is_live(talking)
    assert stage.edge.bridges[talking] == stage.agent("ana").leg


async def test_a_call_that_never_ends_is_ended_with_a_goodbye(stage: JourneyStage) -> None:
    talking = await ana_talks(stage)
    _, call = await waits(stage, "+821011110002", at=30)
    waiting = stage.caller("+821011110002")
    await stage.at(7220)
    assert waiting.heard()[-1].prompt in (MUSIC, "still-waiting")
    await stage.at(7240)
    assert waiting.heard()[-1].prompt == "goodbye"
    assert not waiting.is_on_a_call
    assert talking.talks_with(stage.agent("ana"))
    assert call.id not in stage.switchboard.sessions
    assert stage.floor.waiting() == ()


@pytest.mark.parametrize("is_verified", [True, False])
async def test_only_who_is_believed_to_be_the_contact_hears_what_is_owed(
    is_verified: bool, stage: JourneyStage
) -> None:
    mia = stage.caller("+821011110002")
    await stage.owes(mia, opens=3600)
    stage.edge.tell(LegArrived("leg-1", mia.number, "1001", is_verified=is_verified))
    await stage.at(5)
    assert ("owed-callback" in [heard.prompt for heard in mia.heard()]) is is_verified
    (session,) = stage.switchboard.sessions.values()
    assert bool(session.contact.numbers) is is_verified


async def test_who_claims_a_vips_number_is_served_as_anybody(stage: JourneyStage, file: HotlineFile) -> None:
    vip = await stage.known("+821011110002", file.default_tier)
    async with stage.stores.book.unit_of_work() as unit:
        await unit.save_contact(replace(vip, tier="vip"))
    stage.edge.tell(LegArrived("leg-1", vip.number, "1001", is_verified=False))
    await stage.at(2)
    stage.edge.tell(LegArrived("leg-2", vip.number, "1001"))
    await stage.at(4)
    forged, true = stage.switchboard.sessions.values()
    assert (forged.contact.tier, true.contact.tier) == (file.default_tier, "vip")


async def test_a_claimed_number_does_not_keep_its_owner_from_being_called(stage: JourneyStage) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110002")
    await stage.owes(mia, opens=5)
    stage.edge.tell(LegArrived("leg-1", mia.number, "1001", is_verified=False))
    ana.will_pick_up()
    await stage.on_shift("ana")
    await stage.at(20)
    assert stage.edge.is_live("leg-1")
    assert mia.rung == 1


async def test_a_new_number_that_nobody_vouches_for_is_served_and_can_be_called_back(stage: JourneyStage) -> None:
    stage.edge.tell(LegArrived("leg-1", "+821011110077", "1001", is_verified=False))
    await stage.at(2)
    (session,) = stage.switchboard.sessions.values()
    assert session.contact.number == "+821011110077"
