"""The form at the foot of the work in hand: notes while they talk, and what has to be said when they are done."""

from __future__ import annotations

from callbacks.model import CaseStatus
from console.desk.wrap_up import Solved
from console.pages.desk_view import OUTCOMES, Showing
from console.pages.html import Html, button, el, select
from ivr.casedesk import CaseInHand
from ivr.desk import Stage, WorkView
from routing.work import WorkKind


def form(show: Showing, work: WorkView | None, case: CaseInHand | None) -> Html:
    """Kept by the browser under the work's name until it is finished, so that no reload takes what was typed."""
    match work:
        case WorkView(stage=Stage.TALKING):
            return el("form", _note(show, 2), class_="actions stack notes", data_keeps=work.work)
        case WorkView(stage=Stage.WRAP_UP):
            return _wrap_up(show, work, case)
    return Html()


def _wrap_up(show: Showing, work: WorkView, case: CaseInHand | None) -> Html:
    words = show.words
    outcomes = {"": words("wrap.choose")} | {code.value: words.named("outcome", code) for code in OUTCOMES}
    outcome = _must(select("outcome", words("desk.outcome"), outcomes)) if work.kind is WorkKind.PROMISE else None
    is_open = case is not None and case.case.status is CaseStatus.OPEN
    category = _category(show, case) if case is not None and is_open and not case.is_confirmed else None
    became = _became(show) if is_open else None
    finish = button(words("desk.finish"), "finish", key="S", kind="main")
    choices = el("div", outcome, category, class_="row wrap") if outcome or category else None
    foot = el("div", el("p", words("wrap.stays"), class_="muted"), finish, class_="row spread")
    return el("form", choices, became, _note(show, 3), foot, class_="actions stack wrap-up", data_keeps=work.work)


def _category(show: Showing, case: CaseInHand) -> Html:
    """What was understood stands first and has to be chosen all the same: only then has a person looked at it."""
    words, site, heard = show.words, show.site, case.case.category
    options = {"": words("wrap.choose"), heard: words("wrap.right", category=site.title(heard, words.language))}
    options |= {name: site.title(name, words.language) for name in site.titles if name != heard}
    return _must(select("category", words("correct.category"), options))


def _became(show: Showing) -> Html:
    words = show.words
    texts = {Solved.YES: words("wrap.yes"), Solved.LATER: words("wrap.later"), Solved.NO: words("wrap.no")}
    choices = [
        el("label", el("input", type="radio", name="solved", value=code.value, required=True), text, class_="check")
        for code, text in texts.items()
    ]
    return el("fieldset", el("legend", words("wrap.became"), class_="unseen"), *choices, class_="row wrap choice")


def _note(show: Showing, rows: int) -> Html:
    words = show.words
    entry = el(
        "textarea", name="note", rows=str(rows), maxlength="4000", placeholder=words("desk.note_hint"),
        data_when_solved=words("wrap.helped_hint"),
    )  # fmt: skip
    return el("label", el("span", words("desk.note"), class_="unseen"), entry, class_="field")


def _must(choice: Html) -> Html:
    """The choice, which has to be made."""
    return Html(choice.replace("<select ", "<select required ", 1))
