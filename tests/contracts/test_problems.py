"""The promise book on each store: what becomes of a problem, and of everyone it hit."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from callbacks.events import ProblemProposed
from callbacks.model import Channel, Problem, ProblemState, PromiseState
from callbacks.problems.pacing import AtCapacity
from callbacks.problems.proposals import ProblemProposals
from callbacks.problems.watch import watch_problems
from callbacks.store.memory_book import MemoryBook
from config.clock import VirtualClock
from config.errors import DatabaseFault, Refused
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, NOON, RULES
from tests.contracts.promise_books import STORES, House, house_on
from tests.routing.floors import agent, hotline

JIN = "jin"


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


def staffed(agents: int) -> HotlineFile:
    """Each agent keeps 15 calls of four minutes in two hours, at half of their time."""
    people = {f"a{n}": agent("ko", repair=3) for n in range(agents)}
    return hotline(
        people,
        queues={"general": {}, "service": {}},
        skills=("repair",),
        callbacks={"window": 7200, "service_seconds": 240},
    )


async def test_five_hundred_people_are_called_in_order_and_never_all_at_once(
    empty_database: Callable[[str], str],
) -> None:
    async with house_on("memory", empty_database) as house:
        book = house.book
        book.rules = replace(book.rules, pace=AtCapacity(staffed(6)))
        urgencies, tiers = (Urgency.SERVICE, Urgency.SAFETY, Urgency.MONEY), ("standard", "vip")
        for n in range(500):
            contact = await house.caller(f"+8210{10_000_000 + n}", tiers[n % 2])
            await house.complaint(contact, urgency=urgencies[n % 3])
            await house.clock.advance(1)
        problem = await book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
        began = time.perf_counter()
        called = await book.solve_problem(problem.id, by=JIN)
        assert time.perf_counter() - began < 10  # seconds; a tenth of that on an idle machine
        assert len(called) == 500
        windows = [promise.opens for promise in called if promise.opens is not None]
        assert all(one <= other for one, other in pairwise(windows))
        ranks = [(-p.urgency.rank, -book.rules.tiers[p.tier], p.made_at) for p in called]
        assert ranks == sorted(ranks)
        assert max(windows.count(moment) for moment in set(windows)) <= 90
        assert max(p.due for p in called if p.due is not None) <= house.clock.now() + 24 * HOUR
        assert len(await book.fall_due(house.clock.now())) <= 90
        assert (await book.audit()).holds


async def test_who_was_promised_a_call_before_still_gets_it_when_a_problem_is_solved(house: House) -> None:
    house.book.rules = replace(house.book.rules, pace=AtCapacity(staffed(1)))
    for n in range(15):  # from one to three hours from now one agent is fully promised away
        await house.callback(await house.caller(f"10{n:02}"))
    await house.complaint(await house.caller("2000"))
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    await house.clock.advance(HOUR.total_seconds())
    (promise,) = await house.book.solve_problem(problem.id)
    assert promise.opens is not None
    assert promise.opens > house.clock.now()


async def test_what_is_proposed_reaches_no_caller_until_a_person_confirms_it(house: House) -> None:
    case = await house.complaint(await house.caller(), product="washer")
    proposed = await house.book.propose_problem("washers fail", "product-fault", "washer", cases=9, expected=2.5)
    assert proposed is not None
    assert await house.book.proposed_problems() == (proposed,)
    assert await house.book.problems() == ()
    assert await house.book.known_problem("product-fault", "washer") is None
    for act in (
        lambda: house.book.link_case(proposed.id, case.id),
        lambda: house.book.solve_problem(proposed.id),
    ):
        with pytest.raises(Refused, match="not confirmed yet"):
            await act()
    assert await house.book.propose_problem("again", "product-fault", "washer", cases=9, expected=2.5) is None

    opened = await house.book.confirm_problem(proposed.id, by=JIN, title="the fuse of washers melts")
    assert (opened.state, opened.title) == (ProblemState.OPEN, "the fuse of washers melts")
    assert await house.book.known_problem("product-fault", "washer") == opened
    assert (await house.book.case(case.id)).problem == opened.id
    notes = [(note.by, note.what) for note in await house.book.problem_history(opened.id)]
    assert notes == [("hotline", "proposed"), (JIN, "opened"), (JIN, "linked")]
    assert len(house.heard("proposed")) == 1
    assert len(await house.book.solve_problem(opened.id, by=JIN)) == 1


async def test_a_dismissed_proposal_is_none_and_says_why(house: House) -> None:
    proposed = await house.book.propose_problem("washers fail", "product-fault", None, cases=9, expected=2.5)
    assert proposed is not None
    with pytest.raises(Refused, match="reason"):
        await house.book.dismiss_problem(proposed.id, " ", by=JIN)
    dismissed = await house.book.dismiss_problem(proposed.id, "a campaign", by=JIN)
    assert dismissed.state is ProblemState.DISMISSED
    assert await house.book.proposed_problems() == ()
    assert (await house.book.problem_history(proposed.id))[-1].text == "a campaign"
    with pytest.raises(Refused, match="not proposed"):
        await house.book.confirm_problem(proposed.id, by=JIN)


async def test_a_case_that_has_another_cause_is_unlinked_and_its_promise_withdrawn(house: House) -> None:
    contact = await house.caller()
    one, other = await house.complaint(contact), await house.complaint(contact)
    problem = await house.book.open_problem(title="fuse", category="product-fault", product=None, workaround="")
    (promise,) = await house.book.owed_to(contact)
    await house.book.unlink_case(problem.id, one.id, by=JIN)
    assert await house.book.owed_to(contact) == (promise,)
    await house.book.unlink_case(problem.id, other.id, by=JIN)
    assert await house.book.owed_to(contact) == ()
    assert (await house.book.promise(promise.id)).state is PromiseState.WITHDRAWN
    assert (await house.book.case(other.id)).problem is None
    assert await house.book.cases_of_problem(problem.id) == ()
    with pytest.raises(Refused, match="not linked"):
        await house.book.unlink_case(problem.id, other.id, by=JIN)
    assert [note.what for note in await house.book.problem_history(problem.id)].count("unlinked") == 2


async def test_who_likes_mail_is_written_what_they_can_do_meanwhile_once(house: House) -> None:
    contact = await house.book.contact_by_number("1001", "standard")
    await house.book.save_contact(replace(contact, channel=Channel.MAIL, mail="kim@example.org"))
    case = await house.complaint(contact.id)
    problem = await house.book.open_problem(
        title="fuse", category="product-fault", product=None, workaround="pull the plug."
    )
    await house.book.link_case(problem.id, case.id)
    async with house.book.store.reading() as reader:
        found = [m for m in await reader.messages(contact.id) if m.template == "workaround"]
    assert [message.fields["workaround"] for message in found] == ["pull the plug."]


async def test_cases_are_counted_from_the_moment_asked_for(house: House) -> None:
    await house.complaint(await house.caller(), product="dryer")
    await house.clock.advance(3600)
    since = house.clock.now()
    await house.complaint(await house.caller(), product="washer")
    async with house.book.store.reading() as reader:
        assert [(seen.product, seen.at) for seen in await reader.cases_since(since)] == [("washer", since)]
        assert len(await reader.cases_since(since - timedelta(hours=2))) == 2


async def test_a_rise_in_cases_proposes_a_problem_once(house: House) -> None:
    contact = await house.caller()
    for _ in range(4):
        await house.complaint(contact, product="dryer")
        await house.clock.advance(timedelta(days=7).total_seconds())
    assert await house.book.look_for_rises() == ()
    for _ in range(9):
        await house.complaint(contact, product="washer")
        await house.clock.advance(300)
    await house.clock.advance(3600)
    (proposed,) = await house.book.look_for_rises()
    assert (proposed.category, proposed.product, proposed.state) == ("product-fault", "washer", ProblemState.PROPOSED)
    assert await house.book.look_for_rises() == ()
    (told,) = house.heard("proposed")
    assert isinstance(told, ProblemProposed)
    assert (told.subject, told.cases) == (proposed.id, 9)
    await house.book.dismiss_problem(proposed.id, "a campaign", by=JIN)
    assert await house.book.look_for_rises() == ()


async def test_the_watch_looks_shortly_after_each_whole_hour() -> None:
    class Book(ProblemProposals):
        def __init__(self, clock: VirtualClock) -> None:
            super().__init__(MemoryBook(EventBus()), clock, RULES)
            self.looked: list[tuple[int, int]] = []

        async def look_for_rises(self) -> tuple[Problem, ...]:
            self.looked.append((self.clock.now().hour, self.clock.now().minute))
            if len(self.looked) == 1:
                raise DatabaseFault("the database is away")
            return ()

    clock = VirtualClock(NOON + timedelta(minutes=20))
    book = Book(clock)
    watching = asyncio.create_task(watch_problems(book, clock))
    await clock.advance(timedelta(hours=2).total_seconds())
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert book.looked == [(5, 1), (6, 1)]
