"""What the list of contacts and a contact's card look like: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from callbacks.contacts.zones import zones_of
from callbacks.lists import KnownContact, Listed
from callbacks.model import Case, CaseException, Channel, Contact, Promise
from console.book.contacts import ContactCard
from console.book.privacy import confirmation
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Html, button, chip, dialog, el, field, select, together

PATH = "/contacts"
_ZONES_SHOWN = 3


def contact_list(show: Showing, found: Listed[KnownContact], query: Mapping[str, str]) -> Html:
    """A page of contacts."""
    words = show.words
    if not found.rows:
        searched = any(query.values())
        hint = words("contacts.none_found" if searched else "contacts.none_yet")
        return book.nothing(words("contacts.none"), hint)
    columns = [words(f"contacts.{name}") for name in ("name", "number", "tier", "language", "channel", "seen")]
    rows = [
        (
            together(book.person(show, one.contact), _refusal(show, one.contact)),
            el("span", " ".join(one.contact.numbers), class_="number"),
            book.tier_mark(one.contact.tier),
            words.named("speech", one.contact.language) if one.contact.language else "–",
            words.named("contact_channel", one.contact.channel),
            book.when(show, one.seen_at),
        )
        for one in found.rows
    ]
    table = book.listing(words("contacts.page"), columns, rows)
    return together(table, book.pager(show, PATH, query, found.after, len(found.rows)))


def contact_filters(show: Showing, query: Mapping[str, str], tiers: Collection[str]) -> Html:
    """Search and filters."""
    words = show.words
    refused = {"yes": words("contacts.refuses"), "no": words("contacts.callable")}
    return book.filters(
        show,
        PATH,
        field("q", words("contacts.search"), kind="search", value=query.get("q"), class_="wide-entry"),
        select(
            "tier", words("contacts.tier"), book.any_of(show, {tier: tier for tier in tiers}), query.get("tier", "")
        ),
        select("dnc", words("contacts.calls"), book.any_of(show, refused), query.get("dnc", "")),
    )


def card(show: Showing, card: ContactCard) -> Html:
    """Who the contact is."""
    words, contact = show.words, card.contact
    name = contact.name or contact.number or words("contacts.nameless")
    title = el("div", el("h1", name), book.tier_mark(contact.tier), _refusal(show, contact), class_="row wrap")
    notes = el("p", contact.notes, class_="notes") if contact.notes else None
    return together(
        book.crumb(PATH, words("contacts.page")),
        title,
        None if contact.numbers else el("p", words("contacts.numberless"), class_="notice"),
        book.facts(
            (
                words("contacts.numbers"),
                el("span", ", ".join(contact.numbers), class_="number") if contact.numbers else None,
            ),
            (words("contacts.language"), words.named("speech", contact.language) if contact.language else None),
            (words("contacts.channel"), words.named("contact_channel", contact.channel)),
            (words("contacts.mail"), contact.mail),
            (words("contacts.zone"), _local_times(show, contact)),
            (words("contacts.notes"), notes),
        ),
    )


def actions(show: Showing, contact: Contact, *, may_handle: bool, may_change: bool, may_erase: bool) -> Html | None:
    """What can be done about the contact by whoever looks."""
    words = show.words
    refuse = book.opener(words("contacts.refuse"), "refuse-calls", item=contact.id)
    allow = book.opener(words("contacts.allow"), "allow-calls", item=contact.id)
    export = button(words("contacts.export"), "export", item=contact.id)
    erase = book.opener(words("contacts.erase"), "erase", item=contact.id, title=confirmation(contact), kind="danger")
    controls = (
        book.opener(words("contacts.change"), "change-contact", item=contact.id, key="E") if may_change else None,
        refuse if may_handle and contact.can_be_rung else None,
        allow if may_change and contact.do_not_call and contact.numbers else None,
        export if may_erase else None,
        erase if may_erase else None,
    )
    return el("div", *controls, class_="toolbar") if any(controls) else None


def exceptions(show: Showing, granted: Sequence[CaseException]) -> Html:
    """What they were granted once: the next agent must not take it for a rule."""
    words = show.words
    heading = el("h2", words("contacts.exceptions"))
    if not granted:
        return together(heading, el("p", words("contacts.no_exceptions"), class_="muted"))
    cards = [
        el("li", el("strong", one.what), el("p", one.reason, class_="note"), book.when(show, one.at), class_="card")
        for one in granted
    ]
    return together(heading, el("ul", *cards, class_="cards"))


def contact_dialog(
    show: Showing, name: str, title: str, tiers: Collection[str], languages: Collection[str], contact: Contact
) -> Html:
    """The form by which a contact is entered or changed."""
    words = show.words
    spoken = {"": words("contacts.unknown")} | {code: words.named("speech", code) for code in languages}
    channels = {channel.value: words.named("contact_channel", channel) for channel in Channel}
    return dialog(
        name,
        title,
        words("app.cancel"),
        button(words("contacts.save"), name, kind="main"),
        el(
            "div",
            field("name", words("contacts.name"), value=contact.name, maxlength="200"),
            field(
                "numbers",
                words("contacts.numbers_hint"),
                required=True,
                value=", ".join(contact.numbers),
                maxlength="400",
            ),
            select("tier", words("contacts.tier"), {tier: tier for tier in tiers}, contact.tier),
            select("language", words("contacts.language"), spoken, contact.language or ""),
            select("channel", words("contacts.channel"), channels, contact.channel),
            field("mail", words("contacts.mail"), kind="email", value=contact.mail, maxlength="254"),
            class_="form-grid",
        ),
        book.entry("notes", words("contacts.notes"), contact.notes, rows=4),
    )


def dialogs(show: Showing) -> Html:
    """The forms about one contact beside the card's."""
    words = show.words
    cancel = words("app.cancel")
    refuse = dialog(
        "refuse-calls", words("contacts.refuse"), cancel, button(words("contacts.refuse"), "refuse-calls", kind="main"),
        el("p", words("contacts.refuse_hint"), class_="hint"), book.reason(show),
    )  # fmt: skip
    allow = dialog(
        "allow-calls", words("contacts.allow"), cancel, button(words("contacts.allow"), "allow-calls", kind="main"),
        el("p", words("contacts.allow_hint"), class_="hint"), book.reason(show),
    )  # fmt: skip
    erase = dialog(
        "erase", words("contacts.erase"), cancel, button(words("contacts.erase"), "erase", kind="danger"),
        el("p", words("contacts.erase_hint")),
        el("p", words("contacts.erase_type"), " ", el("code", data_filled="title")),
        field("typed", words("contacts.typed"), required=True, maxlength="200"),
    )  # fmt: skip
    return together(refuse, allow, erase)


