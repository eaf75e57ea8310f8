"""Who is rung first for a promise, and what the other hears meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callbacks.model import AttemptOutcome, Channel, PromiseState
from config.errors import Refused
from config.hotline_file import DialRule, HotlineFile
from ivr.desk import Stage
from ivr.understanding.understander import Understander
from prompts.letters import Template
from routing.agents import AgentState
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC

MIA = "+821011110002"


def dialling(file: HotlineFile, way: str) -> HotlineFile:
    return file.model_copy(update={"callbacks": file.callbacks.model_copy(update={"dialling": way})})


@pytest.fixture
async def contact_first(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> AsyncIterator[JourneyStage]:
    stage = JourneyStage(dialling(file, "contact-first"), understander)
    await stage.open()
    yield stage
    await stage.close()


@pytest.fixture
async def preview(file: HotlineFile, understander: Understander, no_hidden_faults: None) -> AsyncIterator[JourneyStage]:
    stage = JourneyStage(dialling(file, "preview"), understander)
    await stage.open()
    yield stage
    await stage.close()


async def test_contact_first_rings_the_agent_once_the_contact_is_there(contact_first: JourneyStage) -> None:
    stage = contact_first
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    mia.will_pick_up(after=10)
    ana.will_pick_up(after=1)
    await stage.at(65)
    assert (mia.rung, ana.rung) == (1, 0)
    assert stage.state_of("ana") is AgentState.TALKING  # reserved: she gets nothing else meanwhile
    assert await stage.promise_state() is PromiseState.DIALLING
    await mia.hears("callback-hello", by=71)
    assert ana.rung == 1
    await ana.hears("whisper-promise", by=74)
    await stage.at(75)
    assert ana.talks_with(mia)
    assert "contact-wait" not in [played.prompt for played in mia.heard()]
    assert await stage.promise_state() is PromiseState.KEPT
    await mia.hangs_up(at=100)
    await stage.at(120)
    await stage.is_at_rest()


async def test_a_contact_who_must_wait_for_the_agent_is_asked_to_hold(contact_first: JourneyStage) -> None:
    stage = contact_first
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    ana.will_pick_up(after=12)
    await mia.hears("callback-hello", by=64)
    await mia.hears("contact-wait", MUSIC, by=70)  # three seconds after the hello
    await stage.at(76)
    assert ana.talks_with(mia)
    await ana.hangs_up(at=90)
    await stage.at(110)
    await stage.is_at_rest()


async def test_no_agent_waits_for_a_contact_who_does_not_answer(contact_first: JourneyStage) -> None:
    stage = contact_first
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    mia.will_refuse(486, after=4)
    await stage.at(90)
    assert (mia.rung, ana.rung) == (1, 0)
    assert await stage.attempts() == [AttemptOutcome.BUSY]
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_where_no_agent_comes_the_contact_is_told_and_not_rung_again_at_once(
    contact_first: JourneyStage,
) -> None:
    stage = contact_first
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    ana.will_not_answer()
    await stage.at(100)
    heard = [played.prompt for played in mia.heard()]
    assert heard == ["callback-hello", "contact-wait", MUSIC, "agent-missing"]
    assert not mia.is_on_a_call
    assert await stage.attempts() == [AttemptOutcome.FAILED]
    promise = await stage.only_promise()
    assert (promise.state, promise.attempts) == (PromiseState.OWED, 1)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    await stage.at(200)
    assert mia.rung == 1
    await stage.is_at_rest()


async def test_a_contact_who_hangs_up_while_the_agent_is_rung_ends_the_ringing(contact_first: JourneyStage) -> None:
    stage = contact_first
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    ana.will_pick_up(after=20)
    await mia.hears("callback-hello", by=64)
    await mia.hangs_up(at=68)
    assert not ana.is_on_a_call
    assert await stage.attempts() == [AttemptOutcome.REJECTED]
    await stage.at(100)
    assert stage.state_of("ana") is AgentState.READY
    await stage.is_at_rest()


async def test_with_preview_nothing_rings_before_the_agent_says_so(preview: JourneyStage) -> None:
    stage = preview
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    promise = await stage.owes(mia)
    await stage.at(70)
    view = await stage.desk.current("ana")
    assert view is not None
    assert (view.stage, view.number, view.category) == (Stage.PREVIEW, MIA, "refund")
    assert (ana.rung, mia.rung) == (0, 0)
    assert await stage.promise_state() is PromiseState.OFFERED
    with pytest.raises(Refused):
        await stage.desk.dial("ana", "something else")
    await stage.desk.dial("ana", promise.id)
    await stage.at(80)
    assert ana.talks_with(mia)
    assert await stage.promise_state() is PromiseState.KEPT
    with pytest.raises(Refused):
        await stage.desk.dial("ana", promise.id)
    await mia.hangs_up(at=90)
    await stage.at(110)
    await stage.is_at_rest()


async def test_an_agent_who_declines_what_is_shown_rings_nobody(preview: JourneyStage) -> None:
    stage = preview
    ana, dee = await stage.on_shift("ana", "dee")
    mia = stage.caller(MIA)
    promise = await stage.owes(mia)
    await stage.at(65)
    await stage.desk.decline("ana", promise.id)
    await stage.at(68)
    assert stage.state_of("ana") is AgentState.PAUSED
    view = await stage.desk.current("dee")
    assert view is not None
    assert (view.work, view.stage) == (promise.id, Stage.PREVIEW)
    assert (ana.rung, dee.rung, mia.rung) == (0, 0, 0)
    assert (await stage.only_promise()).attempts == 0


async def test_who_does_not_say_when_in_time_is_passed_over(preview: JourneyStage) -> None:
    stage = preview
    await stage.on_shift("ana", "dee")
    mia = stage.caller(MIA)
    promise = await stage.owes(mia)
    await stage.at(60 + 25 + 3)
    assert stage.state_of("ana") is AgentState.UNREACHABLE
    await stage.desk.dial("dee", promise.id)
    await stage.at(100)
    assert await stage.promise_state() is PromiseState.KEPT
    assert stage.agent("ana").rung == 0


async def test_a_contact_who_rings_in_ends_the_preview(preview: JourneyStage) -> None:
    stage = preview
    await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await stage.owes(mia)
    await stage.at(65)
    await mia.rings(at=66)
    assert await stage.promise_state() is PromiseState.OWED
    assert await stage.desk.current("ana") is None
    assert stage.state_of("ana") is AgentState.READY


async def test_a_wrong_number_gives_way_to_the_contacts_other_one(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    stage = JourneyStage(file, understander)
    await stage.open()
    (ana,) = await stage.on_shift("ana")
    mia, at_home = stage.caller(MIA), stage.caller("+82311112222")
    await stage.owes(mia)
    await stage.has_other_numbers(mia, at_home.number)
    mia.will_refuse(404)
    await stage.at(70)
    assert await stage.attempts() == [AttemptOutcome.WRONG_NUMBER]
    await stage.at(140)
    assert (mia.rung, at_home.rung) == (1, 1)
    assert ana.talks_with(at_home)
    assert await stage.promise_state() is PromiseState.KEPT
    await stage.close()


async def test_a_contact_abroad_is_not_rung_in_their_night(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    """At noon in Seoul it is three at night in London."""
    anywhere = file.dialling.model_copy(update={"rules": (DialRule(prefix="+"),)})
    stage = JourneyStage(file.model_copy(update={"dialling": anywhere}), understander)
    await stage.open()
    ann = stage.caller("+442071234567")
    await ann.rings(at=0)
    await ann.says("i want a refund", at=4)
    await ann.presses("1", at=11)
    await stage.at(20)
    await ann.presses("1", at=25)
    promise = await stage.only_promise()
    assert promise.opens == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert "today at eight AM" in ann.text_of("callback-made")
    await stage.close()


async def test_a_contact_whose_only_number_is_wrong_is_written_to(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    stage = JourneyStage(file, understander)
    await stage.open()
    await stage.on_shift("ana")
    mia = stage.caller(MIA)
    contact = await stage.known(MIA, "standard")
    async with stage.stores.book.unit_of_work() as unit:
        await unit.save_contact(replace(contact, channel=Channel.MAIL, mail="mia@example.org"))
    await stage.owes(mia)
    mia.will_refuse(404)
    await stage.at(90)
    assert await stage.promise_state() is PromiseState.BROKEN
    async with stage.stores.book.reading() as reader:
        assert Template.BROKEN in [letter.template for letter in await reader.messages(contact.id)]
    await stage.close()
