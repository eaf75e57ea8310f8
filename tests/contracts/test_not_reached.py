"""Who could not be reached in their window is called in another one, once, and then handed on; on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.entries import HOTLINE, Renegotiated
from callbacks.model import AttemptOutcome, Channel, Promise, PromiseKind, PromiseState
from config.errors import Refused
from config.hotline_file import ManagerLine
from prompts.letters import Template
from tests.callbacks.samples import HOUR, MINUTE
from tests.contracts.promise_books import STORES, House, house_on

NO_ANSWER = AttemptOutcome.NO_ANSWER


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        line = ManagerLine(queue="managers", agent="lin", per_day=1)
        made.book.rules = replace(made.book.rules, manager_line=line)
        yield made
        report = await made.book.audit()
        assert report.holds, report


async def owed(house: House, contact: str) -> Promise:
    return await house.callback(contact, (await house.complaint(contact)).id)


async def try_once(house: House, promise: Promise, outcome: AttemptOutcome = NO_ANSWER) -> Promise:
    """An attempt as soon as one may be made; nobody is reached."""
    found = await house.book.promise(promise.id)
    assert found.opens is not None
    soonest = max(found.opens, found.not_before or found.opens)
    await house.clock.advance(max(0.0, (soonest - house.clock.now()).total_seconds()))
    running = await house.book.start_attempt(promise.id, "jin")
    return await house.book.end_attempt(promise.id, running.attempt or "", outcome)


async def try_to_the_end(house: House, promise: Promise) -> Promise:
    """Attempt after attempt, until the rules leave no further one."""
    while promise.state.is_open:
        promise = await try_once(house, promise)
    return promise


async def successor(house: House, contact: str) -> Promise:
    (found,) = await house.book.owed_to(contact)
    return found


async def test_who_was_never_reached_is_called_in_the_next_window_with_the_reason_on_record(house: House) -> None:
    contact = await house.caller()
    old = await try_to_the_end(house, await owed(house, contact))
    assert (old.state, old.attempts) == (PromiseState.RENEGOTIATED, 3)
    new = await successor(house, contact)
    assert (new.follows, new.state, new.case, new.kind) == (old.id, PromiseState.OWED, old.case, old.kind)
    soonest = timedelta(seconds=house.book.rules.retry.callbacks.earliest_after)
    assert new.opens is not None
    assert new.opens >= house.clock.now() + soonest
    last = (await house.book.entries(old.id))[-1]
    assert isinstance(last, Renegotiated)
    assert (last.by, last.successor, last.opens, last.due) == (HOTLINE, new.id, new.opens, new.due)
    assert last.reason == "not reached in 3 attempts, the last one no-answer"
    assert house.heard("broken") == []


async def test_the_second_time_it_breaks_and_two_breaks_go_to_the_manager(house: House) -> None:
    contact = await house.caller()
    for broken in range(2):
        await try_to_the_end(house, await owed(house, contact))
        (moved,) = [one for one in await house.book.owed_to(contact) if one.queue != "managers"]
        assert (await try_to_the_end(house, moved)).state is PromiseState.BROKEN
        assert len(house.heard("handed-to-manager")) == broken


async def test_a_window_agreed_on_since_then_is_no_second_chance(house: House) -> None:
    contact = await house.caller()
    await try_to_the_end(house, await owed(house, contact))
    moved, now = await successor(house, contact), house.clock.now()
    agreed = await house.book.renegotiate(moved.id, now + HOUR, now + 3 * HOUR, "the contact agrees", "call:9")
    assert (await try_to_the_end(house, agreed)).state is PromiseState.BROKEN


async def test_a_window_that_the_contact_agreed_to_is_moved_once_too(house: House) -> None:
    contact, now = await house.caller(), house.clock.now()
    first = await owed(house, contact)
    agreed = await house.book.renegotiate(first.id, now + HOUR, now + 3 * HOUR, "the contact agrees", "call:9")
    assert (await try_to_the_end(house, agreed)).state is PromiseState.RENEGOTIATED


async def test_a_number_that_does_not_exist_is_not_rung_in_another_window(house: House) -> None:
    contact = await house.caller()
    promise = await owed(house, contact)
    assert (await try_once(house, promise, AttemptOutcome.WRONG_NUMBER)).state is PromiseState.BROKEN


async def test_a_try_that_ends_a_moment_after_the_window_was_made_inside_it(house: House) -> None:
    contact = await house.caller()
    promise = await owed(house, contact)
    await house.clock.advance((3 * HOUR - 20 * timedelta(seconds=1)).total_seconds())
    running = await house.book.start_attempt(promise.id, "jin")
    await house.clock.advance(30)
    ended = await house.book.end_attempt(promise.id, running.attempt or "", NO_ANSWER)
    assert ended.state is PromiseState.RENEGOTIATED


async def test_our_own_reminder_to_call_is_not_moved(house: House) -> None:
    contact, now = await house.caller(), house.clock.now()
    case = await house.complaint(contact)
    report = await house.book.make(
        kind=PromiseKind.PROGRESS,
        contact=contact,
        case=case.id,
        problem=None,
        tier="standard",
        urgency=case.urgency,
        language="ko",
        queue="service",
        skills=(),
        opens=now + HOUR,
        due=now + 3 * HOUR,
    )
    assert (await try_to_the_end(house, report)).state is PromiseState.BROKEN


async def test_only_who_likes_to_be_written_to_has_heard_of_the_new_window(house: House) -> None:
    contact = await house.caller()
    promise = await owed(house, contact)
    made_at = house.clock.now()
    await try_to_the_end(house, promise)
    mia = await house.caller("1001")
    async with house.book.store.unit_of_work() as unit:
        silence = await unit.silence(promise.case or "")
        assert silence is not None
        assert silence.since == made_at  # they know nothing of it, and are owed a report in time
        known = await house.book.the_contact(unit, mia)
        await unit.save_contact(replace(known, channel=Channel.MAIL, mail="mia@example.org"))
    other = await try_to_the_end(house, await owed(house, known.id))
    assert other.state is PromiseState.RENEGOTIATED
    async with house.book.store.reading() as reader:
        letters = [letter.template for letter in await reader.messages(known.id)]
        silence = await reader.silence(other.case or "")
    assert letters.count(Template.RENEGOTIATED) == 1
    assert Template.BROKEN not in letters
    assert silence is not None
    assert silence.since == house.clock.now()


async def test_where_no_try_fits_any_more_the_promise_is_made_anew_once(house: House) -> None:
    contact = await house.caller()
    promise = await owed(house, contact)
    with pytest.raises(Refused, match="not moved"):  # nobody was rung
        await house.book.promise_anew(promise.id)
    await try_once(house, promise, AttemptOutcome.REJECTED)
    moved = await house.book.promise_anew(promise.id)
    assert (moved.follows, moved.state) == (promise.id, PromiseState.OWED)
    with pytest.raises(Refused, match="not moved"):  # closed
        await house.book.promise_anew(promise.id)
    await try_once(house, moved, AttemptOutcome.REJECTED)
    with pytest.raises(Refused, match="not moved"):  # a second time
        await house.book.promise_anew(moved.id)
    await house.pass_time(4 * HOUR + MINUTE)
    assert (await house.book.promise(moved.id)).state is PromiseState.BROKEN
