"""What the page about privacy looks like: what is kept, who is not to be called, who looked, which letters came back.
Pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from callbacks.lists import KnownContact, Listed
from callbacks.privacy.personal import Look, Looked
from callbacks.privacy.retention import Removed
from console.book.privacy import Keeping, Letters
from console.identity.users import Action
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Html, button, dialog, el, field, together

PATH = "/privacy"
#: The parts of the page, and who sees each.
TABS = {
    "keeping": Action.MANAGE_PRIVACY,
    "refusals": Action.CHANGE_CONTACTS,
    "looks": Action.SEE_LOOKS,
    "letters": Action.SEE_MESSAGES,
}
_PARTS = tuple(part.name for part in fields(Removed))


def tabs(show: Showing, here: str, names: Sequence[str]) -> Html:
    """The ways to the parts of the page."""
    words = show.words
    ways = [
        el("a", words(f"privacy.{name}"), href=f"{PATH}?tab={name}", aria_current="page" if name == here else None)
        for name in names
    ]
    return together(
        book.page_head(words("privacy.page")), el("nav", *ways, class_="tabs", aria_label=words("privacy.page"))
    )


def keeping(show: Showing, tiers: Sequence[Keeping]) -> Html:
    """Tier by tier, how long each kind is kept, and what is over."""
    words = show.words
    columns = [words("contacts.tier"), *(words(f"privacy.{part}") for part in _PARTS)]
    rows = [
        (book.tier_mark(one.tier), *(_kept(show, getattr(one, part), getattr(one.over, part)) for part in _PARTS))
        for one in tiers
    ]
    over = sum((one.over for one in tiers), Removed())
    total = sum(getattr(over, part) for part in _PARTS)
    parts = ", ".join(f"{words(f'privacy.{part}')} {getattr(over, part)}" for part in _PARTS if getattr(over, part))
    told = words("privacy.would_remove", parts=parts) if total else words("privacy.nothing_over")
    run = book.opener(words("privacy.run"), "retain", kind="danger") if total else None
    return together(
        el("h2", words("privacy.keeping")),
        el("p", words("privacy.keeping_hint"), class_="hint"),
        book.listing(words("privacy.keeping"), columns, rows),
        el("p", told, class_="notice warn" if total else "notice ok", role="status"),
        el("div", run, class_="toolbar") if run else None,
    )


def keeping_dialog(show: Showing) -> Html:
    """The form that runs it now."""
    words = show.words
    act = button(words("privacy.run"), "retain", kind="danger")
    return dialog("retain", words("privacy.run"), words("app.cancel"), act, el("p", words("privacy.run_hint")))


def refusals(show: Showing, found: Listed[KnownContact], query: Mapping[str, str]) -> Html:
    """Who is not to be called."""
    words = show.words
    add = book.opener(words("privacy.add_refusal"), "refuse-number", kind="main", key="N")
    search = field("q", words("contacts.search"), kind="search", value=query.get("q"), class_="wide-entry")
    tab = el("input", type="hidden", name="tab", value="refusals")
    narrow = book.filters(show, PATH, tab, search, everything=f"{PATH}?tab=refusals")
    head = el("div", narrow, add, class_="page-head")
    if not found.rows:
        return together(head, book.nothing(words("privacy.none_refuse"), words("privacy.refusals_hint")))
    columns = [words("contacts.name"), words("contacts.number"), words("contacts.notes"), words("privacy.act")]
    rows = [
        (
            book.person(show, one.contact),
            el("span", " ".join(one.contact.numbers), class_="number"),
            one.contact.notes.rpartition("\n")[2],
            book.opener(
                words("contacts.allow"),
                "allow-calls",
                item=one.contact.id,
                title=one.contact.name or one.contact.number,
                kind="small",
            ),
        )
        for one in found.rows
    ]
    table = book.listing(words("privacy.refusals"), columns, rows)
    return together(head, table, book.pager(show, PATH, query, found.after, len(found.rows)))


def refusal_dialogs(show: Showing) -> Html:
    """The forms that enter somebody and take them off again."""
    words = show.words
    cancel = words("app.cancel")
    return together(
        dialog(
            "refuse-number", words("privacy.add_refusal"), cancel,
            button(words("privacy.add_refusal"), "refuse-number", kind="main"),
            el("p", words("contacts.refuse_hint"), class_="hint"),
            field("number", words("contacts.number"), kind="tel", required=True, maxlength="40"), book.reason(show),
        ),
        dialog(
            "allow-calls", words("contacts.allow"), cancel, button(words("contacts.allow"), "allow-calls", kind="main"),
            el("p", el("strong", data_filled="title")),
            el("p", words("contacts.allow_hint"), class_="hint"), book.reason(show),
        ),
    )  # fmt: skip


def looks(show: Showing, found: Sequence[Look], people: Mapping[str, str], query: Mapping[str, str]) -> Html:
    """Who looked at what was said."""
    words = show.words
    tab = el("input", type="hidden", name="tab", value="looks")
    subject = field("of", words("privacy.of"), kind="search", value=query.get("of"), class_="wide-entry")
    head = book.filters(show, PATH, tab, subject, everything=f"{PATH}?tab=looks")
    if not found:
        return together(head, book.nothing(words("privacy.no_looks"), words("privacy.looks_hint")))
    columns = [words(f"privacy.{name}") for name in ("at", "by", "what", "subject")]
    rows = [
        (book.when(show, one.at), book.by_whom(show, one.by, people), words.named("looked", one.what), _subject(one))
        for one in found
    ]
    hint = el("p", words("privacy.looks_hint"), class_="hint")
    return together(head, hint, book.listing(words("privacy.looks"), columns, rows))


def letters(show: Showing, found: Letters) -> Html:
    """Letters that did not arrive, and to whom."""
    words = show.words
    if not found.messages:
        return book.nothing(words("privacy.no_letters"), words("privacy.letters_hint"))
    columns = [words(f"privacy.{name}") for name in ("at", "to", "letter", "channel", "tries", "fault")]
    rows = [
        (
            book.when(show, one.settled_at or one.made_at),
            book.person(show, found.contacts.get(one.contact)),
            words.named("letter", one.template),
            words.named("contact_channel", one.channel),
            str(one.tries),
            one.fault,
        )
        for one in found.messages
    ]
    hint = el("p", words("privacy.letters_hint"), class_="hint")
    return together(hint, book.listing(words("privacy.letters"), columns, rows))


def removed(show: Showing, done: Removed) -> str:
    """What has gone, in a sentence."""
    parts = [f"{show.words(f'privacy.{part}')} {getattr(done, part)}" for part in _PARTS]
    return show.words("privacy.removed", parts=", ".join(parts))


def _kept(show: Showing, days: int | None, over: int) -> Html:
    words = show.words
    time = words("privacy.for_ever") if days is None else words("privacy.days", count=days)
    return together(time, el("span", " · ", words("privacy.over", count=over), class_="over") if over else None)


def _subject(look: Look) -> Html:
    if look.what is Looked.EXPORT:
        return el("a", look.subject[:12], href=f"/contact?id={look.subject}", class_="number")
    return el("a", look.subject[:12], href=f"{PATH}?tab=looks&of={look.subject}", class_="number", title=look.subject)
