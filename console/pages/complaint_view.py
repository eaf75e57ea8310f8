"""The public form for complaints: pure functions to HTML. It needs no script, and no sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from console.pages.frame_view import head, preferences
from console.pages.html import Html, clock_time, el, select, together
from console.pages.html import field as entry
from console.ports import Site
from console.words import Words

PATH = "/complain"
#: What a machine fills in and a person never sees.
TRAP = "website"
#: From when on a person may be called, and the words for it.
WHEN = ("soonest", "tomorrow_morning", "tomorrow_afternoon", "no_call")
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Received:
    """What was taken in. The window is that of the call that was promised under `promised`; None where none was."""

    reference: str
    promised: str | None = None
    opens: datetime | None = None
    due: datetime | None = None
    in_writing: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form holds. `key` makes sending it twice the same as once."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def complaint_page(words: Words, site: Site, theme: str, now: datetime, shown: Filled | Received | None) -> str:
    """The whole page: the form, or what became of it. None: what a machine is told."""
    inside = _form(words, site, shown) if isinstance(shown, Filled) else _received(words, site, now, shown)
    content = el("div", el("h1", site.name), inside, class_="stack complaint")
    body = el("main", content, preferences(words, theme, PATH), class_="sign-in")
    meta = together(el("meta", charset="utf-8"), el("meta", name="viewport", content="width=device-width"))
    title = el("title", f"{words('complain.title')} · {site.name}")
    style = el("link", rel="stylesheet", href="/assets/complaint.css")
    page = el("html", el("head", meta, title, head(), style), el("body", body), lang=words.language, data_theme=theme)
    return f"<!doctype html>{page}"


def _form(words: Words, site: Site, filled: Filled) -> Html:
    values = filled.values
    categories = {"": words("complain.read_it")}
    categories |= {name: site.title(name, words.language) for name in site.titles}
    text = el(
        "textarea",
        values.get("text", ""),
        name="text",
        rows="5",
        required=True,
        maxlength=str(LONGEST_TEXT),
        placeholder=words("complain.text_hint"),
    )
    when = {name: words(f"complain.{name}") for name in WHEN}
    return el(
        "form",
        el("h2", words("complain.title")),
        el("p", filled.fault or words("complain.lead"), role="alert" if filled.fault else None,
           class_="fault" if filled.fault else None),
        el("label", el("span", words("complain.text")), text, class_="field"),
        select("category", words("complain.category"), categories, values.get("category", "")),
        el(
            "div",
            _entry(values, "number", words("complain.number"), "tel", "tel", "40"),
            _entry(values, "mail", words("complain.mail"), "email", "email", "254"),
            class_="pair",
        ),
        el("p", f"{words('complain.either')} {words('complain.number_hint')}", class_="hint"),
        _entry(values, "name", words("complain.name"), "text", "name", "200"),
        select("when", words("complain.when"), when, values.get("when", WHEN[0])),
        el("div", entry(TRAP, words("complain.trap"), tabindex="-1"), class_="trap", aria_hidden="true"),
        el("input", type="hidden", name="key", value=filled.key),
        el("button", words("complain.send"), class_="button main"),
        method="post",
        action=PATH,
        class_="stack",
    )  # fmt: skip


def _entry(values: Mapping[str, str], name: str, label: str, kind: str, fills: str, longest: str) -> Html:
    return entry(name, label, kind=kind, autocomplete=fills, maxlength=longest, value=values.get(name, ""))


def _received(words: Words, site: Site, now: datetime, received: Received | None) -> Html:
    told = [el("h2", words("complain.taken"))]
    if received is not None:
        told += [
            el("p", words("complain.your_reference")),
            el("p", received.reference, class_="reference"),
            _promised(words, site, now, received),
            el("p", el("a", words("complain.see_status"), href="/status")),
        ]
    return el(
        "section", *told, el("p", el("a", words("complain.another"), href=PATH)), role="status", class_="panel stack"
    )


def _promised(words: Words, site: Site, now: datetime, received: Received) -> Html:
    if received.promised is None or received.opens is None or received.due is None:
        return el("p", words("complain.will_write") if received.in_writing else words("complain.no_window"))
    opens, due = (clock_time(moment, site.zone, now) for moment in (received.opens, received.due))
    return el(
        "dl",
        el("dt", words("complain.will_call")),
        el("dd", el("strong", f"{opens} – {due}")),
        el("dt", words("complain.under")),
        el("dd", received.promised),
        class_="facts",
    )
