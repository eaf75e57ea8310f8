"""What leaders do with contacts, cases, promises and problems, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from callbacks.entries import Claimed
from callbacks.model import CaseStep, Contact, PromiseState
from config.errors import NotFound, Refused
from config.urgency import Urgency
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as house:
        yield house


async def test_who_asks_not_to_be_called_is_noted_with_reason_and_person(house: House) -> None:
    book, contact = house.book, await house.caller()
    promise = await house.callback(contact)
    await house.pass_time(HOUR)
    changed = await book.set_do_not_call(contact, True, "asked for it", "jin")
    assert (changed.do_not_call, changed.notes) == (True, "2026-03-10 not to be called (jin): asked for it")
    assert (await book.promise(promise.id)).state is PromiseState.WITHDRAWN
    again = await book.set_do_not_call(contact, False, "rang and asked for it", "user:ana")
    assert again.notes.splitlines()[1] == "2026-03-10 may be called again (user:ana): rang and asked for it"
    assert not (await book.contact(contact)).do_not_call
    for refuses, reason in ((False, "again"), (True, "  ")):
        with pytest.raises(Refused):
            await book.set_do_not_call(contact, refuses, reason, "jin")
    with pytest.raises(NotFound):
        await book.set_do_not_call("nobody", True, "x", "jin")


async def test_a_contact_entered_by_hand_takes_nobodys_number(house: House) -> None:
    added = await house.book.add_contact(Contact("", "010-1234-5678", "vip", name="Kim"))
    assert (await house.book.contact(added.id)).number == "+821012345678"
    for number in ("010 1234 5678", ""):
        with pytest.raises(Refused):
            await house.book.add_contact(Contact("", number, "vip"))


async def test_a_case_that_is_given_to_somebody_names_both_in_its_history(house: House) -> None:
    case = await house.complaint(await house.caller())
    given = await house.book.assign_case(case.id, "jin", "user:ana")
    assert (given.owner, given.step) == ("jin", CaseStep.FEED_BACK)
    note = (await house.book.case_history(case.id))[-1]
    assert (note.by, note.what, note.text) == ("user:ana", "owned", "jin")
    await house.book.solve_case(case.id, "jin", "mended")
    with pytest.raises(Refused, match="solved"):
        await house.book.assign_case(case.id, "bo", "user:ana")


async def test_a_promise_that_is_handed_over_says_who_did_it(house: House) -> None:
    promise = await house.callback(await house.caller())
    given = await house.book.hand_over(promise.id, "jin", "user:ana")
    assert given.owner == "jin"
    entry = (await house.book.entries(promise.id))[-1]
    assert isinstance(entry, Claimed)
    assert (entry.by, entry.agent) == ("user:ana", "jin")


async def test_a_person_who_raises_the_urgency_is_named(house: House) -> None:
    case = await house.complaint(await house.caller())
    await house.book.raise_urgency(case.id, Urgency.SAFETY, "jin")
    note = (await house.book.case_history(case.id))[-1]
    assert (note.by, note.what, note.text) == ("jin", "urgency-raised", "service to safety")


async def test_the_preview_of_a_solution_is_what_the_solution_does_and_changes_nothing(house: House) -> None:
    book = house.book
    for place, urgency in enumerate((Urgency.SERVICE, Urgency.SAFETY, Urgency.SERVICE)):
        contact = await house.caller(f"010-1234-560{place}", "vip" if place == 2 else "standard")
        await house.complaint(contact, category="safety", urgency=urgency)
    problem = await book.open_problem(title="it", category="safety", product=None, workaround="")
    before = await book.identity()
    preview = await book.preview_solution(problem.id)
    assert [call.contact.number[-1] for call in preview.calls] == ["1", "2", "0"]
    assert preview.per_hour == ((house.clock.now(), 3),)
    assert await book.identity() == before
    assert (await book.preview_solution(problem.id)) == preview
    solved = await book.solve_problem(problem.id, by="user:ana")
    assert [(one.id, one.opens, one.due) for one in solved] == [(c.promise.id, *c.window) for c in preview.calls]
    with pytest.raises(Refused, match="solved already"):
        await book.preview_solution(problem.id)


async def test_a_case_file_holds_all_about_this_case_and_nothing_of_another(house: House) -> None:
    book, contact = house.book, await house.caller()
    case, other = await house.complaint(contact), await house.complaint(contact, category="safety")
    await book.record_exception(case.id, "free repair", "third fault", "jin")
    await book.record_exception(other.id, "night courier", "works shifts", "jin")
    promise = await house.callback(contact, case.id)
    await book.withdraw(promise.id, "no longer wanted", "jin")
    file = await book.case_file(case.id)
    assert (file.contact.id, file.problem, file.calls) == (contact, None, ("call-0",))
    assert [one.what for one in file.exceptions] == ["free repair"]
    assert [one.id for one in file.promises] == [promise.id]
    assert [note.what for note in file.notes] == ["opened", "exception"]
    with pytest.raises(NotFound):
        await book.case_file("none")
