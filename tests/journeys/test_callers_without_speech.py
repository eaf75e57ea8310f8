"""Callers who cannot be heard, who say nothing, or whose number we do not see still get through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callbacks.model import PromiseState
from config.hotline_file import HotlineFile
from ivr.understanding.understander import Understander
from tests.journeys.stage import JourneyStage
from tests.journeys.world import CHOICE, MUSIC


@pytest.fixture
async def deaf_stage(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> AsyncIterator[JourneyStage]:
    stage = JourneyStage(file, understander, languages=())
    await stage.open()
    yield stage
    await stage.close()


async def test_without_ears_the_caller_gets_through_by_keys(deaf_stage: JourneyStage) -> None:
    stage = deaf_stage
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    names = list(stage.file.categories)
    await mia.hears("greeting", "ask-problem", by=3)
    menu = ["keys-only", *["keys-menu-item"] * len(names), "keys-menu-end"]
    await mia.presses("1", at=5)
    await mia.hears(*menu, by=6)
    await mia.presses("1", at=7)
    await mia.hears("case-opened", "wait-soon", MUSIC, by=12)
    await stage.at(15)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=40)
    assert (await stage.record_of(mia)).category == names[0]


async def test_without_ears_the_keys_are_offered_by_themselves(deaf_stage: JourneyStage) -> None:
    stage = deaf_stage
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await stage.at(30)
    assert "keys-only" in [played.prompt for played in mia.heard()]


async def test_a_silent_caller_reaches_a_person(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await stage.at(60)
    heard = [played.prompt for played in mia.heard()]
    assert heard[:4] == ["greeting", "ask-problem", "no-input", "ask-problem"]
    assert "keys-menu-end" in heard
    assert mia.talks_with(ana)


async def test_the_number_without_a_language_asks_for_one(stage: JourneyStage) -> None:
    (cho,) = await stage.on_shift("cho")
    mia = stage.caller("+821011110001")
    await mia.rings("1000", at=0)
    await mia.hears("choose-language", by=1)
    await mia.presses("3", at=3)
    await mia.hears("greeting", "ask-problem", by=6)
    assert {played.language for played in mia.heard()[1:]} == {"ko"}
    await mia.says("환불해 주세요", at=7)
    await mia.presses("1", at=12)
    await stage.at(20)
    assert mia.talks_with(cho)
    assert (await stage.record_of(mia)).language == "ko"


async def test_who_never_chooses_a_language_is_spoken_to_in_the_first(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await mia.rings("1000", at=0)
    await stage.at(22)
    spoken = [played for played in mia.heard() if played.prompt == "ask-problem"]
    assert [played.language for played in spoken] == ["en"]


async def test_a_withheld_number_still_reaches_a_person(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("anonymous")
    await mia.complains("i want a refund", at=0)
    await stage.at(20)
    assert mia.talks_with(ana)


async def test_a_withheld_number_waits_instead_of_being_promised_what_cannot_be_kept(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    busy, mia = stage.caller("+821011110001"), stage.caller("anonymous")
    await busy.complains("i want a refund", at=0)
    await mia.rings(at=20)
    await mia.says("i want a refund", at=24)
    await mia.presses("1", at=31)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "wait-minutes", MUSIC, by=38)
    await busy.hangs_up(at=60)
    await stage.at(80)
    assert mia.talks_with(ana)
    assert stage.stores.book.pages.promises == {}


async def test_a_withheld_number_is_told_of_a_known_problem_and_put_through(stage: JourneyStage) -> None:
    await stage.desk.open_problem("The spring update locks people out", "account", None, "")
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("anonymous")
    await mia.rings(at=0)
    await mia.says("i can not log in", at=4)
    await mia.presses("1", at=11)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "known-problem", "wait-soon", MUSIC, by=17)
    await stage.at(20)
    assert mia.talks_with(ana)


async def test_a_withheld_number_cannot_be_offered_a_set_time_even_for_abuse(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller("anonymous")
    await mia.rings(at=0)
    await mia.says("you idiots i want a refund", at=4)
    await mia.presses("1", at=11)
    await stage.at(20)
    assert mia.talks_with(ana)


async def test_a_withheld_number_hears_a_goodbye_when_nobody_is_there(stage: JourneyStage) -> None:
    mia = stage.caller("anonymous")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "nobody-free", "goodbye", by=17)
    await stage.at(20)
    assert not mia.is_on_a_call
    await stage.is_at_rest()


async def test_when_nobody_is_there_a_callback_is_promised(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.presses("1", at=11)
    await mia.hears("greeting", "ask-problem", "confirm", "case-opened", "nobody-free", *CHOICE, by=18)
    await mia.presses("1", at=19)
    await mia.hears("callback-made", "goodbye", by=22)
    assert await stage.promise_state() is PromiseState.OWED
