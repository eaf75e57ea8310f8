"""The record of calls on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from callbacks.calls.records import Speaker
from config.errors import NotFound, Refused
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made


async def test_a_call_is_begun_bridged_rated_and_finished(house: House) -> None:
    contact = await house.caller()
    begun = await house.calls.begin("call-1", contact=contact, dialled="100", tier="vip", recording="call-1.wav")
    assert await house.calls.call("call-1") == begun
    await house.clock.advance(20)
    await house.calls.update("call-1", agent="jin", bridged_at=house.clock.now())
    await house.calls.update("call-1", rating=5)
    await house.clock.advance(40)
    done = await house.calls.finish("call-1", "them", category="product-fault")
    assert await house.calls.call("call-1") == done
    assert (done.agent, done.rating, done.ended_by, done.recording) == ("jin", 5, "them", "call-1.wav")
    (event,) = house.heard("ended")
    assert (event.data()["wait"], event.data()["duration"]) == (20.0, 60.0)
    assert event.data()["category"] == "product-fault"


async def test_a_call_is_finished_once(house: House) -> None:
    await house.calls.begin("call-1", contact=await house.caller(), dialled="100", tier="standard")
    first = await house.calls.finish("call-1", "them")
    await house.clock.advance(5)
    assert await house.calls.finish("call-1", "us") == first
    (event,) = house.heard("ended")
    assert event.data()["wait"] is None


async def test_calls_without_an_end_are_known(house: House) -> None:
    contact = await house.caller()
    for name in ("call-1", "call-2", "call-3"):
        await house.calls.begin(name, contact=contact, dialled="100", tier="standard")
    await house.calls.finish("call-2", "them")
    assert [call.id for call in await house.calls.unfinished()] == ["call-1", "call-3"]


async def test_a_call_is_begun_once_and_unknown_calls_are_not_found(house: House) -> None:
    contact = await house.caller()
    await house.calls.begin("call-1", contact=contact, dialled="100", tier="standard")
    with pytest.raises(Refused):
        await house.calls.begin("call-1", contact=contact, dialled="100", tier="standard")
    for lost in (house.calls.call("x"), house.calls.update("x", agent="jin"), house.calls.finish("x", "us")):
        with pytest.raises(NotFound):
            await lost


async def test_a_transcript_keeps_the_order_in_which_things_were_said(house: House) -> None:
    await house.calls.begin("call-1", contact=await house.caller(), dialled="100", tier="standard")
    await house.calls.line("call-1", Speaker.HOTLINE, "How can we help?")
    for number in range(5):
        await house.calls.line("call-1", Speaker.CALLER, f"word {number}", 0.5, "vosk", "first hearing is sure")
    lines = await house.calls.lines("call-1")
    assert [line.text for line in lines] == ["How can we help?", *(f"word {number}" for number in range(5))]
    assert (lines[0].speaker, lines[0].confidence) == (Speaker.HOTLINE, 1.0)
    assert (lines[1].speaker, lines[1].confidence, lines[1].heard_by) == (Speaker.CALLER, 0.5, "vosk")
    assert lines[1].why == "first hearing is sure"
    assert await house.calls.lines("call-2") == ()
    with pytest.raises(NotFound):
        await house.calls.line("call-2", Speaker.CALLER, "who is there?")


async def test_a_contact_has_their_calls_newest_first(house: House) -> None:
    contact = await house.caller()
    for number in range(3):
        await house.calls.begin(f"call-{number}", contact=contact, dialled="100", tier="standard")
        await house.clock.advance(1)
    assert [call.id for call in await house.calls.of_contact(contact, 2)] == ["call-2", "call-1"]
    assert await house.calls.of_contact("nobody") == ()
