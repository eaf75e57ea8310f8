"""How the audit log looks: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.audit import Did, Entry, Outcome
from console.pages.desk_view import Showing
from console.pages.html import Html, at, button, chip, el, field, select, together


def head(show: Showing) -> Html:
    """The title, and what one may look for."""
    words = show.words
    kinds = {"": words("audit.any")} | {did.value: words.named("audit_did", did) for did in Did}
    fields = (
        field("by", words("audit.by"), maxlength="80"),
        select("what", words("audit.what"), kinds),
        field("about", words("audit.about"), maxlength="120"),
        field("since", words("audit.since"), kind="date"),
        field("until", words("audit.until"), kind="date"),
    )
    find = button(words("audit.find"), "find", kind="main")
    asked = el("form", *fields, find, class_="toolbar panel", role="search")
    title = el("div", el("h1", words("audit.title")), el("p", words("audit.hint"), class_="hint"))
    return el("div", el("div", title, class_="page-head"), asked, class_="stack")


def entries(show: Showing, found: Sequence[Entry], page: int, more: bool, filtered: bool) -> Html:
    """One page of lines, and the ways to the others."""
    words = show.words
    if not found and page == 1:
        hint = words("audit.none_found") if filtered else words("audit.none_yet")
        return el("div", el("p", words("audit.none"), class_="big"), el("p", hint), class_="empty")
    names = ("audit.at", "audit.by", "audit.what", "audit.about", "audit.detail", "audit.source")
    columns = el("tr", *(el("th", words(name), scope="col") for name in names))
    table = el("table", el("thead", columns), el("tbody", *(_row(show, entry) for entry in found)))
    pager = el(
        "nav",
        button(words("audit.newer"), "newer", kind="quiet", off=page == 1),
        el("span", words("audit.page", page=page)),
        button(words("audit.older"), "older", kind="quiet", off=not more),
        class_="pager",
        aria_label=words("audit.pages"),
    )
    return together(el("div", table, class_="scroll"), pager)


def _row(show: Showing, entry: Entry) -> Html:
    words = show.words
    refused = chip(words("audit.refused"), "bad") if entry.outcome is Outcome.REFUSED else None
    what = together(words.named("audit_did", entry.what), " ", refused)
    unknown = el("span", words("audit.nobody"), class_="muted")
    cells = (
        el("td", at(entry.at, show.site.zone, show.now)),
        el("td", entry.by or unknown),
        el("td", what),
        el("td", entry.subject),
        el("td", entry.detail, class_="detail"),
        el("td", entry.source, class_="muted"),
    )
    return el("tr", *cells)
