"""Silences that last too long, in memory and in the database: a report falls due by itself, unless there is no need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from callbacks.entries import Withdrawn
from callbacks.letters.messenger import Messenger
from callbacks.model import Promise, PromiseKind, PromiseState
from config.errors import Refused
from tests.callbacks.samples import HOUR, MINUTE, NOON
from tests.contracts.aftercare import (
    DAY,
    Post,
    has_room_where,
    house_with_aftercare,
    messenger_of,
    reader,
    send_all,
    silence_of,
)
from tests.contracts.promise_books import STORES, House


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_with_aftercare(request.param, empty_database) as made:
        yield made


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def messenger(house: House, post: Post) -> Messenger:
    return messenger_of(house, post)


async def test_a_report_falls_due_before_the_silence_is_too_long(house: House) -> None:
    case = await silence_of(house, "vip")
    await house.clock.advance((12 * HOUR - MINUTE).total_seconds())
    assert await house.book.break_silences(house.clock.now()) == ()
    await house.clock.advance(60)
    (promise,) = await house.book.break_silences(house.clock.now())
    assert (promise.kind, promise.case) == (PromiseKind.PROGRESS, case.id)
    assert (promise.opens, promise.due) == (NOON + DAY - 2 * HOUR, NOON + DAY)
    assert await house.book.break_silences(house.clock.now()) == ()


async def test_each_tier_has_its_own_patience(house: House) -> None:
    await silence_of(house, "standard")
    await house.clock.advance((46 * HOUR).total_seconds() - 1)
    assert await house.book.break_silences(house.clock.now()) == ()
    await house.clock.advance(1)
    assert len(await house.book.break_silences(house.clock.now())) == 1


async def test_a_contact_who_becomes_important_is_not_kept_waiting_as_before(house: House) -> None:
    case = await silence_of(house, "standard")
    await house.book.save_contact(replace(await house.book.contact(case.contact), tier="vip"))
    await house.clock.advance((12 * HOUR).total_seconds())
    assert len(await house.book.break_silences(house.clock.now())) == 1


async def test_whatever_is_said_about_the_case_ends_its_silence(house: House) -> None:
    case = await silence_of(house, "vip")
    await house.clock.advance((11 * HOUR).total_seconds())
    await house.book.join_call(case.id, "call-2")
    await house.clock.advance((11 * HOUR).total_seconds())
    assert await house.book.break_silences(house.clock.now()) == ()


async def test_a_solved_case_may_rest_in_silence(house: House) -> None:
    case = await silence_of(house, "vip")
    await house.book.solve_case(case.id, "jin", "mended")
    await house.clock.advance((10 * DAY).total_seconds())
    assert await house.book.break_silences(house.clock.now()) == ()


async def test_a_report_that_was_given_counts_from_then(house: House) -> None:
    await silence_of(house, "vip")
    await house.clock.advance((12 * HOUR).total_seconds())
    (promise,) = await house.book.break_silences(house.clock.now())
    await house.book.keep_by_call(promise.id, "call-2")
    await house.clock.advance((12 * HOUR).total_seconds() - 1)
    assert await house.book.break_silences(house.clock.now()) == ()
    await house.clock.advance(1)
    assert len(await house.book.break_silences(house.clock.now())) == 1


async def test_a_report_is_promised_for_a_window_that_the_floor_can_keep(house: House) -> None:
    taken = NOON + DAY - 3 * HOUR  # nobody has time any more from then on

    has_room_where(house, lambda window: window.end <= taken)
    await silence_of(house, "vip")
    await house.clock.advance((12 * HOUR).total_seconds())
    (promise,) = await house.book.break_silences(house.clock.now())
    assert (promise.opens, promise.due) == (taken - 2 * HOUR, taken)


async def test_where_the_floor_can_keep_none_in_time_the_report_comes_soon_after(house: House) -> None:
    free = NOON + DAY + 5 * HOUR

    has_room_where(house, lambda window: window.start >= free)
    await silence_of(house, "vip")
    await house.clock.advance((12 * HOUR).total_seconds())
    (promise,) = await house.book.break_silences(house.clock.now())
    assert promise.opens == free


async def report_owed(house: House) -> Promise:
    """A report that is promised for ten to twelve hours from now."""
    await silence_of(house, "vip")
    await house.clock.advance((12 * HOUR).total_seconds())
    (promise,) = await house.book.break_silences(house.clock.now())
    return promise


async def test_who_talks_with_an_agent_about_the_case_is_owed_no_report_any_more(house: House) -> None:
    promise = await report_owed(house)
    await house.clock.advance(HOUR.total_seconds())
    await house.book.told_about(promise.case or "", "call-2")
    assert (await house.book.promise(promise.id)).state is PromiseState.KEPT
    await house.clock.advance((12 * HOUR).total_seconds() - 1)
    assert await house.book.break_silences(house.clock.now()) == ()


async def test_a_report_is_withdrawn_when_it_falls_due_if_they_were_told_meanwhile(house: House) -> None:
    promise = await report_owed(house)
    await house.clock.advance((8 * HOUR).total_seconds())
    await house.book.join_call(promise.case or "", "call-2")
    await house.pass_time(2 * HOUR)
    withdrawn = await house.book.promise(promise.id)
    assert withdrawn.state is PromiseState.WITHDRAWN
    assert [entry.reason for entry in await house.book.entries(promise.id) if isinstance(entry, Withdrawn)] == [
        "they were told meanwhile"
    ]
    # the silence is counted from what was said, and not from the withdrawal
    await house.clock.advance((10 * HOUR).total_seconds())
    assert len(await house.book.break_silences(house.clock.now())) == 1


async def test_nobody_is_rung_with_a_report_on_what_they_were_told_a_moment_ago(house: House) -> None:
    promise = await report_owed(house)
    await house.pass_time(10 * HOUR)
    assert (await house.book.promise(promise.id)).state is PromiseState.DUE
    other = await house.callback(promise.contact, promise.case)
    await house.book.keep_by_call(other.id, "call-2")
    with pytest.raises(Refused, match="told meanwhile"):
        await house.book.start_attempt(promise.id, "jin")
    assert (await house.book.promise(promise.id)).state is PromiseState.WITHDRAWN


async def test_who_likes_to_be_written_to_gets_the_report_in_writing(
    house: House, post: Post, messenger: Messenger
) -> None:
    case = await house.complaint(await reader(house, tier="vip"))
    await house.clock.advance((12 * HOUR).total_seconds())
    assert await house.book.break_silences(house.clock.now()) == ()
    await send_all(messenger)
    assert case.reference in post.taken[0].letter.text
    assert await house.book.break_silences(house.clock.now()) == ()
    assert [note.what for note in await house.book.case_history(case.id)] == ["opened", "written"]


async def test_who_may_not_be_rung_is_not_promised_a_call(house: House) -> None:
    case = await silence_of(house, "vip")
    await house.book.save_contact(replace(await house.book.contact(case.contact), do_not_call=True))
    await house.clock.advance((12 * HOUR).total_seconds())
    assert await house.book.break_silences(house.clock.now()) == ()
    assert await house.book.owed_to(case.contact) == ()
