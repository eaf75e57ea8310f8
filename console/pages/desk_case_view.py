"""What the desk shows of the case in hand: what helped before, and the forms that promise, move and correct."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callbacks.model import PromiseKind
from callbacks.window_check import WindowCheck
from config.urgency import Urgency
from console.pages.desk_view import Showing, opener
from console.pages.html import Html, at, button, chip, dialog, el, field, select, together
from ivr.casedesk import CaseInHand, Helped
from ivr.desk import Stage, WorkView
from routing.windows import Window

#: When somebody may be promised something: while they talk, and right after.
_GIVING = (Stage.TALKING, Stage.WRAP_UP)


def tools(show: Showing, work: WorkView | None, case: CaseInHand | None) -> Html:
    """What opens the forms about the case."""
    if work is None or case is None or work.stage not in _GIVING:
        return Html()
    words = show.words
    promise = opener(words("making.title"), "promise", "N") if case.can_be_rung else None
    about = opener(words("correct.title"), "correct", "G")
    return el("div", promise, about, class_="actions row wrap case-tools")


def similar(show: Showing, found: Sequence[Helped], case: CaseInHand | None) -> Html:
    """What helped in cases like this one."""
    words = show.words
    if case is None:
        return Html()
    title = el("h3", words("helped.title"))
    if not found:
        return together(title, el("p", words("helped.none"), class_="muted"))
    return together(title, el("ul", *(_helped(show, one) for one in found), class_="helped"))


def dialogs(show: Showing, case: CaseInHand | None) -> Html:
    """The forms about the case. They change only with what they offer, so that typing is never lost."""
    return together(_promise_dialog(show, case), _correct_dialog(show, case)) if case is not None else Html()


def move_dialog(show: Showing) -> Html:
    """The form that agrees on another window."""
    words = show.words
    return dialog(
        "move",
        words("desk.move"),
        words("app.cancel"),
        button(words("desk.keep"), "renegotiate", kind="main"),
        el("p", data_filled="title", class_="muted"),
        _window_fields(show, "check-move"),
        field("reason", words("desk.new_reason"), required=True, maxlength="400"),
    )


def answer(show: Showing, window: Window, checked: WindowCheck) -> Html:
    """Whether a window can be kept, in words, and the nearest ones that can as buttons."""
    words = show.words
    if checked.why_not is None:
        return el("p", words("making.fits"), class_="good", data_from=_iso(window.opens), data_until=_iso(window.due))
    why = el("p", words.named("window_why", checked.why_not), class_="fault", role="alert")
    if not checked.nearest:
        return together(why, el("p", words("making.none_near"), class_="muted"))
    near = [_take(show, one) for one in checked.nearest]
    return together(why, el("p", words("making.nearest"), class_="muted"), el("div", *near, class_="row wrap"))


def _take(show: Showing, window: Window) -> Html:
    opens, due = (at(moment, show.site.zone, show.now) for moment in window)
    until = Html(due.replace("data-at=", "data-hour="))  # without the day, where it is that of the beginning
    return el(
        "button",
        opens,
        " – ",
        until,
        type="button",
        class_="button small",
        data_from=_iso(window.opens),
        data_until=_iso(window.due),
    )


def _promise_dialog(show: Showing, case: CaseInHand) -> Html:
    words = show.words
    kinds = [PromiseKind.CALLBACK, PromiseKind.PROGRESS, PromiseKind.FOLLOW_UP]
    if case.problem is not None and case.problem.solved_at is None:
        kinds.append(PromiseKind.WHEN_FIXED)
    options = {kind.value: words.named("promise_kind", kind) for kind in kinds}
    return dialog(
        "promise",
        words("making.title"),
        words("app.cancel"),
        button(words("making.make"), "promise", kind="main"),
        select("kind", words("making.kind"), options),
        el("p", words("making.no_window"), class_="muted when-fixed"),
        _window_fields(show, "check-promise"),
        field("note", words("making.note"), required=True, maxlength="400", placeholder=words("making.note_hint")),
    )


def _window_fields(show: Showing, check: str) -> Html:
    """Two moments in the reader's zone, sent as UTC by `assets/desk.js`, which also asks `check` while they change."""
    words = show.words
    asks = el("button", type="button", hidden=True, formnovalidate=True, data_do=check)
    ends = [
        together(
            el("label", el("span", words(label)), el("input", type="datetime-local", required=True, data_moment=name),
               class_="field"),
            el("input", type="hidden", name=name),
        )
        for name, label in (("opens", "desk.from"), ("due", "desk.until"))
    ]  # fmt: skip
    told = el("div", class_="window-answer", aria_live="polite", data_waiting=words("making.checking"))
    return el("fieldset", el("div", *ends, class_="row wrap"), told, asks, class_="window", data_window=True)


def _correct_dialog(show: Showing, case: CaseInHand) -> Html:
    words, site = show.words, show.site
    categories = {name: site.title(name, words.language) for name in (*site.titles,)} or {
        case.case.category: case.case.category
    }
    urgencies = {urgency.value: words.named("urgency", urgency) for urgency in Urgency}
    products = {"": words("correct.any_product")} | {product: product for product in site.products}
    return dialog(
        "correct",
        words("correct.title"),
        words("app.cancel"),
        button(words("correct.save"), "correct", kind="main"),
        select("category", words("correct.category"), categories, case.case.category),
        select("product", words("correct.product"), products, case.case.product or "") if site.products else None,
        select("urgency", words("correct.urgency"), urgencies, case.case.urgency.value),
        field("reason", words("correct.reason"), maxlength="400", placeholder=words("correct.reason_hint")),
    )


def _helped(show: Showing, one: Helped) -> Html:
    words = show.words
    head = el(
        "div",
        chip(show.site.title(one.category, words.language)) if one.category else None,
        chip(one.product) if one.product else None,
        el("span", at(one.at, show.site.zone, show.now), class_="muted number"),
        el("span", one.reference, class_="muted number"),
        class_="row wrap",
    )
    said = el("p", one.summary, class_="muted", lang=one.language) if one.summary else None
    note = el("p", one.note, class_="what-helped") if one.note else None
    around = el("p", el("strong", words("helped.workaround")), " ", one.workaround) if one.workaround else None
    return el("li", head, said, note, around)


def _iso(moment: datetime) -> str:
    return moment.isoformat()
