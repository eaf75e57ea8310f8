"""The book page by page, on each store: every row once, in order, whatever else happens meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from callbacks.lists import (
    CaseFilter,
    ContactFilter,
    Listed,
    Place,
    PromiseFilter,
    place_of_promise,
)
from callbacks.model import CaseStatus, PromiseState
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, MINUTE, NOON
from tests.contracts.promise_books import STORES, House, house_on

Row = TypeVar("Row")


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as house:
        yield house


async def all_pages(page: Callable[[Place | None], Awaitable[Listed[Row]]]) -> list[Row]:
    """Every row, through addresses as a person would follow them."""
    found: list[Row] = []
    after: Place | None = None
    while True:
        listed = await page(after)
        found += listed.rows
        if listed.after is None:
            return found
        after = Place.read(str(listed.after))
        assert after is not None


async def test_contacts_come_by_their_last_call_and_each_once(house: House) -> None:
    names = {}
    for place in range(7):
        contact = await house.caller(f"010-1234-56{place:02}")
        names[contact] = f"Person {place}"
        await house.book.save_contact(replace(await house.book.contact(contact), name=names[contact]))
        if place % 3:
            await house.clock.advance(60)
            await house.book.meet_caller(contact, f"call-{place}")
    found = await all_pages(lambda after: house.book.list_contacts(ContactFilter(), after, 2))
    assert len(found) == 7
    assert {one.contact.id for one in found} == set(names)
    rang = [one.seen_at for one in found if one.seen_at is not None]
    assert [one.contact.name for one in found[:4]] == ["Person 5", "Person 4", "Person 2", "Person 1"]
    assert rang == sorted(rang, reverse=True)
    assert [one.seen_at for one in found[4:]] == [None] * 3


async def test_a_contact_is_found_by_part_of_number_name_or_mail_however_it_is_written(house: House) -> None:
    book = house.book
    kim = await house.caller("010-1234-5678")
    changed = replace(await book.contact(kim), name="Kim Minji", mail="Minji@Example.org", other_numbers=("1007",))
    await book.save_contact(changed)
    await house.caller("010-9999-0000", "vip")
    await house.caller("")  # withheld: nobody can be looked for

    async def found(text: str) -> list[str]:
        listed = await book.list_contacts(book.contacts_called(text), None, 10)
        return [one.contact.id for one in listed.rows]

    for text in ("010-1234-5678", "+82 10 1234 5678", "010-1234", "5678", "1007", "minJI", "@example"):
        assert await found(text) == [kim], text
    for text in ("010-7777", "kim%", "_im", "nobody"):
        assert await found(text) == [], text
    assert len(await found("")) == 2
    vips = await book.list_contacts(ContactFilter(tier="vip"), None, 10)
    assert [one.contact.tier for one in vips.rows] == ["vip"]


async def test_the_do_not_call_list_has_who_asked_for_it_and_nobody_erased(house: House) -> None:
    book = house.book
    refuses, erased = await house.caller("010-1234-5678"), await house.caller("010-2222-3333")
    await book.set_do_not_call(refuses, True, "asked for it", "jin")
    await book.forget_contact(erased, "user:ana")
    listed = await book.list_contacts(ContactFilter(do_not_call=True), None, 10)
    assert [one.contact.id for one in listed.rows] == [refuses]


async def test_cases_come_latest_first_and_by_every_filter(house: House) -> None:
    book = house.book
    contact = await house.caller()
    cases = []
    for place in range(6):
        category = "safety" if place % 2 else "product-fault"
        urgency = Urgency.SAFETY if place % 2 else Urgency.SERVICE
        cases.append(await house.complaint(contact, category=category, urgency=urgency))
        await house.clock.advance(60)
    await book.assign_case(cases[0].id, "jin", "user:ana")
    await book.solve_case(cases[1].id, "jin", "mended")
    late = replace(await book.case(cases[2].id), step_due=NOON)
    async with book.store.unit_of_work() as unit:
        await unit.save_case(late)
    found = await all_pages(lambda after: book.list_cases(CaseFilter(), after, 4))
    assert [case.id for case in found] == [case.id for case in reversed(cases)]

    async def narrowed(wanted: CaseFilter) -> list[int]:
        names = [case.id for case in cases]
        return sorted(names.index(case.id) for case in (await book.list_cases(wanted, None, 10)).rows)

    assert await narrowed(CaseFilter(status=CaseStatus.SOLVED)) == [1]
    assert await narrowed(CaseFilter(category="safety", status=CaseStatus.OPEN)) == [3, 5]
    assert await narrowed(CaseFilter(urgency=Urgency.SERVICE)) == [0, 2, 4]
    assert await narrowed(CaseFilter(owner="jin")) == [0]
    assert await narrowed(CaseFilter(owner="")) == [1, 2, 3, 4, 5]
    assert await narrowed(CaseFilter(overdue_at=house.clock.now())) == [2]
    assert await narrowed(CaseFilter(repeat=False)) == [0, 1]


async def test_open_promises_come_by_due_time_and_closed_ones_the_latest_first(house: House) -> None:
    book = house.book
    made = []
    for place in range(5):
        contact = await house.caller(f"010-1234-56{place:02}")
        made.append(await house.callback(contact))
        await house.clock.advance(600)
    problem = await book.open_problem(title="it", category="safety", product=None, workaround="")
    case = await house.complaint(await house.caller(), category="safety")
    waiting = await book.link_case(problem.id, case.id)
    for place in (3, 0):
        await house.clock.advance(60)
        await book.withdraw(made[place].id, "no longer wanted", "jin")
    await book.claim(made[1].id, "jin")
    still = await all_pages(lambda after: book.list_promises(PromiseFilter(), after, 2))
    assert [one.id for one in still] == [made[1].id, made[2].id, made[4].id, waiting.id]
    ended = PromiseFilter(states=frozenset({PromiseState.WITHDRAWN}))
    closed = await all_pages(lambda after: book.list_promises(ended, after, 1))
    assert [one.id for one in closed] == [made[0].id, made[3].id]
    mine = await book.list_promises(PromiseFilter(owner="jin"), None, 10)
    assert [one.id for one in mine.rows] == [made[1].id]
    soon = await book.list_promises(PromiseFilter(due_by=NOON + 3 * HOUR + 15 * MINUTE), None, 10)
    assert [one.id for one in soon.rows] == [made[1].id]


async def test_what_was_changed_meanwhile_neither_repeats_nor_hides_a_row(house: House) -> None:
    made = []
    for place in range(4):
        made.append(await house.callback(await house.caller(f"010-1234-56{place:02}")))
        await house.clock.advance(60)
    first = await house.book.list_promises(PromiseFilter(), None, 2)
    await house.book.withdraw(made[0].id, "no longer wanted", "jin")
    second = await house.book.list_promises(PromiseFilter(), first.after, 2)
    assert [one.id for one in second.rows] == [made[2].id, made[3].id]
    assert first.after == place_of_promise(made[1])


async def test_cases_are_counted_step_by_step_up_to_a_moment(house: House) -> None:
    contact = await house.caller()
    for product, times in (("X1", 2), ("X2", 1)):
        for _ in range(times):
            await house.complaint(contact, category="safety", product=product)
    await house.clock.advance(3 * 3600.0)
    await house.complaint(contact, category="safety", product="X1")
    await house.complaint(contact)
    await house.clock.advance(1)
    count = house.book.cases_per_step
    until = house.clock.now()
    assert await count("safety", None, step=HOUR, steps=4, until=until) == (3, 0, 0, 1)
    assert await count("safety", "X1", step=HOUR, steps=4, until=until) == (2, 0, 0, 1)
    assert await count("safety", None, step=HOUR, steps=2, until=NOON + timedelta(seconds=1)) == (0, 3)


@pytest.mark.parametrize("text", ["", "~", "rubbish", "2026-13-01~a", "2026-03-10T04:00:00~a"])
def test_a_mangled_address_shows_the_first_page(text: str) -> None:
    assert Place.read(text) is None


@pytest.mark.parametrize("place", [Place(None, "a~b"), Place(NOON, "x")])
def test_a_place_survives_the_address(place: Place) -> None:
    assert Place.read(str(place)) == place
    assert isinstance(place.at, datetime | None)