def _local_times(show: Showing, contact: Contact) -> str:
    """What the clocks say where the number is from: nobody is rung at night."""
    return ", ".join(f"{zone} {show.now.astimezone(zone):%H:%M}" for zone in zones_of(contact.number)[:_ZONES_SHOWN])


def _refusal(show: Showing, contact: Contact) -> Html | None:
    if not contact.do_not_call or not contact.numbers:
        return None
    return together(" ", chip(show.words("contacts.refuses"), "warn"))


def owed(show: Showing, owed: Sequence[Promise]) -> Html:
    """What they may expect of us."""
    words = show.words
    heading = el("h2", words("contacts.owed"))
    if not owed:
        return together(heading, el("p", words("contacts.nothing_owed"), class_="muted"))
    columns = [words(f"promises.{name}") for name in ("reference", "kind", "window", "state")]
    rows = [
        (
            book.promise_link(one.reference),
            words.named("promise_kind", one.kind),
            book.window(show, one.opens, one.due),
            words.named("promise_state", one.state),
        )
        for one in owed
    ]
    return together(heading, book.listing(words("contacts.owed"), columns, rows))


def cases(show: Showing, cases: Sequence[Case]) -> Html:
    """What they complained of."""
    words = show.words
    heading = el("h2", words("contacts.cases"))
    if not cases:
        return together(heading, el("p", words("contacts.no_cases"), class_="muted"))
    columns = [words(f"cases.{name}") for name in ("reference", "category", "urgency", "status", "opened")]
    rows = [
        (
            book.case_link(one.reference),
            show.site.title(one.category, words.language),
            show.urgency(one.urgency),
            words.named("status", one.status),
            book.when(show, one.opened_at),
        )
        for one in cases
    ]
    return together(heading, book.listing(words("contacts.cases"), columns, rows))
