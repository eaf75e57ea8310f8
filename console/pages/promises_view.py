"""What promises look like: the balance, the list, and one promise as a story. Pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from callbacks import entries as ledger
from callbacks.audit import Identity
from callbacks.model import Promise, PromiseKind, PromiseState
from console.book.promises import PromisePage, PromiseStory
from console.pages import book_view as book
from console.pages.cases_view import NOBODY
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, button, chip, dialog, el, field, left, select, together

PATH = "/promises"
#: What a window may end within, in hours, by its name in the address.
WITHIN = {"1": 1, "4": 4, "24": 24, "168": 168}
_TERMS = ("kept", "renegotiated", "broken", "withdrawn", "open")


def balance(show: Showing, identity: Identity) -> Html:
    """made = kept + renegotiated + broken + withdrawn + open, each a way to its list."""
    words = show.words
    counts = {name: int(getattr(identity, name)) for name in _TERMS}
    bar = [
        el("span", class_=f"part part-{name}", style=f"flex-grow: {count}") for name, count in counts.items() if count
    ]
    terms: list[Content] = [el("span", el("b", str(identity.made)), f" {words('promises.made')}"), " = "]
    for place, (name, count) in enumerate(counts.items()):
        key = el("i", class_=f"key part-{name}")
        link = el("a", el("b", str(count)), " ", words(f"promise_state.{name}"), href=f"{PATH}?state={name}")
        terms += [" + " if place else None, el("span", key, link, class_="term")]
    mark = chip(words("promises.holds"), "ok") if identity.holds else chip(words("promises.holds_not"), "bad")
    return together(el("div", *bar, class_="bar", aria_hidden="true"), el("p", *terms, " ", mark, class_="sum"))


def promise_filters(show: Showing, query: Mapping[str, str], people: Mapping[str, str], *, all_owners: bool) -> Html:
    """What the list can be narrowed to."""
    words = show.words
    states = {"open": words("promise_state.open")} | {
        state.value: words.named("promise_state", state) for state in PromiseState
    }
    kinds = {kind.value: words.named("promise_kind", kind) for kind in PromiseKind}
    within = {name: words("promises.hours", count=hours) for name, hours in WITHIN.items()}
    owners = book.any_of(show, {NOBODY: words("book.nobody")} | dict(people))
    controls = [
        select("state", words("promises.state"), states, query.get("state") or "open"),
        select("kind", words("promises.kind"), book.any_of(show, kinds), query.get("kind", "")),
        select("within", words("promises.within"), book.any_of(show, within), query.get("within", "")),
    ]
    if all_owners:
        controls.append(select("owner", words("promises.owner"), owners, query.get("owner", "")))
    return book.filters(show, PATH, *controls)


def promise_list(show: Showing, page: PromisePage, query: Mapping[str, str], people: Mapping[str, str]) -> Html:
    """A page of promises."""
    words, found = show.words, page.promises
    if not found.rows:
        searched = any(value for name, value in query.items() if name != "after")
        hint = words("promises.none_found" if searched else "promises.none_yet")
        return book.nothing(words("promises.none"), hint)
    names = ("reference", "contact", "kind", "state", "window", "left", "urgency", "tier", "owner", "tries")
    rows = [
        (
            book.promise_link(one.reference),
            book.person(show, page.contacts.get(one.contact)),
            words.named("promise_kind", one.kind),
            state_mark(show, one),
            book.window(show, one.opens, one.due),
            left(one.due) if one.due and one.state.is_open else book.when(show, one.closed_at),
            show.urgency(one.urgency),
            book.tier_mark(one.tier),
            book.agent_name(people, one.owner) or "–",
            str(one.attempts),
        )
        for one in found.rows
    ]
    table = book.listing(words("promises.page"), [words(f"promises.{name}") for name in names], rows)
    return together(table, book.pager(show, PATH, query, found.after, len(found.rows)))


def state_mark(show: Showing, promise: Promise) -> Html:
    """The state as a mark."""
    kind = {PromiseState.KEPT: "ok", PromiseState.BROKEN: "bad", PromiseState.DUE: "warn"}.get(promise.state, "")
    return chip(show.words.named("promise_state", promise.state), kind)


def head(show: Showing, story: PromiseStory, people: Mapping[str, str]) -> Html:
    """What was promised, to whom, and how it stands."""
    words, one = show.words, story.promise
    title = el(
        "div",
        el("h1", words("promises.one", reference=one.reference)),
        state_mark(show, one),
        show.urgency(one.urgency),
        book.tier_mark(one.tier),
        class_="row wrap",
    )
    case = story.case
    about = together(book.case_link(case.reference), " ", case.summary) if case else None
    broken = one.state is PromiseState.BROKEN
    return together(
        book.crumb(PATH, words("promises.page")),
        title,
        el("p", words("promises.broken_hint"), class_="notice bad") if broken else None,
        book.facts(
            (words("promises.contact"), book.person(show, story.contact)),
            (words("promises.kind"), words.named("promise_kind", one.kind)),
            (words("promises.window"), book.window(show, one.opens, one.due)),
            (words("promises.left"), left(one.due) if one.due and one.state.is_open else None),
            (words("promises.owner"), book.agent_name(people, one.owner) or words("book.nobody")),
            (words("promises.about"), about),
            (words("promises.note"), one.note),
            (words("promises.tries"), str(one.attempts)),
            (words("promises.before"), book.promise_link(story.before.reference) if story.before else None),
            (words("promises.since"), book.promise_link(story.since.reference) if story.since else None),
        ),
    )


def actions(show: Showing, story: PromiseStory, language: str, *, may_change: bool) -> Html | None:
    """What can be done about it."""
    words, one = show.words, story.promise
    dossier = None
    if story.case is not None:
        path = f"/api/v1/cases/{story.case.id}/report?language={language}"
        dossier = el("a", words("promises.dossier"), href=path, class_="button", target="_blank", rel="noopener")
    free = may_change and one.state.is_open
    movable = free and (one.due is None or one.due > show.now)
    controls = (
        book.opener(words("promises.move"), "move", kind="main", key="M") if movable else None,
        book.opener(words("promises.hand_over"), "hand-over") if free else None,
        book.opener(words("promises.withdraw"), "withdraw", kind="danger") if free else None,
        dossier,
    )
    return el("div", *controls, class_="toolbar") if any(controls) else None


def dialogs(show: Showing, people: Mapping[str, str], promise: Promise) -> Html:
    """The forms of those acts."""
    words = show.words
    cancel = words("app.cancel")
    opens = (promise.opens or show.now) + timedelta(hours=1)
    due = max(promise.due or opens, opens) + timedelta(hours=1)
    return together(
        dialog(
            "move", words("promises.move"), cancel, button(words("promises.move"), "move", kind="main"),
            el("p", words("promises.zone", zone=str(show.site.zone)), class_="hint"),
            field("opens", words("desk.from"), kind="datetime-local", required=True, value=_local(show, opens)),
            field("due", words("desk.until"), kind="datetime-local", required=True, value=_local(show, due)),
            book.entry("reason", words("desk.new_reason"), required=True),
        ),
        dialog(
            "hand-over", words("promises.hand_over"), cancel,
            button(words("promises.hand_over"), "hand-over", kind="main"),
            select("agent", words("promises.owner"), dict(people), promise.owner or ""),
        ),
        dialog(
            "withdraw", words("promises.withdraw"), cancel,
            button(words("promises.withdraw"), "withdraw", kind="danger"),
            el("p", words("promises.withdraw_hint"), class_="hint"), book.reason(show),
        ),
    )  # fmt: skip


def entries(show: Showing, story: PromiseStory, people: Mapping[str, str]) -> Html:
    """The promise's ledger as a story, the beginning first."""
    words = show.words
    rows = [
        book.moment(
            show,
            entry.at,
            words.named("entry", entry.kind),
            book.by_whom(show, entry.by, people),
            _told(show, entry, people),
            mark=f"entry-{entry.kind}",
        )
        for entry in story.entries
    ]
    return together(el("h2", words("promises.story")), book.story(rows))


