"""Problems on the wallboard, suspected and known, and how well cases are sifted: pure functions to HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callbacks.cases.sifting import SiftRates
from callbacks.model import Problem
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, area, at, button, chip, dialog, el, field, select, together
from console.pages.wallboard_view import percent

#: How the book writes a rise into the title of what it proposes: `WHAT: 9 > 2.1 (3 h)`.
_RISE = re.compile(r": (?P<cases>\d+) > (?P<usual>\d+(?:\.\d+)?) \((?P<hours>\d+) h\)$")


def problems(show: Showing, known: Sequence[Problem], may_act: bool) -> Html:
    """Known root causes."""
    words = show.words
    opening = _opens("problem", words("wall.open_problem"))
    head = el("div", el("h2", words("wall.problems")), opening if may_act else None, class_="row spread")
    if not known:
        return together(head, el("p", words("wall.none_problems"), class_="muted"))
    return together(head, el("ul", *(_problem(show, problem, may_act) for problem in known), class_="cards"))


def proposed(show: Showing, suspected: Sequence[Problem], may_act: bool) -> Html:
    """What a rise in cases suggests, for a person to judge."""
    words = show.words
    heading = el("h2", words("wall.proposed"))
    if not suspected:
        return together(heading, el("p", words("wall.none_proposed"), class_="muted"))
    return together(heading, el("ul", *(_suspicion(show, problem, may_act) for problem in suspected), class_="cards"))


def sifting(show: Showing, rates: SiftRates) -> Html:
    """How many cases were sifted out as grave, and how many of the checked ones were sifted wrongly."""
    words = show.words
    heading = el("h2", words("wall.sifting"))
    if not rates.cases:
        return together(heading, el("p", words("wall.none_sifted"), class_="muted"))
    lines = (
        (words("wall.sift_rate"), percent(rates.sift_rate),
         words("wall.sift_of", count=rates.sifted, all=rates.cases)),
        (words("wall.mis_sift_rate"), percent(rates.mis_sift_rate),
         words("wall.mis_sift_of", count=rates.corrected, all=rates.checked)),
        (words("wall.missed"), str(rates.missed), words("wall.missed_note")),
        (words("wall.needless"), str(rates.needless), words("wall.needless_note")),
    )  # fmt: skip
    rows = [
        el("tr", el("th", name, scope="row"), el("td", note, class_="muted"), el("td", el("b", value), class_="number"))
        for name, value, note in lines
    ]
    return together(heading, el("table", el("tbody", *rows)))


def dialogs(show: Showing) -> Html:
    """The forms that open a problem, declare one solved, and judge what is suspected."""
    words = show.words
    categories = {name: show.site.title(name, words.language) for name in show.site.titles}
    products = {"": "–"} | {product: product for product in show.site.products}
    cancel = words("app.cancel")
    about = el("p", data_filled="title", class_="muted")
    return together(
        dialog(
            "problem",
            words("wall.open_problem"),
            cancel,
            button(words("wall.save"), "open-problem", kind="main"),
            field("title", words("wall.title"), required=True, maxlength="200"),
            select("category", words("wall.category"), categories),
            select("product", words("wall.product"), products),
            area("workaround", words("wall.workaround")),
        ),
        dialog("solve", words("wall.solve"), cancel, button(words("wall.solve"), "solve-problem", kind="main"),
               el("p", data_filled="title")),
        dialog(
            "confirm",
            words("wall.confirm"),
            cancel,
            button(words("wall.confirm"), "confirm-problem", kind="main"),
            about,
            field("title", words("wall.confirm_title"), maxlength="200"),
            el("p", words("wall.confirm_note"), class_="hint"),
        ),
        dialog(
            "dismiss",
            words("wall.dismiss"),
            cancel,
            button(words("wall.dismiss"), "dismiss-problem", kind="main"),
            about,
            field("reason", words("wall.dismiss_reason"), required=True, maxlength="1000"),
        ),
    )  # fmt: skip


def _opens(dialog_id: str, label: str, item: str | None = None, title: str | None = None) -> Html:
    return el("button", label, type="button", class_="button small", data_opens=dialog_id, data_item=item,
              data_title=title, aria_haspopup="dialog")  # fmt: skip


def _problem(show: Showing, problem: Problem, may_act: bool) -> Html:
    words = show.words
    solve = _opens("solve", words("wall.solve"), problem.id, words("wall.solve_ask", title=problem.title))
    meanwhile = words("wall.workaround_short", text=problem.workaround) if problem.workaround else ""
    head = el("div", el("strong", problem.title), solve if may_act else None, class_="row spread")
    note = el("p", meanwhile, class_="note") if meanwhile else None
    return el("li", head, _facts(show, problem), note, class_="card")


def _suspicion(show: Showing, problem: Problem, may_act: bool) -> Html:
    words = show.words
    title = _title(show, problem)
    judge = el(
        "div",
        _opens("confirm", words("wall.confirm"), problem.id, title),
        _opens("dismiss", words("wall.dismiss"), problem.id, title),
        class_="row",
    )
    return el("li", el("strong", title), _facts(show, problem), judge if may_act else None, class_="card soon")


def _title(show: Showing, problem: Problem) -> str:
    """In words where the title is a rise in numbers."""
    rise = _RISE.search(problem.title)
    return show.words("wall.rise", **rise.groupdict()) if rise is not None else problem.title


def _facts(show: Showing, problem: Problem) -> Html:
    since: list[Content] = [show.words("wall.since"), " ", at(problem.opened_at, show.site.zone, show.now)]
    return el(
        "div",
        chip(show.site.title(problem.category, show.words.language)),
        chip(problem.product) if problem.product else None,
        el("span", *since, class_="muted"),
        class_="row wrap",
    )
