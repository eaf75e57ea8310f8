"""What problems look like: the list, one problem with its evidence, and what solving it would bring. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from callbacks.model import Case, CaseStatus, Problem, ProblemState
from callbacks.problems.book import Statement
from callbacks.problems.preview import SolutionPreview
from console.book.problems import STEP, Evidence, ProblemStory
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Html, area, button, chip, clock_time, dialog, el, field, select, together

PATH = "/problems"
#: So many calls are shown one by one.
CALLS_SHOWN = 30
_HEIGHT, _BAR, _GAP = 60.0, 9.0, 2.0


def proposed(show: Showing, found: Sequence[tuple[Problem, Evidence]], *, may_judge: bool) -> Html:
    """What a rise in cases suggests, with the rise itself."""
    words = show.words
    heading = el("h2", words("problems.proposed"))
    if not found:
        return together(heading, el("p", words("problems.none_proposed"), class_="muted"))
    cards = [
        el(
            "li",
            el("div", book.problem_link(one.id, one.title), _kind(show, one), class_="row wrap"),
            chart(show, evidence),
            _judging(show, one) if may_judge else None,
            class_="card soon",
        )
        for one, evidence in found
    ]
    return together(heading, el("p", words("problems.proposed_hint"), class_="hint"), el("ul", *cards, class_="cards"))


def problem_list(show: Showing, heading: str, found: Sequence[Problem], empty: str) -> Html:
    """Problems in one state."""
    words = show.words
    title = el("h2", heading)
    if not found:
        return together(title, el("p", empty, class_="muted"))
    columns = [words(f"problems.{name}") for name in ("title", "kind", "opened", "known")]
    rows = [
        (
            book.problem_link(one.id, one.title),
            _kind(show, one),
            book.when(show, one.solved_at or one.opened_at),
            words("problems.has_workaround") if one.workaround else "–",
        )
        for one in found
    ]
    return together(title, book.listing(heading, columns, rows))


def head(show: Showing, problem: Problem) -> Html:
    """What it is, and what is known of it."""
    words = show.words
    state = chip(words.named("problem_state", problem.state), "ok" if problem.state is ProblemState.SOLVED else "warn")
    return together(
        book.crumb(PATH, words("problems.page")),
        el("div", el("h1", problem.title), state, _kind(show, problem), class_="row wrap"),
        book.facts(
            (words("problems.opened"), book.when(show, problem.opened_at)),
            (words("problems.solved_at"), book.when(show, problem.solved_at) if problem.solved_at else None),
            *((words.named("problem_note", what), _stated(problem, what)) for what in get_args(Statement)),
        ),
    )


def actions(show: Showing, problem: Problem, *, may_judge: bool, may_solve: bool) -> Html | None:
    """What can be done about it now."""
    words = show.words
    open_now = problem.state is ProblemState.OPEN
    solve = button(words("problems.preview"), "preview", item=problem.id, kind="main", key="S")
    controls = (
        _judging(show, problem) if may_judge and problem.state is ProblemState.PROPOSED else None,
        solve if may_solve and open_now else None,
        book.opener(words("problems.state"), "state")
        if may_judge and problem.state is not ProblemState.DISMISSED
        else None,
        book.opener(words("problems.link"), "link-case") if may_judge and open_now else None,
    )
    return el("div", *controls, class_="toolbar") if any(controls) else None


def chart(show: Showing, evidence: Evidence) -> Html:
    """The last week's cases by six hours as bars, with what was usual as a line; the same in words."""
    words = show.words
    most = max(*evidence.counts, evidence.usual, 1.0)
    step = _BAR + _GAP
    width = step * len(evidence.counts)
    bars = []
    for place, count in enumerate(evidence.counts):
        high = count / most * _HEIGHT
        begins = show.now - STEP * (len(evidence.counts) - place)
        when = clock_time(begins, show.site.zone, show.now)
        name = words("problems.bar", count=count, time=when)
        kind = "over" if count > evidence.usual else "under"
        bars.append(
            el(
                "rect",
                el("title", name),
                x=f"{place * step:g}",
                y=f"{_HEIGHT - high:g}",
                width=f"{_BAR:g}",
                height=f"{max(high, 1.0):g}",
                class_=kind,
            )
        )
    level = f"{_HEIGHT - evidence.usual / most * _HEIGHT:g}"
    line = el("line", x1="0", x2=f"{width:g}", y1=level, y2=level)
    week = sum(evidence.counts)
    usual = evidence.usual * len(evidence.counts)
    told = words("problems.evidence", week=week, usual=f"{usual:.1f}")
    box = f"0 -2 {width:g} {_HEIGHT + 4:g}"
    picture = el("svg", *bars, line, viewBox=box, preserveAspectRatio="xMinYMid", role="img", aria_label=told)
    return el("figure", picture, el("figcaption", told, class_="hint"), class_="evidence")


