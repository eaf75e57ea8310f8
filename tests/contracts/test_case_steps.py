"""The steps of cases on each store: their time limits, and what happens when one is missed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.cases.sifting import sift_rates
from callbacks.cases.steps import StepRules
from callbacks.model import CaseStep
from config.errors import Refused
from config.hotline_file import ManagerLine
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, MINUTE, RULES
from tests.contracts.promise_books import STORES, House, house_on

STEPS = StepRules(
    limits={CaseStep.CLASSIFY: 3600, CaseStep.HAND_OVER: 7200, CaseStep.FEED_BACK: 86_400},
    of_tier={"vip": {CaseStep.CLASSIFY: 1200}},
    of_category={"safety": {CaseStep.CLASSIFY: 600}},
    responsible={CaseStep.CLASSIFY: "ana"},
    repeat_within=timedelta(days=30),
)


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        made.book.rules = replace(RULES, steps=STEPS)
        yield made


async def test_each_step_begins_with_a_time_limit_of_its_own(house: House) -> None:
    case = await house.complaint(await house.caller())
    assert (case.step, case.step_due) == (CaseStep.CLASSIFY, house.clock.now() + HOUR)
    await house.clock.advance(60)
    classified = await house.book.classify_case(case.id, "safety", "heater", "jin")
    assert (classified.category, classified.product) == ("safety", "heater")
    assert (classified.step, classified.step_due) == (CaseStep.HAND_OVER, house.clock.now() + 2 * HOUR)
    owned = await house.book.own_case(case.id, "jin")
    assert (owned.step, owned.owner, owned.step_due) == (CaseStep.FEED_BACK, "jin", house.clock.now() + 24 * HOUR)
    solved = await house.book.solve_case(case.id, "jin", "mended")
    assert (solved.step, solved.step_due) == (CaseStep.DONE, None)
    history = [(note.what, note.text) for note in await house.book.case_history(case.id)]
    assert history[1:3] == [("classified", "product-fault to safety"), ("owned", "")]


async def test_the_shorter_limit_of_category_and_tier_counts(house: House) -> None:
    vip = await house.caller("1001", "vip")
    now = house.clock.now()
    assert (await house.complaint(vip)).step_due == now + 20 * MINUTE
    assert (await house.complaint(vip, category="safety")).step_due == now + 10 * MINUTE


async def test_a_missed_step_escalates_at_once_and_leaves_solved_cases_alone(house: House) -> None:
    case = await house.complaint(await house.caller())
    other = await house.complaint(await house.caller("1001"))
    await house.book.solve_case(other.id, "jin", "mended")
    await house.clock.advance(HOUR.total_seconds() - 1)
    assert await house.book.escalate_late_cases(house.clock.now()) == ()
    await house.clock.advance(1)
    (late,) = await house.book.escalate_late_cases(house.clock.now())
    assert (late.escalations, late.owner, late.urgency) == (1, "ana", Urgency.SERVICE)
    assert late.step_due == house.clock.now() + HOUR
    assert await house.book.case(case.id) == late
    assert await house.book.escalate_late_cases(house.clock.now()) == ()
    notes = [note for note in await house.book.case_history(case.id) if note.what == "escalated"]
    assert notes[0].text == "classify, due 2026-03-10 05:00 UTC, to ana"


async def escalations(house: House, case: str, hours: int) -> list[tuple[int, str | None]]:
    """When the case escalates in the next hours (hours from now), and to whom."""
    found = []
    for hour in range(hours + 1):
        found += [(hour, late.owner) for late in await house.book.escalate_late_cases(house.clock.now())]
        await house.clock.advance(HOUR.total_seconds())
    told = [event.data()["times"] for event in house.heard("escalated") if event.subject == case]
    assert told == list(range(1, (await house.book.case(case)).escalations + 1))
    return found


async def test_a_case_that_nobody_touches_escalates_ever_more_rarely_and_higher_up(house: House) -> None:
    house.book.rules = replace(house.book.rules, manager_line=ManagerLine(queue="managers", agent="lin"))
    case = await house.complaint(await house.caller())
    found = await escalations(house, case.id, 90)
    assert [hour for hour, _ in found] == [1, 2, 4, 8, 16, 32, 56, 80]
    assert [owner for _, owner in found] == ["ana", *["lin"] * 7]
    notes = [note.text for note in await house.book.case_history(case.id) if note.what == "escalated"]
    assert [text.rpartition(", to ")[2] for text in notes] == [owner for _, owner in found]


async def test_who_owns_the_case_is_asked_before_anybody_else(house: House) -> None:
    steps = replace(STEPS, responsible={CaseStep.FEED_BACK: "ana"})
    house.book.rules = replace(house.book.rules, steps=steps)
    case = await house.complaint(await house.caller())
    await house.book.own_case(case.id, "jin")
    assert await escalations(house, case.id, 30) == [(24, "jin"), (25, "ana"), (27, "ana")]


async def test_who_takes_a_late_case_on_is_asked_for_the_first_time(house: House) -> None:
    case = await house.complaint(await house.caller())
    assert [hour for hour, _ in await escalations(house, case.id, 4)] == [1, 2, 4]
    await house.book.own_case(case.id, "jin")
    assert await escalations(house, case.id, 26) == [(24, "jin"), (25, "jin")]


async def test_a_graver_category_makes_the_case_and_its_promises_graver(house: House) -> None:
    house.book.rules = replace(RULES, urgencies={"safety": Urgency.SAFETY, "product-fault": Urgency.SERVICE})
    contact = await house.caller()
    case = await house.complaint(contact)
    promise = await house.callback(contact, case=case.id)
    raised = await house.book.classify_case(case.id, "safety", None, "jin")
    assert raised.urgency is Urgency.SAFETY
    assert await house.book.case(case.id) == raised
    assert (await house.book.promise(promise.id)).urgency is Urgency.SAFETY
    history = [(note.what, note.by, note.text) for note in await house.book.case_history(case.id)]
    assert ("urgency-raised", "jin", "service to safety") in history
    rates = sift_rates(await house.book.case_histories(10))
    assert (rates.missed, rates.corrected) == (1, 1)
    # the way back is for a person with a reason, and stands although the category is confirmed
    assert (await house.book.classify_case(case.id, "product-fault", None, "jin")).urgency is Urgency.SAFETY
    await house.book.classify_case(case.id, "safety", None, "jin")
    await house.book.lower_urgency(case.id, Urgency.MONEY, "jin", "a misunderstanding")
    assert (await house.book.classify_case(case.id, "safety", None, "jin")).urgency is Urgency.MONEY


async def test_only_an_open_case_is_classified_and_only_as_the_file_knows(house: House) -> None:
    case = await house.complaint(await house.caller())
    with pytest.raises(Refused, match="no category"):
        await house.book.classify_case(case.id, "weather", None, "jin")
    await house.book.solve_case(case.id, "jin", "mended")
    with pytest.raises(Refused, match="solved"):
        await house.book.classify_case(case.id, "safety", None, "jin")


async def test_an_exception_has_a_reason_and_the_next_agent_sees_it(house: House) -> None:
    contact = await house.caller()
    case = await house.complaint(contact)
    with pytest.raises(Refused, match="reason"):
        await house.book.record_exception(case.id, "free repair", " ", "jin")
    made = await house.book.record_exception(case.id, "free repair", "third fault in a year", "jin")
    later = await house.complaint(contact, category="safety")
    assert later.contact == case.contact
    assert await house.book.exceptions_of(contact) == (made,)
    assert await house.book.exceptions_of(await house.caller("1001")) == ()
    assert (await house.book.case_history(case.id))[-1].what == "exception"
    assert len(house.heard("exception-made")) == 1
