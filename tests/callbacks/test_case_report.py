"""The case report: eight disciplines from the record alone, in three languages, as a page and as a PDF."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.entries import EntryKind
from callbacks.ledger import CORRECTION
from callbacks.model import AttemptOutcome, CaseStatus, PromiseKind, PromiseState, Wish
from callbacks.reports.case_report import CaseReport, Discipline, Fact
from callbacks.reports.report_html import report_html
from callbacks.reports.report_pdf import report_pdf
from callbacks.reports.report_view import LANGUAGES, report_view, report_words
from config.errors import HotlineError
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, MINUTE, SEOUL
from tests.contracts.promise_books import House, house_on


async def told_story(house: House) -> CaseReport:
    """A complaint whose fault is found and fixed; the callback is tried twice."""
    contact = await house.caller()
    case = await house.complaint(contact)
    await house.calls.begin("call-0", contact=contact, dialled="1001", tier="standard")
    await house.clock.advance(120)
    await house.calls.update("call-0", bridged_at=house.clock.now(), agent="ana")
    await house.calls.finish("call-0", "them", rating=4)
    promise = await house.callback(contact, case.id)
    problem = await house.book.open_problem(title="Pump seizes", category="product-fault", product=None, workaround="")
    assert problem.id
    await house.pass_time(HOUR + MINUTE)
    for outcome in (AttemptOutcome.BUSY, AttemptOutcome.ANSWERED):
        attempt = (await house.book.start_attempt(promise.id, "bo")).attempt
        await house.book.end_attempt(promise.id, attempt or "", outcome)
        await house.clock.advance(600)
    await house.book.solve_case(case.id, "ana", "a new <pump>")
    return await house.book.case_report(case.id, house.calls)


@pytest.fixture
async def report() -> CaseReport:
    async with house_on("memory", str) as house:
        return await told_story(house)


def facts_of(report: CaseReport, discipline: Discipline) -> tuple[Fact, ...]:
    return dict(report.disciplines)[discipline]


def test_every_discipline_is_there_in_order(report: CaseReport) -> None:
    assert [name for name, _ in report.disciplines] == list(Discipline)


def test_a_cause_that_nobody_stated_is_not_guessed(report: CaseReport) -> None:
    for unknown in (Discipline.ROOT_CAUSE, Discipline.CORRECTION, Discipline.PREVENTION):
        assert facts_of(report, unknown) == ()
    page = report_html(report_view(report, "en", SEOUL, "Faulty product"))
    assert page.count("Nothing is recorded of this step.") == 3


def test_each_person_is_named_once_with_what_they_did_first(report: CaseReport) -> None:
    team = [(fact.detail, fact.what) for fact in facts_of(report, Discipline.TEAM)]
    assert team == [("ana", "talked-with-contact"), ("bo", "rang-contact")]


def test_the_contacts_own_words_open_the_report(report: CaseReport) -> None:
    first = facts_of(report, Discipline.PROBLEM)[0]
    assert (first.what, first.quoted) == ("complained", "the washing machine stands still")


def test_a_promise_is_told_from_its_making_to_its_end(report: CaseReport) -> None:
    callback = next(p for p in report.promises if p.promise.kind is PromiseKind.CALLBACK)
    told = [fact.what.removeprefix("entry-") for fact in callback.facts]
    assert told == ["made", "fell-due", "attempt-started", "attempt-ended", "attempt-started", "attempt-ended", "kept"]
    assert [fact.detail for fact in callback.facts if fact.detail] == ["busy", "answered"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_complete_escaped_and_needs_nothing_from_outside(report: CaseReport, language: str) -> None:
    page = report_html(report_view(report, language, SEOUL, "세탁기"))
    assert "a new &lt;pump&gt;" in page
    assert "a new <pump>" not in page
    assert page.count("<h2>") == len(Discipline) + 2
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert report.case.reference in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_set_in_fonts_that_have_the_letters(report: CaseReport, language: str) -> None:
    document = report_pdf(report_view(report, language, SEOUL, "Faulty product"))
    assert document.startswith(b"%PDF-")
    expected = {"en": b"Helvetica", "zh": b"STSong-Light", "ko": b"HYSMyeongJo-Medium"}[language]
    assert expected in document


def test_the_timeline_has_a_row_for_each_event_in_the_order_of_time(report: CaseReport) -> None:
    view = report_view(report, "en", SEOUL, "Faulty product")
    rows = view.timeline.rows
    assert [row.when for row in rows] == sorted(row.when for row in rows)
    page = report_html(view)
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert drawn.count("<circle") == len(rows)
    assert all(f">{words}</text>" in drawn for words in ("case opened", "Case", "Promises", "Calls"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_recorded_has_words(language: str) -> None:
    words, english = report_words(language), report_words("en")
    assert {group: set(named) for group, named in words.items()} == {g: set(named) for g, named in english.items()}
    assert set(Discipline) == set(words["discipline"])
    assert {f"entry-{kind}" for kind in EntryKind} <= set(words["fact"])
    assert {f"state-{state}" for state in PromiseState} <= set(words["fact"])
    assert {f"promised-{kind}" for kind in PromiseKind} <= set(words["fact"])
    assert set(AttemptOutcome) <= set(words["outcome"])
    assert set(Urgency) <= set(words["urgency"])
    assert set(Wish) <= set(words["wish"])
    assert set(CaseStatus) <= set(words["status"])


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(HotlineError, match="not written in `fr`"):
        report_words("fr")


async def test_a_stated_cause_is_quoted_with_its_author_and_moment() -> None:
    async with house_on("memory", str) as house:
        case = await house.complaint(await house.caller())
        problem = await house.book.open_problem(
            title="Pump seizes", category="product-fault", product=None, workaround=""
        )
        await house.clock.advance(timedelta(days=2).total_seconds())
        await house.book.state(problem.id, "root-cause", "the seal swells", by="eva")
        report = await house.book.case_report(case.id, house.calls)
    (cause,) = facts_of(report, Discipline.ROOT_CAUSE)
    assert (cause.by, cause.quoted) == ("eva", "the seal swells")
    assert cause.at - report.case.opened_at >= CORRECTION
