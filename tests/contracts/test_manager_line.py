"""Whoever was let down twice is called by a manager, within a quota; on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.aftercare.manager_line import HandedToManager
from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.hotline_file import ManagerLine
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        line = ManagerLine(queue="managers", agent="lin", per_day=1)
        made.book.rules = replace(made.book.rules, manager_line=line)
        yield made
        report = await made.book.audit()
        assert report.holds, report


async def let_down(house: House, contact: str) -> Promise:
    """A callback to the contact is promised and missed."""
    promise = await house.callback(contact, (await house.complaint(contact)).id)
    await house.pass_time(4 * HOUR)
    missed = await house.book.promise(promise.id)
    assert missed.state is PromiseState.BROKEN
    return missed


async def managers(house: House) -> list[Promise]:
    return [promise for promise in await house.book.open_promises() if promise.queue == "managers"]


async def test_the_second_break_hands_the_contact_to_the_manager_with_the_story(house: House) -> None:
    contact = await house.caller()
    first = await let_down(house, contact)
    assert await managers(house) == []
    second = await let_down(house, contact)
    (owed,) = await managers(house)
    assert (owed.contact, owed.case, owed.owner, owed.skills) == (contact, second.case, "lin", ())
    assert owed.opens == datetime(2026, 3, 10, 23, 0, tzinfo=UTC)  # it is nine at night in Seoul: in the morning
    assert first.reference in owed.note
    assert second.reference in owed.note
    assert "the window passed" in owed.note
    (told,) = house.heard("handed-to-manager")
    assert isinstance(told, HandedToManager)
    assert (told.subject, told.promise, told.listed) == (second.id, owed.id, False)
    async with house.book.store.reading() as reader:
        assert "handed-to-manager" in [note.what for note in await reader.case_notes(second.case or "")]


async def test_another_contacts_break_is_not_a_second_one(house: House) -> None:
    await let_down(house, await house.caller("010-1234-5678"))
    await let_down(house, await house.caller("010-8765-4321"))
    assert await managers(house) == []


async def test_beyond_the_quota_the_call_is_listed_for_the_first_day_with_room(house: House) -> None:
    days = []
    for number in ("010-1234-5678", "010-8765-4321", "010-5555-4321"):
        contact = await house.caller(number)
        for _ in range(2):
            await _broken_at_once(house, contact)
    for owed in sorted(await managers(house), key=lambda p: p.opens or p.made_at):
        assert owed.opens is not None
        days.append(owed.opens.astimezone(house.book.rules.retry.zone).date())
        assert ("listed" in owed.note) == (len(days) > 1)
    assert days == [days[0], days[0] + timedelta(days=1), days[0] + timedelta(days=2)]


async def _broken_at_once(house: House, contact: str) -> None:
    """A number that does not exist breaks the promise at the first try."""
    now = house.clock.now()
    case = await house.complaint(contact)
    promise = await house.callback(contact, case.id)
    sooner = await house.book.renegotiate(promise.id, now, now + HOUR, "sooner", "test")
    dialled = await house.book.start_attempt(sooner.id, "jin")
    broken = await house.book.end_attempt(sooner.id, dialled.attempt or "", AttemptOutcome.WRONG_NUMBER)
    assert broken.state is PromiseState.BROKEN


async def test_a_break_of_the_manager_goes_to_nobody_else(house: House) -> None:
    contact = await house.caller()
    for _ in range(2):
        await let_down(house, contact)
    await house.pass_time(24 * HOUR)
    assert await managers(house) == []
    assert len(house.heard("handed-to-manager")) == 1


async def test_breaks_of_long_ago_are_another_story(house: House) -> None:
    contact = await house.caller()
    await let_down(house, contact)
    await house.pass_time(timedelta(days=91))
    await let_down(house, contact)
    assert await managers(house) == []


async def test_without_a_manager_line_nobody_is_handed_on(house: House) -> None:
    house.book.rules = replace(house.book.rules, manager_line=None)
    contact = await house.caller()
    for _ in range(2):
        await let_down(house, contact)
    assert await managers(house) == []
