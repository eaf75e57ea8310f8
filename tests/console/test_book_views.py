"""The book's pages as HTML: over six believable weeks in every language, and what is said where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from callbacks.contacts.contact_csv import read_contacts_csv
from callbacks.lists import CaseFilter, Listed, Place, PromiseFilter
from callbacks.model import CaseStatus, CaseStep, Contact, ProblemState, PromiseKind, PromiseState
from callbacks.ports import OPEN_STATES
from callbacks.privacy.retention import Removed
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.book.problems import Evidence
from console.book.service import BookService
from console.identity.users import Role, User
from console.pages import (
    book_view,
    case_view,
    cases_view,
    contacts_view,
    import_view,
    outcomes_view,
    privacy_view,
    problems_view,
    promises_view,
)
from console.pages.cases import wanted_cases
from console.pages.desk_view import Showing
from console.pages.html import Html, together
from console.pages.promises import wanted_promises
from console.ports import Site
from console.words import LANGUAGES, words
from tests.callbacks.samples import NOON
from tests.console.sample_book import sample_book, sample_file

ADMIN = User("root", "Ada", Role.ADMIN)
PEOPLE = {"minji": "Kim Min-ji"}


@dataclass(slots=True)
class House:
    """The service over the sample, and how views show it."""

    service: BookService
    show: Callable[[str], Showing]


@pytest.fixture
async def house(tmp_path: Path) -> House:
    clock = VirtualClock(NOON)
    parts = await sample_book(clock, EventBus(), tmp_path)
    return House(BookService(parts), lambda language: Showing(words(language), Site.of(sample_file()), clock.now()))


def english() -> Showing:
    return Showing(words("en"), Site.of(sample_file()), NOON)


def text_of(html: Html) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_view_is_drawn_in_every_language(house: House, language: str) -> None:
    service, show = house.service, house.show(language)
    contacts = await service.list_contacts(ADMIN, "")
    card = await service.card(ADMIN, contacts.rows[0].contact.id)
    cases = await service.list_cases(ADMIN, CaseFilter(status=CaseStatus.OPEN))
    story = await service.case(ADMIN, cases.cases.rows[-1].reference)
    said = {call.id: await service.transcript(ADMIN, call.id) for call in story.calls}
    promises = await service.list_promises(ADMIN, PromiseFilter())
    moved = await service.list_promises(ADMIN, PromiseFilter(states=frozenset({PromiseState.RENEGOTIATED})))
    tale = await service.promise(ADMIN, moved.promises.rows[0].reference)
    known = await service.problems(ADMIN, frozenset({ProblemState.OPEN}))
    problem = await service.problem(ADMIN, known[0].id)
    suspected = await service.problems(ADMIN, frozenset({ProblemState.PROPOSED}))
    ratings = await service.ratings(ADMIN, 90)
    plan = await service.preview_import(ADMIN, import_view.TEMPLATE + "abc,,,,,,,,\r\n")
    drawn = together(
        contacts_view.contact_filters(show, {}, ("vip",)),
        contacts_view.contact_list(show, contacts, {}),
        contacts_view.card(show, card),
        contacts_view.actions(show, card.contact, may_handle=True, may_change=True, may_erase=True) or "",
        contacts_view.owed(show, card.owed),
        contacts_view.cases(show, card.cases),
        contacts_view.exceptions(show, card.exceptions),
        contacts_view.dialogs(show),
        contacts_view.contact_dialog(show, "change-contact", "x", ("vip",), ("en",), card.contact),
        import_view.guide(show),
        import_view.chooser(show),
        import_view.preview(show, plan),
        import_view.progress(show, 1, 2),
        import_view.finished(show, 1, 2),
        cases_view.case_filters(show, {}, PEOPLE),
        cases_view.case_list(show, cases, {}, PEOPLE),
        case_view.case_head(show, story.file, PEOPLE),
        case_view.case_actions(show, story.file.case, may_handle=True, may_assign=True, language=language),
        case_view.dialogs(show, story.file.case, PEOPLE),
        case_view.promised(show, story, PEOPLE),
        case_view.calls(show, story.calls, PEOPLE, said, may_listen=True),
        case_view.history(show, story.file.notes, PEOPLE),
        promises_view.balance(show, await service.identity(ADMIN)),
        promises_view.promise_filters(show, {}, PEOPLE, all_owners=True),
        promises_view.promise_list(show, promises, {}, PEOPLE),
        promises_view.head(show, tale, PEOPLE),
        promises_view.actions(show, tale, language, may_change=True) or "",
        promises_view.dialogs(show, PEOPLE, tale.promise),
        promises_view.entries(show, tale, PEOPLE),
        problems_view.proposed(show, [(one, problem.evidence) for one in suspected], may_judge=True),
        problems_view.problem_list(show, "x", known, "y"),
        problems_view.head(show, problem.problem),
        problems_view.actions(show, problem.problem, may_judge=True, may_solve=True) or "",
        problems_view.linked(show, problem, may_judge=True),
        problems_view.history(show, problem, PEOPLE),
        problems_view.preview(show, await service.preview(ADMIN, known[0].id), known[0]),
        problems_view.open_dialog(show),
        problems_view.judge_dialogs(show),
        problems_view.work_dialogs(show),
        privacy_view.tabs(show, "looks", tuple(privacy_view.TABS)),
        privacy_view.keeping(show, await service.keeping(ADMIN)),
        privacy_view.keeping_dialog(show),
        privacy_view.refusals(show, await service.list_contacts(ADMIN, "", do_not_call=True), {}),
        privacy_view.refusal_dialogs(show),
        privacy_view.looks(show, await service.looks(ADMIN, None), PEOPLE, {}),
        privacy_view.letters(show, await service.letters(ADMIN)),
        privacy_view.removed(show, Removed(1, 2, 3, 4)),
        outcomes_view.head(show, 90),
        outcomes_view.agents(show, ratings.agents, PEOPLE),
        outcomes_view.categories(show, ratings.categories),
    )
    assert len(drawn) > 20_000
    assert "<script" not in drawn
    # every control that a person fills in has a label around it, or says which entry it is for
    for entry in re.finditer(r"<(input|select|textarea)[^>]*>", drawn):
        if 'type="hidden"' not in entry.group() and 'id="table"' not in entry.group():
            before = drawn[: entry.start()]
            assert before.rfind("<label") > before.rfind("</label>"), entry.group()


async def test_the_sample_has_something_of_each_kind(house: House) -> None:
    service = house.service
    identity = await service.identity(ADMIN)
    assert identity.holds
    assert min(identity.kept, identity.renegotiated, identity.broken, identity.open) > 0
    assert (await service.letters(ADMIN)).messages
    assert (await service.looks(ADMIN, None))[0].by == "wei"
    assert {one.state for one in await service.problems(ADMIN, frozenset(ProblemState))} >= {
        ProblemState.OPEN,
        ProblemState.PROPOSED,
    }


def test_what_callers_say_stays_text() -> None:
    show, nasty = english(), "<img src=x onerror=alert(1)>"
    contact = Contact("c", "+821012345678", nasty, name=nasty, notes=nasty)
    assert nasty not in book_view.person(show, contact)
    assert nasty not in contacts_view.contact_dialog(show, "add-contact", nasty, (nasty,), ("en",), contact)
    rows, faults = read_contacts_csv(f"number,tier\n+821012345678,{nasty}\n", sample_file())
    assert (rows, nasty in faults[0].what) == ([], True)
    assert nasty not in import_view.fault_list(show, faults)


async def test_an_empty_list_says_what_to_do(house: House) -> None:
    show, service = house.show("en"), house.service
    nobody = await service.list_contacts(ADMIN, "nobody of that name")
    assert "Try part of the number" in contacts_view.contact_list(show, nobody, {"q": "nobody of that name"})
    assert "import a table" in contacts_view.contact_list(show, Listed(()), {})
    none = await service.list_cases(ADMIN, CaseFilter(owner="stranger"))
    assert "Loosen one" in cases_view.case_list(show, none, {"owner": "stranger"}, {})
    assert "A case opens when" in cases_view.case_list(show, none, {}, {})


def test_the_address_of_the_next_page_keeps_the_filters_and_drops_what_is_empty() -> None:
    drawn = book_view.pager(
        english(), "/cases", {"status": "open", "owner": "", "after": "x~y"}, Place(NOON, "a&b"), 50
    )
    assert 'href="/cases?status=open"' in drawn
    assert 'href="/cases?status=open&amp;after=2026-03-10T04%3A00%3A00%2B00%3A00~a%26b"' in drawn
    assert "href" not in book_view.pager(english(), "/cases", {}, None, 3)


def test_a_mangled_address_of_a_list_is_no_fault() -> None:
    late = wanted_cases({"status": "rubbish", "urgency": "huge", "mark": "late", "owner": "-"}, NOON)
    assert late == CaseFilter(overdue_at=NOON, owner="")
    assert wanted_cases({}, NOON) == CaseFilter(status=CaseStatus.OPEN)
    both = wanted_cases({"status": "any", "mark": "both", "urgency": "safety"}, NOON)
    assert both == CaseFilter(urgency=Urgency.SAFETY, overdue_at=NOON, repeat=True)
    assert wanted_promises({"state": "x", "kind": "y", "within": "z"}, NOON) == PromiseFilter(states=OPEN_STATES)
    broken = wanted_promises({"state": "broken", "kind": "progress", "within": "4", "owner": "wei"}, NOON)
    assert broken == PromiseFilter(
        frozenset({PromiseState.BROKEN}), PromiseKind.PROGRESS, "wei", NOON + timedelta(hours=4)
    )


async def test_a_late_step_says_so_in_words(house: House) -> None:
    show, service = house.show("en"), house.service
    cases = await service.list_cases(ADMIN, CaseFilter(status=CaseStatus.OPEN))
    case = replace(cases.cases.rows[0], step=CaseStep.CLASSIFY, step_due=show.now - timedelta(hours=1))
    assert "overdue" in cases_view.deadline(show, case)
    assert "overdue" not in cases_view.deadline(show, replace(case, step_due=show.now + timedelta(hours=1)))
    drawn = case_view.steps(show, case)
    assert re.findall(r'<li class="(\w+)"', drawn) == ["done", "here", "ahead", "ahead", "ahead"]
    assert 'aria-current="step"' in drawn


def test_the_evidence_is_a_picture_with_the_same_in_words() -> None:
    drawn = problems_view.chart(english(), Evidence((0, 1, 4, 2), 0.5))
    assert drawn.count("<rect") == 4
    assert len(re.findall(r'class="over"', drawn)) == 3
    assert "7 cases in the last week; usual in a week: 2.0" in text_of(drawn)
    assert re.findall(r' height="([\d.]+)"', drawn) == ["1", "15", "60", "30"]


def test_who_did_it_is_said_in_the_readers_words() -> None:
    show = english()
    named = [book_view.by_whom(show, by, PEOPLE) for by in ("hotline", "call:1", "minji", "user:sam", "gone")]
    assert named == ["the hotline", "the caller", "Kim Min-ji", "sam", "gone"]


async def test_what_may_not_be_done_is_not_offered(house: House) -> None:
    show, service = house.show("en"), house.service
    contact = (await service.list_contacts(ADMIN, "Lee")).rows[0].contact
    assert contacts_view.actions(show, contact, may_handle=False, may_change=False, may_erase=False) is None
    agent = contacts_view.actions(show, contact, may_handle=True, may_change=False, may_erase=False)
    assert re.findall(r'data-opens="([\w-]+)"', agent or "") == ["refuse-calls"]
    erased = replace(contact, number="", name="", do_not_call=True)
    left = contacts_view.actions(show, erased, may_handle=True, may_change=True, may_erase=True) or ""
    assert "calls" not in " ".join(re.findall(r'data-opens="([\w-]+)"', left))
    closed = (await service.list_promises(ADMIN, PromiseFilter(states=frozenset({PromiseState.KEPT})))).promises.rows[0]
    tale = await service.promise(ADMIN, closed.id)
    offered = promises_view.actions(show, tale, "en", may_change=True) or ""
    assert "data-opens" not in offered
    assert "Dossier" in offered
