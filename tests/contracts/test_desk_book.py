"""What agents write into the promise book from their desks, on each store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from callbacks.model import PromiseKind, PromiseState
from config.errors import NotFound, Refused
from config.urgency import Urgency
from routing.windows import Window
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


def window(house: House) -> Window:
    now = house.clock.now()
    return Window(now + HOUR, now + 2 * HOUR)


async def test_what_an_agent_promises_is_theirs_and_in_their_name(house: House) -> None:
    case = await house.complaint(await house.caller(), product="washer")
    made = await house.book.promise_about(case.id, PromiseKind.PROGRESS, window(house), "ana", "the part is on its way")
    assert (made.kind, made.state, made.owner) == (PromiseKind.PROGRESS, PromiseState.OWED, "ana")
    assert (made.case, made.note, (made.opens, made.due)) == (case.id, "the part is on its way", window(house))
    (entry,) = await house.book.entries(made.id)
    assert entry.by == "ana"
    assert await house.book.owned_by("ana") == (made,)


async def test_the_same_is_promised_once_and_another_kind_beside_it(house: House) -> None:
    case = await house.complaint(await house.caller())
    await house.book.promise_about(case.id, PromiseKind.CALLBACK, window(house), "ana", "")
    with pytest.raises(Refused, match="already"):
        await house.book.promise_about(case.id, PromiseKind.CALLBACK, window(house), "dee", "")
    await house.book.promise_about(case.id, PromiseKind.FOLLOW_UP, window(house), "dee", "")


async def test_when_fixed_hangs_on_the_problem_and_falls_due_with_it(house: House) -> None:
    case = await house.complaint(await house.caller(), product="washer")
    with pytest.raises(Refused, match="problem"):
        await house.book.promise_about(case.id, PromiseKind.WHEN_FIXED, None, "ana", "")
    problem = await house.book.open_problem(
        title="it stands still", category="product-fault", product="washer", workaround="pull the plug", by="sam"
    )
    (given,) = await house.book.owed_to(case.contact)  # declaring the problem has promised it
    with pytest.raises(Refused, match="already"):
        await house.book.promise_about(case.id, PromiseKind.WHEN_FIXED, None, "ana", "")
    assert [one.id for one in await house.book.solve_problem(problem.id, by="sam")] == [given.id]


async def test_nothing_is_promised_about_what_is_over_or_to_whom_nobody_can_ring(house: House) -> None:
    case = await house.complaint(await house.caller())
    await house.book.solve_case(case.id, "ana", "a new one")
    with pytest.raises(Refused, match="solved"):
        await house.book.promise_about(case.id, PromiseKind.CALLBACK, window(house), "ana", "")
    withheld = await house.complaint(await house.caller("anonymous"))
    with pytest.raises(Refused, match="cannot be called"):
        await house.book.promise_about(withheld.id, PromiseKind.CALLBACK, window(house), "ana", "")
    with pytest.raises(NotFound):
        await house.book.promise_about("none", PromiseKind.CALLBACK, window(house), "ana", "")


async def test_a_correction_is_looked_at_before_half_of_it_is_written(house: House) -> None:
    case = await house.complaint(await house.caller(), urgency=Urgency.MONEY)
    with pytest.raises(Refused, match="reason"):
        await house.book.must_be_correctable(case.id, case.category, Urgency.INFO, " ")
    await house.book.must_be_correctable(case.id, case.category, Urgency.INFO, "they only asked")
    await house.book.must_be_correctable(case.id, case.category, Urgency.SAFETY, "")
    with pytest.raises(Refused, match="category"):
        await house.book.must_be_correctable(case.id, "none", Urgency.MONEY, "")


async def test_what_helped_is_the_last_word_of_who_solved_it_and_the_workaround(house: House) -> None:
    case = await house.complaint(await house.caller(), product="washer")
    plain = await house.complaint(await house.caller("010-1234-0002"))
    await house.book.open_problem(
        title="it stands still", category="product-fault", product="washer", workaround="pull the plug", by="sam"
    )
    await house.book.solve_case(case.id, "ana", "a new fuse")
    await house.book.reopen_case(case.id, "dee", "it stands still again")
    assert await house.book.what_helped([case.id], 5) == ()
    await house.book.solve_case(case.id, "dee", "a new motor")
    await house.book.solve_case(plain.id, "dee", "")
    assert {one.id for one in await house.book.solved_cases(10)} == {case.id, plain.id}
    (found,) = await house.book.what_helped([plain.id, "none", case.id], 5)
    assert (found.case.id, found.note, found.workaround) == (case.id, "a new motor", "pull the plug")