def linked(show: Showing, story: ProblemStory, *, may_judge: bool) -> Html:
    """The cases that have this cause, and open ones that might."""
    words, open_now = show.words, story.problem.state is ProblemState.OPEN
    parts = [el("h2", words("problems.cases", count=len(story.cases)))]
    if story.cases:
        parts.append(_cases(show, story, story.cases, "unlink-case" if may_judge and open_now else None))
    else:
        parts.append(el("p", words("problems.no_cases"), class_="muted"))
    if may_judge and open_now and story.candidates:
        parts += [el("h2", words("problems.candidates")), _cases(show, story, story.candidates, "link-this")]
    return together(*parts)


def history(show: Showing, story: ProblemStory, people: Mapping[str, str]) -> Html:
    """What was done about it, the latest first."""
    words = show.words
    rows = [
        book.moment(
            show, note.at, words.named("problem_note", note.what), book.by_whom(show, note.by, people), note.text
        )
        for note in reversed(story.notes)
    ]
    return together(el("h2", words("problems.history")), book.story(rows))


def preview(show: Showing, found: SolutionPreview, problem: Problem) -> Html:
    """Whom we would call, in which order and over which hours; and the button that does it."""
    words = show.words
    count = len(found.calls)
    go = book.opener(words("problems.solve"), "solve-problem", item=problem.id, title=problem.title, kind="main")
    leave = button(words("app.cancel"), "close-preview", kind="quiet")
    heading = el("h2", words("problems.would_call", count=count), role="status")
    if not count:
        return together(heading, el("p", words("problems.calls_nobody")), el("div", go, leave, class_="toolbar"))
    most = max(number for _, number in found.per_hour)
    hours = [
        el(
            "li",
            book.when(show, hour),
            el(
                "meter", str(number), min="0", max=str(most), value=str(number), aria_label=words("problems.calls_then")
            ),
            el("span", str(number), class_="number"),
        )
        for hour, number in found.per_hour
    ]
    names = ("place", "reference", "contact", "tier", "urgency", "window")
    rows = [
        (
            str(place),
            book.promise_link(call.promise.reference),
            book.person(show, call.contact),
            book.tier_mark(call.promise.tier),
            show.urgency(call.promise.urgency),
            book.window(show, call.window.opens, call.window.due),
        )
        for place, call in enumerate(found.calls[:CALLS_SHOWN], 1)
    ]
    left = count - len(rows)
    return together(
        heading,
        el("p", words("problems.pace_hint"), class_="hint"),
        el("h3", words("problems.hours")),
        el("ol", *hours, class_="hours"),
        el("h3", words("problems.order")),
        book.listing(words("problems.order"), [words(f"problems.{name}") for name in names], rows),
        el("p", words("contacts.more", count=left), class_="muted") if left else None,
        el("div", go, leave, class_="toolbar"),
    )


