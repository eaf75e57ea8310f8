"""The record of calls on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from config.errors import NotFound, Refused
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made


async def test_a_call_is_begun_bridged_rated_and_finished(house: House) -> None:
    contact = await house.caller()
    begun = await house.calls.begin("call-1", contact, "100", tier="vip", recording=Path("calls/call-1.wav"))
    assert await house.calls.call("call-1") == begun
    await house.clock.advance(20)
    await house.calls.bridged("call-1", "jin")
    await house.calls.rated("call-1", 5)
    await house.clock.advance(40)
    done = await house.calls.finish("call-1", "them", category="product-fault")
    assert await house.calls.call("call-1") == done
    assert (done.agent, done.rating, done.ended_by, done.recording) == ("jin", 5, "them", Path("calls/call-1.wav"))
    (event,) = house.heard("ended")
    assert (event.data()["wait"], event.data()["duration"]) == (20.0, 60.0)
    assert event.data()["category"] == "product-fault"


async def test_a_call_is_finished_once(house: House) -> None:
    await house.calls.begin("call-1", await house.caller(), "100")
    first = await house.calls.finish("call-1", "them")
    await house.clock.advance(5)
    assert await house.calls.finish("call-1", "us") == first
    (event,) = house.heard("ended")
    assert event.data()["wait"] is None


async def test_a_call_is_begun_once_and_unknown_calls_are_not_found(house: House) -> None:
    contact = await house.caller()
    await house.calls.begin("call-1", contact, "100")
    with pytest.raises(Refused):
        await house.calls.begin("call-1", contact, "100")
    for lost in (house.calls.call("x"), house.calls.bridged("x", "jin"), house.calls.finish("x")):
        with pytest.raises(NotFound):
            await lost


async def test_a_transcript_keeps_the_order_in_which_things_were_said(house: House) -> None:
    await house.calls.begin("call-1", await house.caller(), "100")
    await house.calls.line("call-1", "hotline", "How can we help?", 1.0, "prompt")
    for number in range(5):
        house.calls.line_soon("call-1", "caller", f"word {number}", 0.5, "vosk")
        await house.clock.advance(1)
    lines = await house.calls.lines("call-1")
    assert [line.text for line in lines] == ["How can we help?", *(f"word {number}" for number in range(5))]
    assert (lines[1].speaker, lines[1].confidence, lines[1].heard_by) == ("caller", 0.5, "vosk")
    assert await house.calls.lines("call-2") == ()


async def test_the_end_of_a_call_waits_for_what_was_said(house: House) -> None:
    await house.calls.begin("call-1", await house.caller(), "100")
    house.calls.line_soon("call-1", "caller", "goodbye")
    await house.calls.finish("call-1")
    async with house.calls._store.reading() as reader:
        assert [line.text for line in await reader.lines("call-1")] == ["goodbye"]


async def test_a_contact_has_their_calls_newest_first(house: House) -> None:
    contact = await house.caller()
    for number in range(3):
        await house.calls.begin(f"call-{number}", contact, "100")
        await house.clock.advance(1)
    assert [call.id for call in await house.calls.of_contact(contact, 2)] == ["call-2", "call-1"]
    assert await house.calls.of_contact("nobody") == ()
