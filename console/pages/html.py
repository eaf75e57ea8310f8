"""HTML that cannot be broken by what callers say: every text is escaped unless it was made here."""

from __future__ import annotations

from datetime import datetime, tzinfo
from html import escape
from typing import TypeAlias


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Content: TypeAlias = "str | Html | None"

_EMPTY = frozenset({"input", "br", "link", "meta", "col"})


def el(tag: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element. `class_` and `for_` lose their underscore, other underscores become hyphens; attributes that are
    None or False are left out, True is given without a value; content that is None is left out."""
    parts = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written = key.rstrip("_").replace("_", "-")
        parts.append(f" {written}" if value is True else f' {written}="{escape(value)}"')
    start = f"<{tag}{''.join(parts)}>"
    return Html(start if tag in _EMPTY else f"{start}{together(*content)}</{tag}>")


def together(*content: Content) -> Html:
    """The contents one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in content if part is not None))


def age(since: datetime) -> Html:
    """How long ago, ticking in the browser as m:ss."""
    return el("time", class_="age", data_since=since.isoformat(), datetime=since.isoformat())


def left(due: datetime) -> Html:
    """How long until, ticking in the browser in its language: *in 12 minutes*."""
    return el("time", class_="left", data_left=due.isoformat(), datetime=due.isoformat())


def clock_time(at: datetime, zone: tzinfo, now: datetime) -> str:
    """The time of day in the site's zone, with the date when it is another day."""
    here = at.astimezone(zone)
    return here.strftime("%H:%M" if here.date() == now.astimezone(zone).date() else "%Y-%m-%d %H:%M")


def at(moment: datetime, zone: tzinfo, now: datetime, *, seconds: bool = False) -> Html:
    """A moment as the clock of the reader's browser shows it, with the site's on hover where the two differ; with
    `seconds` the time of day alone. Without a script it stays as it is written for `zone`, the site's."""
    iso = moment.isoformat()
    text = moment.astimezone(zone).strftime("%H:%M:%S") if seconds else clock_time(moment, zone, now)
    return el("time", text, data_at=iso, datetime=iso, data_seconds=seconds)


def chip(text: str, kind: str = "") -> Html:
    """A short mark."""
    return el("span", text, class_=f"chip {kind}".strip())


def button(
    text: str, do: str, *, item: str | None = None, key: str | None = None, kind: str = "", off: bool = False
) -> Html:
    """A button that asks the server to `do` something with `item`; Alt and `key` press it; `off` disables it."""
    return el(
        "button",
        text,
        el("kbd", f"Alt {key}") if key else None,
        type="button",
        class_=f"button {kind}".strip(),
        data_do=do,
        data_item=item,
        data_key=key,
        disabled=off,
        aria_keyshortcuts=f"Alt+{key}" if key else None,
    )


def select(name: str, label: str, options: dict[str, str], chosen: str = "") -> Html:
    """A labelled choice."""
    choices = [el("option", text, value=value, selected=value == chosen) for value, text in options.items()]
    return el("label", el("span", label), el("select", *choices, name=name), class_="field")


def field(name: str, label: str, *, kind: str = "text", required: bool = False, **more: str | bool | None) -> Html:
    """A labelled input; `more` are attributes of it."""
    entry = el("input", name=name, type=kind, required=required, **({"autocomplete": "off"} | more))
    return el("label", el("span", label), entry, class_="field")


def area(name: str, label: str, hint: str | None = None) -> Html:
    """A labelled input of several lines."""
    entry = el("textarea", name=name, rows="3", placeholder=hint, maxlength="4000")
    return el("label", el("span", label), entry, class_="field")


def dialog(name: str, title: str, cancel: str, act: Html, *content: Content) -> Html:
    """A form over the page that ends by `act`, opened by a control with `data-opens=name`; Escape closes it."""
    closing = el("button", cancel, type="button", class_="button quiet", data_closes=True)
    body = el(
        "form",
        el("h2", title, id=f"{name}-title"),
        *content,
        el("div", closing, act, class_="row spread"),
        class_="stack",
    )
    return el("dialog", body, id=name, aria_labelledby=f"{name}-title")
