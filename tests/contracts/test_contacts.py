"""Contacts on each store: several numbers, many at once, and people who are not to be called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Unpack

import pytest

from callbacks.contacts.contact_csv import ContactChanges, ContactRow
from callbacks.contacts.do_not_call import NOT_TO_BE_CALLED
from callbacks.entries import Withdrawn
from callbacks.model import Channel, PromiseKind, PromiseState
from config.errors import Refused
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


def row(line: int, *numbers: str, **changes: Unpack[ContactChanges]) -> ContactRow:
    return ContactRow(line, numbers, changes)


async def test_a_contact_is_known_by_each_of_its_numbers(house: House) -> None:
    contact = await house.book.contact_by_number("010-1234-5678", "standard")
    changed = await house.book.save_contact(
        replace(contact, other_numbers=("02-312-3456", "1005", "1005"), channel=Channel.MAIL, mail="kim@example.org")
    )
    assert changed.numbers == ("+821012345678", "+8223123456", "1005")
    for number in ("01012345678", "+8223123456", "1005"):
        assert await house.book.contact_by_number(number, "vip") == changed
    dropped = await house.book.save_contact(replace(changed, number="1005", other_numbers=()))
    assert (await house.book.contact_by_number("02-312-3456", "standard")).id != contact.id
    assert await house.book.contact(contact.id) == dropped


async def test_a_further_number_of_one_contact_is_nobody_elses(house: House) -> None:
    kim = await house.book.contact_by_number("1001", "standard")
    lee = await house.book.contact_by_number("1002", "standard")
    await house.book.save_contact(replace(kim, other_numbers=("1003",)))
    with pytest.raises(Refused, match="another contact"):
        await house.book.save_contact(replace(lee, other_numbers=("1004", "1003")))
    assert (await house.book.contact(lee.id)).numbers == ("1002",)
    assert await house.book.find_contact("1004") is None


async def test_an_import_adds_changes_and_can_be_run_again(house: House) -> None:
    known = await house.book.contact_by_number("1001", "standard")
    rows = [
        row(2, "1001", "1002", name="Kim", tier="vip", do_not_call=True),
        row(3, "+821012345678", name="Lee", language="ko", channel=Channel.TEXT),
        row(4, "+821012345679"),
    ]
    planned = await house.book.plan_import(rows, "standard")
    assert ([c.number for c in planned.new], planned.unchanged) == (["+821012345678", "+821012345679"], 0)
    assert await house.book.find_contact("1002") is None
    advanced: list[int] = []
    done = await house.book.import_contacts(rows, "standard", advanced.append)
    assert (len(done.new), len(done.changed), sum(advanced)) == (2, 1, 3)
    kim = await house.book.contact(known.id)
    assert (kim.name, kim.tier, kim.do_not_call, kim.numbers) == ("Kim", "vip", True, ("1001", "1002"))
    lee = await house.book.find_contact("+821012345678")
    assert lee is not None
    assert (lee.name, lee.tier, lee.language, lee.channel) == ("Lee", "standard", "ko", Channel.TEXT)
    again = await house.book.import_contacts(rows, "standard", advanced.append)
    assert (again.new, again.changed, again.unchanged) == ((), (), 3)


async def test_a_line_with_numbers_of_two_contacts_is_a_fault(house: House) -> None:
    await house.book.contact_by_number("1001", "standard")
    await house.book.contact_by_number("1002", "standard")
    plan = await house.book.plan_import([row(2, "1001", "1002"), row(3, "1001"), row(4, "1001")], "standard")
    assert [(fault.line, fault.what) for fault in plan.faults] == [
        (2, "its numbers are of different contacts"),
        (4, "this is the contact of line 3"),
    ]


async def test_who_is_not_to_be_called_is_not_dialled_and_the_promise_ends_openly(house: House) -> None:
    contact = await house.book.contact_by_number("1001", "standard")
    promise = await house.callback(contact.id)
    await house.pass_time(HOUR)
    await house.book.offer(promise.id, "jin")
    await house.book.save_contact(replace(contact, do_not_call=True))
    ended = await house.book.promise(promise.id)
    assert ended.state is PromiseState.WITHDRAWN
    entry = (await house.book.entries(promise.id))[-1]
    assert isinstance(entry, Withdrawn)
    assert entry.reason == NOT_TO_BE_CALLED


async def test_an_attempt_on_who_is_not_to_be_called_is_refused_before_it_starts(house: House) -> None:
    contact = await house.book.contact_by_number("1001", "standard")
    await house.book.save_contact(replace(contact, do_not_call=True))
    promise = await house.callback(contact.id)
    await house.clock.advance(HOUR.total_seconds())
    with pytest.raises(Refused, match=NOT_TO_BE_CALLED):
        await house.book.start_attempt(promise.id, "jin")
    assert await house.book.fall_due(house.clock.now()) == ()
    assert (await house.book.promise(promise.id)).state is PromiseState.WITHDRAWN


async def test_who_likes_mail_is_told_in_writing_that_it_is_fixed(house: House) -> None:
    contact = await house.book.contact_by_number("1001", "standard")
    await house.book.save_contact(replace(contact, do_not_call=True, channel=Channel.MAIL, mail="kim@example.org"))
    await house.complaint(contact.id)
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    await house.clock.advance(60)
    await house.book.solve_problem(problem.id)
    await house.pass_time(HOUR)
    async with house.book.store.reading() as reader:
        (promise,) = await reader.promises(
            contact=contact.id, kind=PromiseKind.WHEN_FIXED, states=frozenset({PromiseState.WITHDRAWN})
        )
        assert [message.template for message in await reader.messages(contact.id)][-1] == "fixed"
    assert "told in writing" in str((await house.book.entries(promise.id))[-1])
