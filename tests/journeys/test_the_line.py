"""Phones and lines: what the record says of them, and agents with more phones than one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from config.hotline_file import HotlineFile
from ivr.messages import Dial, EndedBy, HangUp, LegEnded, MediaReport, PickUp
from ivr.scripted_edge import NeverAnswers, PicksUp
from ivr.understanding.understander import Understander
from tests.journeys.stage import JourneyStage

REPORT = MediaReport(500, 490, 10, jitter=3.5, lost_there=2, jitter_there=1.25, round_trip=18.0)
MOBILE = "+821055509999"


async def test_a_call_on_record_says_what_its_line_was_like(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await mia.rings(at=0)
    await stage.at(5)
    stage.edge.tell(LegEnded(mia.leg, EndedBy.THEM, REPORT))
    await stage.settle()
    record = await stage.record_of(mia)
    assert (record.codec, record.packets_sent, record.packets_received, record.packets_lost) == ("G722", 500, 490, 10)
    assert (record.lost_there, record.jitter, record.jitter_there, record.round_trip) == (2, 3.5, 1.25, 18.0)


async def test_a_callback_on_record_says_what_the_contacts_line_was_like(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await stage.owes(mia)
    mia.will_pick_up(after=5)
    await stage.at(90)
    stage.edge.tell(LegEnded(mia.leg, EndedBy.THEM, REPORT))
    await stage.settle()
    record = await stage.record_of(mia)
    assert (record.codec, record.packets_lost, record.round_trip) == ("G722", 10, 18.0)


@pytest.fixture
async def house_with_a_mobile(file: HotlineFile, understander: Understander) -> AsyncIterator[JourneyStage]:
    """Ana has a mobile beside her desk phone."""
    ana = file.agents["ana"].model_copy(update={"devices": (MOBILE,)})
    stage = JourneyStage(file.model_copy(update={"agents": file.agents | {"ana": ana}}), understander)
    await stage.open()
    yield stage
    await stage.close()


async def test_of_an_agents_phones_the_first_that_can_is_picked_up(house_with_a_mobile: JourneyStage) -> None:
    stage = house_with_a_mobile
    station = stage.file.agents["ana"].station
    stage.edge.outcomes |= {station: NeverAnswers(), MOBILE: NeverAnswers(can_pick_up=True)}
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await mia.complains("I want my money back", at=1)
    offer = await stage.desk.current("ana")
    assert offer is not None
    await stage.desk.accept("ana", offer.work)
    await stage.at(25)
    assert [sent.leg for sent in stage.sent(PickUp)] == [stage.edge.bridges[mia.leg]]
    assert {sent.target: sent.leg for sent in stage.sent(Dial)}[MOBILE] == stage.edge.bridges[mia.leg]


async def test_who_asked_for_a_call_has_the_phone_picked_up_and_only_the_first(
    house_with_a_mobile: JourneyStage,
) -> None:
    stage = house_with_a_mobile
    station = stage.file.agents["ana"].station
    stage.edge.outcomes |= {station: NeverAnswers(can_pick_up=True), MOBILE: NeverAnswers(can_pick_up=True)}
    mia = stage.caller("+821011110002")
    promise = await stage.owes(mia, opens=0)
    await stage.desk.sign_in("ana")
    await stage.desk.claim("ana", promise.id)
    await stage.at(20)
    dialled = {sent.target: sent.leg for sent in stage.sent(Dial)}
    assert [sent.leg for sent in stage.sent(PickUp)] == [dialled[station]]
    assert stage.agent("ana").talks_with(mia)


async def test_an_agents_mobile_rings_with_the_desk_phone_and_the_desk_phone_stops(
    house_with_a_mobile: JourneyStage,
) -> None:
    stage = house_with_a_mobile
    station = stage.file.agents["ana"].station
    stage.edge.outcomes |= {station: NeverAnswers(), MOBILE: PicksUp(after=3)}
    await stage.on_shift("ana")
    mia = stage.caller("+821011110002")
    await mia.complains("I want my money back", at=1)
    await stage.at(25)
    legs = {sent.target: sent.leg for sent in stage.sent(Dial)}
    assert set(legs) == {station, MOBILE}
    assert [sent.leg for sent in stage.sent(HangUp)] == [legs[station]]
    assert stage.edge.bridges[mia.leg] == legs[MOBILE]