def open_dialog(show: Showing) -> Html:
    """The form that declares a problem."""
    words = show.words
    products = {"": "–"} | {product: product for product in show.site.products}
    return dialog(
        "open-problem",
        words("problems.open"),
        words("app.cancel"),
        button(words("problems.open"), "open-problem", kind="main"),
        field("title", words("problems.in_a_line"), required=True, maxlength="200"),
        select("category", words("problems.category"), book.categories(show)),
        select("product", words("problems.product"), products),
        area("workaround", words("problems.spoken")),
        el("p", words("problems.open_hint"), class_="hint"),
    )


def judge_dialogs(show: Showing) -> Html:
    """The forms that confirm and dismiss what was proposed."""
    words = show.words
    cancel = words("app.cancel")
    return together(
        dialog(
            "confirm-problem", words("problems.confirm"), cancel,
            button(words("problems.confirm"), "confirm-problem", kind="main"),
            el("p", el("strong", data_filled="title")),
            field("title", words("problems.better_title"), maxlength="200"),
            el("p", words("problems.open_hint"), class_="hint"),
        ),
        dialog(
            "dismiss-problem", words("problems.dismiss"), cancel,
            button(words("problems.dismiss"), "dismiss-problem", kind="main"),
            el("p", el("strong", data_filled="title")), book.reason(show),
        ),
    )  # fmt: skip


def work_dialogs(show: Showing) -> Html:
    """The forms about an open problem."""
    words = show.words
    cancel = words("app.cancel")
    stated = {what: words.named("problem_note", what) for what in get_args(Statement)}
    return together(
        dialog(
            "state", words("problems.state"), cancel, button(words("problems.state"), "state", kind="main"),
            select("what", words("problems.what"), stated),
            book.entry("text", words("problems.finding"), required=True),
            el("p", words("problems.spoken_hint"), class_="hint"),
        ),
        dialog(
            "link-case", words("problems.link"), cancel, button(words("problems.link"), "link-case", kind="main"),
            field("reference", words("problems.case_reference"), required=True, maxlength="16", inputmode="numeric"),
        ),
        dialog(
            "solve-problem", words("problems.solve"), cancel,
            button(words("problems.solve"), "solve-problem", kind="main"),
            el("p", el("strong", data_filled="title")), el("p", words("problems.solve_hint")),
        ),
    )  # fmt: skip


def _judging(show: Showing, problem: Problem) -> Html:
    words, title = show.words, problem.title
    confirm = book.opener(words("problems.confirm"), "confirm-problem", item=problem.id, title=title, kind="main")
    dismiss = book.opener(words("problems.dismiss"), "dismiss-problem", item=problem.id, title=title)
    return el("div", confirm, dismiss, class_="toolbar")


def _kind(show: Showing, problem: Problem) -> Html:
    category = chip(show.site.title(problem.category, show.words.language))
    return together(category, " ", chip(problem.product)) if problem.product else category


def _stated(problem: Problem, what: str) -> str:
    found = {
        "root-cause": problem.root_cause,
        "correction": problem.correction,
        "prevention": problem.prevention,
        "workaround": problem.workaround,
    }
    return found[what]


def _cases(show: Showing, story: ProblemStory, cases: Sequence[Case], do: str | None) -> Html:
    words = show.words
    names = ("reference", "contact", "urgency", "summary", "status", "opened")
    columns = [words(f"cases.{name}") for name in names] + ([words("problems.act")] if do else [])
    rows = [
        (
            book.case_link(case.reference),
            book.person(show, story.contacts.get(case.contact)),
            show.urgency(case.urgency),
            el("span", case.summary, class_="clipped"),
            words.named("status", case.status),
            book.when(show, case.opened_at),
            *(
                (button(words(f"problems.{do.replace('-', '_')}"), do, item=_item(case, do), kind="small"),)
                if do
                else ()
            ),
        )
        for case in cases
        if do != "link-this" or case.status is CaseStatus.OPEN
    ]
    return book.listing(words("cases.page"), columns, rows)


def _item(case: Case, do: str) -> str:
    return case.reference if do == "link-this" else case.id
