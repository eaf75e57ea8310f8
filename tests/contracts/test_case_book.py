"""The promise book on each store: contacts, cases, problems."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.model import CaseStatus, PromiseKind, PromiseState
from config.errors import NotFound, Refused
from config.urgency import Urgency
from routing.work import Needs
from tests.callbacks.samples import HOUR, MINUTE
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


async def test_a_contact_is_one_person_however_the_number_is_written(house: House) -> None:
    first = await house.book.contact_by_number("010-1234-5678", "standard")
    assert first.number == "+821012345678"
    assert await house.book.contact_by_number("+821012345678", "vip") == first
    assert (await house.book.contact_by_number("1005", "standard")).number == "1005"


async def test_callers_who_withhold_their_number_are_never_taken_for_one_another(house: House) -> None:
    first = await house.book.contact_by_number("anonymous", "standard")
    second = await house.book.contact_by_number("", "standard")
    assert first.number == second.number == ""
    assert first.id != second.id


async def test_a_contact_can_be_changed_but_not_into_another(house: House) -> None:
    contact = await house.book.contact_by_number("010-1234-5678", "standard")
    changed = await house.book.save_contact(replace(contact, tier="vip", name="Kim", language="ko", do_not_call=True))
    assert await house.book.contact(contact.id) == changed
    other = await house.book.contact_by_number("1005", "standard")
    with pytest.raises(Refused, match="another contact"):
        await house.book.save_contact(replace(other, number="010 1234 5678"))
    with pytest.raises(NotFound):
        await house.book.save_contact(replace(other, id="nobody"))


async def test_a_case_is_opened_once_and_found_again(house: House) -> None:
    contact = await house.caller()
    case = await house.complaint(contact, product="washer")
    assert await house.book.case(case.id) == case
    assert await house.book.cases_of(contact) == (case,)
    assert await house.book.open_cases("product-fault") == (case,)
    assert await house.book.open_cases("safety") == ()
    assert not case.repeat
    assert [event.subject for event in house.heard("opened")] == [case.id]


async def test_a_second_complaint_on_one_matter_is_a_repeat_for_thirty_days(house: House) -> None:
    contact = await house.caller()
    first = await house.complaint(contact, product="washer")
    assert (await house.complaint(contact, product="washer")).repeat
    assert (await house.complaint(contact)).repeat
    assert not (await house.complaint(contact, product="dryer", category="safety")).repeat
    assert not (await house.complaint(await house.caller("1005"))).repeat
    for case in await house.book.cases_of(contact):
        await house.book.solve_case(case.id, "jin", "mended")
    await house.clock.advance(timedelta(days=29).total_seconds())
    assert (await house.complaint(contact, product="washer")).repeat
    assert first.id != (await house.book.cases_of(contact))[0].id


async def test_after_thirty_days_a_solved_matter_is_a_new_one(house: House) -> None:
    contact = await house.caller()
    case = await house.complaint(contact)
    await house.book.solve_case(case.id, "jin", "mended")
    await house.clock.advance(timedelta(days=31).total_seconds())
    assert not (await house.complaint(contact)).repeat


async def test_urgency_is_raised_by_anyone_and_lowered_by_a_person_with_a_reason(house: House) -> None:
    case = await house.complaint(await house.caller())
    promise = await house.callback(case.contact, case.id)
    assert (await house.book.raise_urgency(case.id, Urgency.SAFETY)).urgency is Urgency.SAFETY
    assert (await house.book.promise(promise.id)).urgency is Urgency.SAFETY
    assert (await house.book.raise_urgency(case.id, Urgency.INFO)).urgency is Urgency.SAFETY
    for by, reason in (("jin", " "), ("hotline", "a machine thinks so")):
        with pytest.raises(Refused):
            await house.book.lower_urgency(case.id, Urgency.INFO, by, reason)
    lowered = await house.book.lower_urgency(case.id, Urgency.MONEY, "jin", "it was steam")
    assert lowered.urgency is Urgency.MONEY
    with pytest.raises(Refused, match="not less urgent"):
        await house.book.lower_urgency(case.id, Urgency.LEGAL, "jin", "typo")
    history = await house.book.case_history(case.id)
    assert [note.what for note in history] == ["opened", "urgency-raised", "urgency-lowered"]
    assert history[-1].text == "safety to money: it was steam"


async def test_a_case_has_an_owner_is_joined_by_later_calls_and_solved_once(house: House) -> None:
    case = await house.complaint(await house.caller())
    await house.book.own_case(case.id, "jin")
    await house.book.join_call(case.id, "call-1")
    solved = await house.book.solve_case(case.id, "jin", "a new fuse")
    assert (solved.owner, solved.status) == ("jin", CaseStatus.SOLVED)
    assert await house.book.open_cases() == ()
    with pytest.raises(Refused, match="the case is solved"):
        await house.book.solve_case(case.id, "jin", "again")
    async with house.book.store.reading() as reader:
        assert await reader.case_calls(case.id) == ("call-0", "call-1")
    assert len([event for event in house.heard("solved") if event.noun == "case"]) == 1


async def test_a_problem_gathers_its_cases_and_owes_each_contact_one_call(house: House) -> None:
    kim, lee = await house.caller(), await house.caller("1005")
    cases = [await house.complaint(kim), await house.complaint(kim), await house.complaint(lee)]
    other = await house.complaint(lee, category="safety")
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="wait")
    assert [(await house.book.case(case.id)).problem for case in cases] == [problem.id] * 3
    assert (await house.book.case(other.id)).problem is None
    promises = await house.book.open_promises()
    assert {promise.contact for promise in promises} == {kim, lee}
    assert len(promises) == 2
    assert all(promise.kind is PromiseKind.WHEN_FIXED and promise.opens is None for promise in promises)
    assert {(promise.queue, promise.skills) for promise in promises} == {("service", (("repair", 2),))}


async def test_a_problem_of_one_product_leaves_other_products_alone(house: House) -> None:
    contact = await house.caller()
    washer = await house.complaint(contact, product="washer")
    dryer = await house.complaint(contact, product="dryer")
    problem = await house.book.open_problem(title="fuse", category="product-fault", product="washer", workaround="")
    assert (await house.book.case(washer.id)).problem == problem.id
    assert (await house.book.case(dryer.id)).problem is None
    assert await house.book.known_problem("product-fault", "washer") == problem
    assert await house.book.known_problem("product-fault", "dryer") is None
    assert await house.book.known_problem("product-fault") is None
    general = await house.book.open_problem(title="all", category="product-fault", product=None, workaround="")
    assert await house.book.known_problem("product-fault", "dryer") == general
    assert await house.book.known_problem("product-fault", "washer") == problem


async def test_a_later_caller_joins_the_problem_and_is_owed_a_call_too(house: House) -> None:
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    case = await house.complaint(await house.caller())
    promise = await house.book.link_case(problem.id, case.id, Needs("second-line", "ko", (("repair", 4),)))
    assert (promise.problem, promise.queue, promise.skills) == (problem.id, "second-line", (("repair", 4),))
    assert await house.book.link_case(problem.id, case.id) == promise
    graver = await house.complaint(case.contact, urgency=Urgency.SAFETY)
    raised = await house.book.link_case(problem.id, graver.id)
    assert (raised.id, raised.urgency) == (promise.id, Urgency.SAFETY)


async def test_a_solved_problem_makes_every_linked_promise_fall_due_gravest_first(house: House) -> None:
    for number, urgency in (("1001", Urgency.SERVICE), ("1002", Urgency.MONEY), ("1003", Urgency.SAFETY)):
        await house.complaint(await house.caller(number), urgency=urgency)
        await house.clock.advance(60)
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    now = house.clock.now()
    ready = await house.book.solve_problem(problem.id)
    assert [promise.urgency for promise in ready] == [Urgency.SAFETY, Urgency.MONEY, Urgency.SERVICE]
    assert {(promise.opens, promise.due) for promise in ready} == {(now, now + 2 * HOUR)}
    due = await house.book.fall_due(now)
    assert [promise.id for promise in due] == [promise.id for promise in ready]
    assert all(promise.state is PromiseState.DUE for promise in due)
    assert await house.book.problems() == ()
    assert (await house.book.problem(problem.id)).solved_at == now
    with pytest.raises(Refused, match="solved already"):
        await house.book.solve_problem(problem.id)
    case = await house.complaint(await house.caller("1004"))
    with pytest.raises(Refused, match="solved already"):
        await house.book.link_case(problem.id, case.id)


async def test_nobody_is_rung_at_night_because_a_problem_is_solved_then(house: House) -> None:
    await house.complaint(await house.caller())
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    await house.clock.advance((9 * HOUR).total_seconds())  # 22:00 in Seoul
    (promise,) = await house.book.solve_problem(problem.id)
    assert promise.opens == house.clock.now() + 10 * HOUR
    assert await house.pass_time(10 * HOUR - MINUTE) == ()
    assert len(await house.pass_time(MINUTE)) == 1
