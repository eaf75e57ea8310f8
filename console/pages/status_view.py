"""The public status page: pure functions to HTML. It needs no script, and no sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.status.standing import Details, Stage, Standing
from console.pages.frame_view import head, preferences
from console.pages.html import Html, chip, clock_time, el, field, together
from console.ports import Site
from console.words import Words

#: Stages in which something is still to come.
_OPEN = frozenset({Stage.OWED, Stage.CALLING, Stage.IN_WORK})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said back: where it stands (None: no such reference), or a notice instead."""

    reference: str = ""
    standing: Standing | None = None
    notice: str = ""


def status_page(words: Words, site: Site, theme: str, now: datetime, answer: Answer | None = None) -> str:
    """The whole page."""
    reference = answer.reference if answer else ""
    content = together(
        el("h1", site.name),
        _answered(words, site, now, answer) if answer else el("p", words("standing.lead")),
        _form(words, reference),
        _proof(words, reference) if answer and answer.standing and answer.standing.details is None else None,
    )
    body = el("main", el("div", content, class_="stack"), preferences(words, theme, "/status"), class_="sign-in")
    meta = together(el("meta", charset="utf-8"), el("meta", name="viewport", content="width=device-width"))
    robots = el("meta", name="robots", content="noindex")
    title = el("title", f"{words('standing.title')} · {site.name}")
    page = el("html", el("head", meta, robots, title, head()), el("body", body), lang=words.language, data_theme=theme)
    return f"<!doctype html>{page}"


def _form(words: Words, reference: str) -> Html:
    return el(
        "form",
        field("reference", words("standing.reference"), required=True, value=reference, inputmode="numeric"),
        el("button", words("standing.look"), class_="button main", name="ask", value="look"),
        method="post",
        action="/status",
        class_="stack",
    )


def _proof(words: Words, reference: str) -> Html:
    """For the contact: their own number or a code shows what is meant for them alone."""
    return el(
        "form",
        el("p", words("standing.yours")),
        el("input", type="hidden", name="reference", value=reference),
        field("number", words("standing.number"), kind="tel", autocomplete="tel"),
        field("code", words("standing.code"), inputmode="numeric", autocomplete="one-time-code"),
        el("button", words("standing.show"), class_="button main", name="ask", value="look"),
        el("button", words("standing.send"), class_="button quiet", name="ask", value="code"),
        method="post",
        action="/status",
        class_="stack",
    )


def _answered(words: Words, site: Site, now: datetime, answer: Answer) -> Html:
    if answer.notice:
        return el("p", answer.notice, role="status")
    if answer.standing is None:
        return el("p", words("standing.unknown"), role="status")
    stage = answer.standing.stage
    told = words.named("standing_stage", stage.value)
    mark = chip(answer.reference, "" if stage in _OPEN else "quiet")
    details = answer.standing.details
    return el(
        "section",
        el("p", mark, " ", el("strong", told)),
        _details(words, site, now, details) if details else None,
        role="status",
    )


def _details(words: Words, site: Site, now: datetime, details: Details) -> Html:
    lines: list[tuple[str, str]] = [(words("standing.since"), clock_time(details.since, site.zone, now))]
    if details.category:
        lines.append((words("standing.about"), site.title(details.category, words.language)))
    if details.opens is not None and details.due is not None:
        opens, due = (clock_time(moment, site.zone, now) for moment in (details.opens, details.due))
        lines.append((words("standing.when"), f"{opens} – {due}"))
    if details.promise is not None:
        lines.append((words("standing.under"), details.reference))
    return el("dl", *(together(el("dt", name), el("dd", value)) for name, value in lines))
