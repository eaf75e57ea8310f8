"""Looking back on calls and promises, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from callbacks.calls.lookback import CallOutcome, CallsWanted, KeptRate, Lookback, outcome_of, place_of_call
from callbacks.lists import Place
from callbacks.model import AttemptOutcome
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_lookback import MemoryLookback
from callbacks.store.sql_lookback import SqlLookback
from callbacks.wait_spread import CallWait
from tests.callbacks.samples import HOUR, NOON
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made


@pytest.fixture
def lookback(house: House) -> Lookback:
    if house.database is not None:
        return SqlLookback(house.database)
    book, calls = house.book.store, house.calls._store
    assert isinstance(book, MemoryBook)
    assert isinstance(calls, MemoryCalls)
    return MemoryLookback(book, calls)


async def a_morning(house: House) -> None:
    """Five calls, ten minutes apart, one of each outcome; the second is a callback."""
    caller = await house.caller()
    case, promise = await house.complaint(caller), await house.callback(caller)
    begin, update, finish, now = house.calls.begin, house.calls.update, house.calls.finish, house.clock.now
    await begin("talked", contact=caller, dialled="100", tier="vip", queue="service", recording="talked.wav")
    await update("talked", bridged_at=now() + timedelta(seconds=40), case=case.id, category="product-fault")
    await finish("talked", "them")
    await house.clock.advance(600)
    await begin("rang-out", contact=caller, dialled="0101", tier="standard", promise=promise.id, queue="service")
    await finish("rang-out", "them")
    await house.clock.advance(600)
    await begin("gave-up", contact=caller, dialled="100", tier="standard", queue="spares")
    await finish("gave-up", "them")
    await house.clock.advance(600)
    await begin("served", contact=caller, dialled="100", tier="standard")
    await finish("served", "us")
    await house.clock.advance(600)
    await begin("talks", contact=caller, dialled="100", tier="standard", bridged_at=now())


async def test_calls_come_latest_first_with_whom_they_were_and_about_what(house: House, lookback: Lookback) -> None:
    await a_morning(house)
    found = await lookback.calls(CallsWanted(), None, 10)
    assert [each.call.id for each in found] == ["talks", "served", "gave-up", "rang-out", "talked"]
    first = found[-1]
    assert first.call == await house.calls.call("talked")
    case = await house.book.case(first.call.case or "")
    assert (first.number, first.reference) == ("+821012345678", case.reference)
    assert found[0].reference == ""


@pytest.mark.parametrize(
    ("outcome", "call"),
    [
        (CallOutcome.GOING_ON, "talks"),
        (CallOutcome.TALKED, "talked"),
        (CallOutcome.LEFT_QUEUE, "gave-up"),
        (CallOutcome.NO_AGENT, "served"),
        (CallOutcome.NOT_REACHED, "rang-out"),
    ],
)
async def test_the_store_means_the_same_by_an_outcome_as_we_do(
    house: House, lookback: Lookback, outcome: CallOutcome, call: str
) -> None:
    await a_morning(house)
    (found,) = await lookback.calls(CallsWanted(outcome=outcome), None, 10)
    assert found.call.id == call
    assert outcome_of(found.call) is outcome


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        (CallsWanted(tier="vip"), ["talked"]),
        (CallsWanted(queue="spares"), ["gave-up"]),
        (CallsWanted(category="product-fault"), ["talked"]),
        (CallsWanted(recorded=True), ["talked"]),
        (CallsWanted(since=NOON + timedelta(minutes=30)), ["talks", "served"]),
        (CallsWanted(until=NOON + timedelta(minutes=10)), ["talked"]),
        (CallsWanted(tier="vip", queue="spares"), []),
    ],
)
async def test_conditions_narrow_the_list(
    house: House, lookback: Lookback, wanted: CallsWanted, calls: list[str]
) -> None:
    await a_morning(house)
    assert [each.call.id for each in await lookback.calls(wanted, None, 10)] == calls


async def test_the_next_page_begins_after_the_last_call_also_at_the_same_moment(
    house: House, lookback: Lookback
) -> None:
    caller = await house.caller()
    for name in ("a", "b", "c"):
        await house.calls.begin(name, contact=caller, dialled="100", tier="standard")
    after: Place | None = None
    seen = []
    for _ in range(4):
        page = await lookback.calls(CallsWanted(), after, 1)
        seen += [each.call.id for each in page]
        after = place_of_call(page[-1]) if page else after
    assert seen == ["c", "b", "a"]


async def test_only_those_who_rang_in_and_were_put_through_have_waited(house: House, lookback: Lookback) -> None:
    await a_morning(house)
    assert set(await lookback.waits(NOON)) == {
        CallWait(NOON, "vip", 40.0),
        CallWait(NOON + timedelta(minutes=40), "standard", 0.0),
    }
    assert await lookback.waits(NOON + timedelta(minutes=41)) == ()


async def test_the_kept_rate_counts_what_ended_since(house: House, lookback: Lookback) -> None:
    assert await lookback.kept_rate(NOON) == KeptRate(0, 0)
    assert KeptRate().share is None
    kept = await house.callback(await house.caller())
    await house.callback(await house.caller("010-2222-3333"))
    await house.pass_time(HOUR)
    begun = await house.book.start_attempt(kept.id, "jin")
    await house.book.end_attempt(kept.id, begun.attempt or "", AttemptOutcome.ANSWERED)
    await house.pass_time(3 * HOUR)
    rate = await lookback.kept_rate(NOON)
    assert rate == KeptRate(1, 1)
    assert rate.share == 0.5
    assert await lookback.kept_rate(NOON + 2 * HOUR) == KeptRate(0, 1)
