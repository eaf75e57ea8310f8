"""How one's own page looks: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.identity.sessions import OpenSession
from console.identity.users import User
from console.pages.desk_view import Showing
from console.pages.html import Html, at, button, chip, el, together


def account(show: Showing, user: User, sessions: Sequence[OpenSession], current: str) -> Html:
    """Who one is, and where one is signed in. `current` is the session of this page."""
    words = show.words
    facts = el(
        "dl",
        *(el("dt", words("people.id")), el("dd", user.id)),
        *(el("dt", words("people.role")), el("dd", words.named("role", user.role))),
        *(el("dt", words("people.agent")), el("dd", user.agent or words("people.no_agent"))),
        class_="facts",
    )
    ways = el(
        "div",
        el("a", words("account.change_password"), href="/password", class_="button"),
        el("a", words("tokens.title"), href="/tokens", class_="button"),
        class_="toolbar",
    )
    me = el("section", el("h1", user.name), facts, ways, class_="panel stack")
    return el("div", me, _sessions(show, sessions, current), class_="stack")


def _sessions(show: Showing, sessions: Sequence[OpenSession], current: str) -> Html:
    words = show.words
    others = len(sessions) > 1
    end = button(words("account.end_others"), "end-others", kind="danger") if others else None
    names = ("account.opened", "account.seen", "account.source", "account.expires", "account.act")
    columns = el("tr", *(el("th", words(name), scope="col") for name in names))
    rows = [_row(show, session, session.digest == current) for session in sessions]
    table = el("div", el("table", el("thead", columns), el("tbody", *rows)), class_="scroll")
    title = el("div", el("h2", words("account.sessions")), end, class_="page-head")
    hint = el("p", words("account.hint") if others else words("account.alone"), class_="hint")
    return el("section", title, hint, table, class_="panel stack")


def _row(show: Showing, session: OpenSession, is_current: bool) -> Html:
    words, zone = show.words, show.site.zone
    end = chip(words("account.this_one"), "ok") if is_current else button(
        words("account.end"), "end-session", item=session.digest, kind="quiet small"
    )  # fmt: skip
    moments = [el("td", at(moment, zone, show.now)) for moment in (session.opened, session.seen)]
    rest = (el("td", session.source), el("td", at(session.expires, zone, show.now)), el("td", end))
    return el("tr", together(*moments, *rest))
