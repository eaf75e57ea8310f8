"""Callers ask where things stand, by reference (lesson 24)."""

from __future__ import annotations

from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage


async def keys(caller: Caller, reference: str, *, at: float) -> None:
    for place, digit in enumerate(reference):
        await caller.presses(digit, at=at + place * 0.5)


async def test_the_contact_hears_when_we_call_and_may_speak_to_someone_now(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    promise = await stage.owes(mia, opens=7200)
    await mia.rings(at=0)
    await mia.presses("2", at=7)  # something else than what is owed
    await mia.presses("*", at=9)
    await keys(mia, promise.reference, at=11)
    await stage.at(20)
    heard = [played.prompt for played in mia.heard()]
    assert heard[-4:] == ["status-ask", "status-owed", "owed-callback", "owed-choice"]
    await mia.presses("1", at=22)
    await stage.at(25)
    assert ana.rung == 1
    await mia.hangs_up(at=26)
    await stage.is_at_rest()


async def test_somebody_else_hears_the_stage_alone(stage: JourneyStage) -> None:
    mia, leo = stage.caller("+821011110001"), stage.caller("+821011110002")
    promise = await stage.owes(mia, opens=7200)
    await leo.rings(at=0)
    await leo.says("what is the status of my complaint", at=5)
    await leo.says(" ".join(promise.reference), at=9)
    await stage.at(16)
    assert [played.prompt for played in leo.heard()][2:] == ["status-ask", "status-owed", "goodbye"]
    await stage.at(20)
    assert not leo.is_on_a_call
    await stage.is_at_rest()


async def test_a_wrong_reference_is_asked_again_and_leads_to_a_person(stage: JourneyStage) -> None:
    leo = stage.caller("+821011110002")
    await leo.rings(at=0)
    await leo.presses("*", at=5)
    await keys(leo, "100000", at=7)
    await stage.at(14)
    assert [played.prompt for played in leo.heard()][-2:] == ["status-unknown", "status-ask-again"]
    await leo.presses("4", at=15)
    await leo.presses("#", at=16)
    await keys(leo, "100001", at=20)
    await stage.at(30)
    prompts = [played.prompt for played in leo.heard()]
    assert prompts.count("status-ask-again") == 2  # the third miss asks no more
    assert "nobody-free" in prompts
    await leo.hangs_up(at=31)
    await stage.is_at_rest()