def _told(show: Showing, entry: ledger.Entry, people: Mapping[str, str]) -> Content:
    words = show.words
    match entry:
        case ledger.Made():
            when = book.window(show, entry.opens, entry.due)
            return together(when, f" · {entry.note}") if entry.note else when
        case ledger.Offered() | ledger.Claimed() | ledger.AttemptStarted():
            return people.get(entry.agent, entry.agent)
        case ledger.AttemptEnded():
            again = (
                together(" · ", words("promises.again"), " ", book.when(show, entry.not_before))
                if entry.not_before
                else None
            )
            note = f" · {entry.note}" if entry.note else None
            return together(words.named("outcome", entry.outcome), note, again)
        case ledger.Corrected():
            return words.named("outcome", entry.outcome)
        case ledger.Renegotiated():
            return together(book.window(show, entry.opens, entry.due), f" · {entry.reason}" if entry.reason else None)
        case ledger.WindowSet():
            return book.window(show, entry.opens, entry.due)
        case ledger.Broken() | ledger.Withdrawn():
            return entry.reason
        case ledger.Kept():
            return words("promises.by_call") if entry.call else words("promises.by_us")
        case ledger.UrgencyRaised():
            return words.named("urgency", entry.urgency)
        case _:
            return None


def _local(show: Showing, moment: datetime) -> str:
    whole = moment.astimezone(show.site.zone).replace(minute=0, second=0, microsecond=0)
    return whole.strftime("%Y-%m-%dT%H:%M")
