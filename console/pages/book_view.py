"""What the book's pages share: lists with filters and pages, links to people and matters, stories. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from callbacks.entries import HOTLINE
from callbacks.lists import Place
from callbacks.model import Contact
from config.urgency import Urgency
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, at, chip, el, together

#: Filters of a list as they stand in its address.
Query = Mapping[str, str]


def head() -> Html:
    """The book's own style and script."""
    style = el("link", rel="stylesheet", href="/assets/book.css")
    return together(style, el("script", src="/assets/book.js", defer=True))


def page_head(title: str, *controls: Content) -> Html:
    """The name of the page, and what can be done on all of it."""
    return el("div", el("h1", title), el("div", *controls, class_="toolbar") if controls else None, class_="page-head")


def crumb(path: str, text: str) -> Html:
    """The way back to the list."""
    return el("a", f"← {text}", href=path, class_="crumb")


def opener(text: str, name: str, *, item: str = "", title: str = "", kind: str = "", key: str | None = None) -> Html:
    """A button that opens the dialog `name`, about `item`, which says `title`."""
    return el(
        "button",
        text,
        el("kbd", f"Alt {key}") if key else None,
        type="button",
        class_=f"button {kind}".strip(),
        data_opens=name,
        data_item=item or None,
        data_title=title or None,
        data_key=key,
        aria_keyshortcuts=f"Alt+{key}" if key else None,
    )


def filters(show: Showing, path: str, *controls: Html, everything: str = "") -> Html:
    """A form whose values become the list's address; it counts as soon as something is chosen. `everything` is the
    address without filters, where that is not the path."""
    find = el("button", show.words("book.find"), class_="button")
    clear = el("a", show.words("book.clear"), href=everything or path, class_="button quiet")
    return el("form", *controls, find, clear, action=path, method="get", class_="toolbar filters", data_filters=True)


def listing(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Content]]) -> Html:
    """A table; a wide one scrolls in its own box."""
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in columns)))
    body = el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows))
    table = el("table", el("caption", caption, class_="unseen"), head, body)
    return el("div", table, class_="scroll book-list", tabindex="0", role="region", aria_label=caption)


def pager(show: Showing, path: str, query: Query, after: Place | None, shown: int) -> Html:
    """How many are shown, and the ways to the first and the next page. The address can be passed on."""
    words = show.words
    kept = {name: value for name, value in query.items() if value and name != "after"}
    first = el("a", words("book.first_page"), href=_address(path, kept), class_="button quiet small")
    onward = kept | {"after": str(after)}
    following = el("a", words("book.next_page"), href=_address(path, onward), class_="button small", rel="next")
    ways = (first if query.get("after") else None, following if after else None)
    return el(
        "nav", el("span", words("book.shown", count=shown)), *ways, class_="pager", aria_label=words("book.pages")
    )


def nothing(big: str, hint: str, *controls: Content) -> Html:
    """An empty list: that it is empty, and what to do."""
    return el("div", el("p", big, class_="big"), el("p", hint), *controls, class_="empty")


def facts(*pairs: tuple[str, Content]) -> Html:
    """Names and values; what has no value is left out."""
    rows = [(el("dt", name), el("dd", value)) for name, value in pairs if value]
    return el("dl", *(part for row in rows for part in row), class_="facts")


def when(show: Showing, moment: datetime | None) -> Html:
    """A moment by the reader's clock, or nothing."""
    return Html("–") if moment is None else at(moment, show.site.zone, show.now)


def window(show: Showing, opens: datetime | None, due: datetime | None) -> Html:
    """From when to when, or that it waits for the repair."""
    if opens is None or due is None:
        return el("span", show.words("desk.when_fixed"), class_="muted")
    return el("span", when(show, opens), " – ", when(show, due), class_="window")


def person(show: Showing, contact: Contact | None) -> Html:
    """The contact, as a link to their card."""
    if contact is None:
        return Html("–")
    text = contact.name or contact.number or show.words("contacts.nameless")
    return el("a", text, href=_address("/contact", {"id": contact.id}))


def case_link(reference: str) -> Html:
    """A case by its reference."""
    return el("a", reference, href=_address("/case", {"ref": reference}), class_="number")


def promise_link(reference: str) -> Html:
    """A promise by its reference."""
    return el("a", reference, href=_address("/promise", {"ref": reference}), class_="number")


def problem_link(name: str, title: str) -> Html:
    """A problem by its title."""
    return el("a", title, href=_address("/problem", {"id": name}))


def tier_mark(tier: str) -> Html:
    """The tier as a mark."""
    return chip(tier, f"tier-{tier}")


def by_whom(show: Showing, by: str, people: Mapping[str, str]) -> str:
    """Who did it, in the reader's words."""
    if by == HOTLINE:
        return show.words("book.by_hotline")
    if by.startswith("call:"):
        return show.words("book.by_caller")
    return people.get(by) or by.removeprefix("user:")


def agent_name(people: Mapping[str, str], agent: str | None) -> str:
    """The agent's name; the id of one who is gone from the hotline file; nothing for nobody."""
    return people.get(agent, agent) if agent else ""


def story(rows: Sequence[Html]) -> Html:
    """What happened, one line after the other."""
    return el("ol", *rows, class_="story")


def moment(show: Showing, happened: datetime, what: Content, by: str, text: Content = None, mark: str = "") -> Html:
    """One line of a story."""
    said = el("p", text, class_="note") if text else None
    line = el("div", el("strong", what), " ", el("span", by, class_="muted"))
    return el("li", el("span", when(show, happened), class_="story-at"), el("div", line, said), class_=mark or None)


def entry(name: str, label: str, text: str = "", *, required: bool = False, rows: int = 3) -> Html:
    """A labelled input of several lines that holds `text` already."""
    lines = el("textarea", text, name=name, rows=str(rows), maxlength="4000", required=required)
    return el("label", el("span", label), lines, class_="field")


def reason(show: Showing) -> Html:
    """Why, in the reader's words; it has to be said."""
    return entry("reason", show.words("book.reason"), required=True)


def urgencies(show: Showing) -> dict[str, str]:
    """Every urgency with its word, the gravest first."""
    return {urgency.value: show.words.named("urgency", urgency) for urgency in Urgency}


def categories(show: Showing) -> dict[str, str]:
    """Every category with its title."""
    return {name: show.site.title(name, show.words.language) for name in show.site.titles}


def any_of(show: Showing, options: Mapping[str, str]) -> dict[str, str]:
    """The options of a filter, before them that it does not matter."""
    return {"": show.words("book.any")} | dict(options)


def _address(path: str, query: Query) -> str:
    return f"{path}?{urlencode(query)}" if query else path
