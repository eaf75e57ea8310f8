"""What the list of cases looks like: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping

from callbacks.model import Case, CaseStatus, CaseStep
from console.book.cases import CasePage
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Html, chip, el, left, select, together

PATH = "/cases"
#: What *nobody* is called in an address.
NOBODY = "-"


def case_filters(show: Showing, query: Mapping[str, str], people: Mapping[str, str]) -> Html:
    """What the list can be narrowed to."""
    words = show.words

    def choice(name: str, options: Mapping[str, str], default: str = "") -> Html:
        return select(name, words(f"cases.{name}"), book.any_of(show, options), query.get(name, default))

    statuses = {status.value: words.named("status", status) for status in CaseStatus}
    marks = {"late": words("cases.late"), "repeat": words("cases.repeated"), "both": words("cases.both")}
    owners = {NOBODY: words("book.nobody")} | dict(people)
    return book.filters(
        show,
        PATH,
        select("status", words("cases.status"), statuses | {"any": words("book.any")}, query.get("status") or "open"),
        choice("category", book.categories(show)),
        choice("urgency", book.urgencies(show)),
        choice("owner", owners),
        choice("mark", marks),
    )


def case_list(show: Showing, page: CasePage, query: Mapping[str, str], people: Mapping[str, str]) -> Html:
    """A page of cases."""
    words, found = show.words, page.cases
    if not found.rows:
        searched = any(value for name, value in query.items() if name != "after")
        return book.nothing(words("cases.none"), words("cases.none_found" if searched else "cases.none_yet"))
    names = ("reference", "contact", "category", "urgency", "summary", "step", "due", "owner", "opened")
    rows = [
        (
            book.case_link(case.reference),
            book.person(show, page.contacts.get(case.contact)),
            together(show.site.title(case.category, words.language), f" · {case.product}" if case.product else ""),
            show.urgency(case.urgency),
            el("span", case.summary, class_="clipped"),
            together(step_mark(show, case), marks(show, case)),
            el("span", deadline(show, case), class_="due-cell"),
            book.agent_name(people, case.owner) or "–",
            book.when(show, case.opened_at),
        )
        for case in found.rows
    ]
    table = book.listing(words("cases.page"), [words(f"cases.{name}") for name in names], rows)
    return together(table, book.pager(show, PATH, query, found.after, len(found.rows)))


def step_mark(show: Showing, case: Case) -> Html:
    """Where the case stands."""
    if case.status is not CaseStatus.OPEN or case.step is CaseStep.DONE:
        return chip(show.words.named("status", case.status), "ok")
    return chip(show.words.named("case_step", case.step))


def marks(show: Showing, case: Case) -> Html:
    """That the contact complains again, and how often a step was missed."""
    words = show.words
    return together(
        together(" ", chip(words("desk.repeat"), "warn")) if case.repeat else None,
        together(" ", chip(words("cases.escalated", count=case.escalations), "bad")) if case.escalations else None,
    )


def deadline(show: Showing, case: Case) -> Html:
    """By when the step must be done; late ones say so in words."""
    if case.step_due is None or case.status is not CaseStatus.OPEN:
        return Html("–")
    if case.step_due <= show.now:
        return together(chip(show.words("cases.overdue"), "bad"), " ", left(case.step_due))
    return left(case.step_due)
