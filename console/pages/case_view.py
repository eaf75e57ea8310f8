"""What one case looks like: its steps, what was promised, its calls, its history. Pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callbacks.calls.model import CallLine, CallRecord, Speaker
from callbacks.cases.care import CaseFile
from callbacks.model import Case, CaseStatus, CaseStep
from callbacks.ports import CaseNote
from console.book.cases import CaseStory
from console.pages import book_view as book
from console.pages.cases_view import PATH, deadline, marks
from console.pages.desk_view import Showing
from console.pages.html import Html, button, chip, dialog, el, field, select, together

_STEPS = tuple(CaseStep)


def case_head(show: Showing, file: CaseFile, people: Mapping[str, str]) -> Html:
    """What it is about, how urgent, whose, and how far it is."""
    words, case = show.words, file.case
    title = el(
        "div",
        el("h1", words("cases.one", reference=case.reference)),
        show.urgency(case.urgency),
        chip(words.named("status", case.status), "ok" if case.status is not CaseStatus.OPEN else ""),
        marks(show, case),
        class_="row wrap",
    )
    problem = book.problem_link(file.problem.id, file.problem.title) if file.problem else None
    return together(
        book.crumb(PATH, words("cases.page")),
        title,
        el("p", case.summary, class_="said") if case.summary else None,
        steps(show, case),
        book.facts(
            (words("cases.contact"), together(book.person(show, file.contact), " ", book.tier_mark(file.contact.tier))),
            (words("cases.category"), show.site.title(case.category, words.language)),
            (words("cases.product"), case.product),
            (words("cases.wish"), words.named("wish", case.wish)),
            (words("cases.owner"), book.agent_name(people, case.owner) or words("book.nobody")),
            (words("cases.problem"), problem),
            (words("cases.opened"), book.when(show, case.opened_at)),
        ),
    )


def steps(show: Showing, case: Case) -> Html:
    """The steps in their order, the one that has to be done next marked with its limit."""
    words, here = show.words, _STEPS.index(case.step)
    items = []
    for place, step in enumerate(_STEPS):
        state = "done" if place < here or case.step is CaseStep.DONE else "here" if place == here else "ahead"
        limit = together(" ", deadline(show, case)) if state == "here" and case.step_due else None
        current = "step" if state == "here" else None
        items.append(el("li", words.named("case_step", step), limit, class_=state, aria_current=current))
    return el("ol", *items, class_="steps", aria_label=words("cases.steps"))


def case_actions(show: Showing, case: Case, *, may_handle: bool, may_assign: bool, language: str) -> Html:
    """What can be done about the case."""
    words = show.words
    report = f"/api/v1/cases/{case.id}/report?language={language}"
    links = (
        el("a", words("cases.report"), href=report, class_="button", target="_blank", rel="noopener"),
        el(
            "a",
            words("cases.report_pdf"),
            href=f"{report}&format=pdf",
            class_="button",
            target="_blank",
            rel="noopener",
        ),
    )
    if not may_handle:
        return el("div", *links, class_="toolbar")
    if case.status is CaseStatus.OPEN:
        own: tuple[Html | None, ...] = (
            book.opener(words("cases.solve"), "solve-case", kind="main", key="S"),
            book.opener(words("cases.classify"), "classify"),
            book.opener(words("cases.set_urgency"), "set-urgency"),
            book.opener(words("cases.assign"), "assign") if may_assign else None,
        )
    else:
        own = (book.opener(words("cases.reopen"), "reopen", kind="main"),)
    more = (
        book.opener(words("cases.add_note"), "add-note", key="N"),
        book.opener(words("cases.grant"), "grant"),
    )
    return el("div", *own, *more, *links, class_="toolbar")


def dialogs(show: Showing, case: Case, assignable: Mapping[str, str]) -> Html:
    """The forms of those acts."""
    words = show.words
    cancel, why = words("app.cancel"), book.reason(show)

    def form(name: str, label: str, *content: Html) -> Html:
        return dialog(name, label, cancel, button(label, name, kind="main"), *content)

    products = {"": "–"} | {product: product for product in show.site.products}
    return together(
        form("solve-case", words("cases.solve"), book.entry("note", words("cases.what_helped"), required=True)),
        form(
            "classify",
            words("cases.classify"),
            el("p", words("cases.classify_hint"), class_="hint"),
            select("category", words("cases.category"), book.categories(show), case.category),
            select("product", words("cases.product"), products, case.product or ""),
            book.entry("reason", words("cases.note_optional")),
        ),
        form(
            "set-urgency",
            words("cases.set_urgency"),
            el("p", words("cases.urgency_hint"), class_="hint"),
            select("urgency", words("cases.urgency"), book.urgencies(show), case.urgency),
            why,
        ),
        form(
            "assign", words("cases.assign"), select("agent", words("cases.owner"), dict(assignable), case.owner or "")
        ),
        form("reopen", words("cases.reopen"), el("p", words("cases.reopen_hint"), class_="hint"), why),
        form("add-note", words("cases.add_note"), book.entry("text", words("cases.note_hint"), required=True)),
        form(
            "grant",
            words("cases.grant"),
            el("p", words("cases.grant_hint"), class_="hint"),
            field("what", words("cases.what"), required=True, maxlength="500"),
            why,
        ),
    )


def promised(show: Showing, story: CaseStory, people: Mapping[str, str]) -> Html:
    """What was promised about it, and what was granted once."""
    words, file = show.words, story.file
    heading = el("h2", words("cases.promises"))
    if not file.promises:
        return together(heading, el("p", words("cases.no_promises"), class_="muted"))
    names = ("reference", "kind", "window", "state", "owner")
    rows = [
        (
            book.promise_link(one.reference),
            words.named("promise_kind", one.kind),
            book.window(show, one.opens, one.due),
            chip(words.named("promise_state", one.state), f"state-{one.state}"),
            book.agent_name(people, one.owner) or "–",
        )
        for one in file.promises
    ]
    return together(heading, book.listing(words("cases.promises"), [words(f"promises.{n}") for n in names], rows))


def calls(
    show: Showing,
    records: Sequence[CallRecord],
    people: Mapping[str, str],
    said: Mapping[str, Sequence[CallLine]],
    *,
    may_listen: bool,
) -> Html:
    """The calls about it; who may, reads and hears what was said, and is written down for it."""
    words = show.words
    heading = el("h2", words("cases.calls"))
    if not records:
        return together(heading, el("p", words("cases.no_calls"), class_="muted"))
    hint = el("p", words("cases.look_hint"), class_="hint") if may_listen else None
    return together(
        heading, hint, el("ul", *(_call(show, one, people, said, may_listen) for one in records), class_="cards")
    )


def history(show: Showing, notes: Sequence[CaseNote], people: Mapping[str, str]) -> Html:
    """Everything that was done about it, the latest first."""
    words = show.words
    rows = [
        book.moment(
            show,
            note.at,
            words.named("case_note", note.what),
            book.by_whom(show, note.by, people),
            _told(show, note, people),
        )
        for note in reversed(notes)
    ]
    return together(el("h2", words("cases.history")), book.story(rows))


def _told(show: Showing, note: CaseNote, people: Mapping[str, str]) -> str:
    match note.what:
        case "owned":
            return people.get(note.text, note.text)
        case "classified" if " to " in note.text:
            old, _, new = note.text.partition(" to ")
            language = show.words.language
            return f"{show.site.title(old, language)} → {show.site.title(new, language)}"
        case "urgency-raised" | "urgency-lowered":
            change, colon, why = note.text.partition(": ")
            old, _, new = change.partition(" to ")
            named = f"{show.words.named('urgency', old)} → {show.words.named('urgency', new)}"
            return f"{named}: {why}" if colon else named
        case _:
            return note.text


def _call(
    show: Showing,
    call: CallRecord,
    people: Mapping[str, str],
    said: Mapping[str, Sequence[CallLine]],
    may_listen: bool,
) -> Html:
    words = show.words
    kind = words("cases.call_out") if call.promise else words("cases.call_in")
    agent = book.agent_name(people, call.agent) or words("cases.no_agent")
    seconds = int((call.ended_at - call.arrived_at).total_seconds()) if call.ended_at else None
    length = f"{seconds // 60}:{seconds % 60:02}" if seconds is not None else words("cases.running")
    stars = words("cases.rated", value=call.rating) if call.rating else None
    parts = (kind, agent, length, stars)
    head = el(
        "div", book.when(show, call.arrived_at), " ", " · ".join(part for part in parts if part), class_="row wrap"
    )
    if not may_listen:
        return el("li", head, class_="card")
    lines = said.get(call.id)
    read = button(words("cases.transcript"), "transcript", item=call.id) if lines is None else _lines(show, lines)
    sound = None
    if call.recording:
        path = f"/api/v1/calls/{call.id}/recording"
        sound = el("audio", controls=True, preload="none", src=path, aria_label=words("cases.recording"))
    return el("li", head, read, sound, class_="card")


def _lines(show: Showing, lines: Sequence[CallLine]) -> Html:
    words = show.words
    if not lines:
        return el("p", words("cases.nothing_said"), class_="muted")
    rows = [
        el(
            "li",
            el("span", words("cases.caller" if line.speaker is Speaker.CALLER else "cases.hotline"), class_="muted"),
            el("span", line.text, class_="said"),
        )
        for line in lines
    ]
    return el("ol", *rows, class_="transcript")
