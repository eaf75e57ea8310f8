"""What bringing contacts in looks like: the table is chosen, what it would change is shown, then it is done."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.contacts.contact_csv import COLUMNS, RowFault
from callbacks.model import Contact
from console.book.contacts import ImportPreview
from console.faults import translated
from console.pages import book_view as book
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, button, chip, el, together

#: Rows shown before the import; all of them are imported.
SHOWN = 50

#: What a spreadsheet is begun with.
TEMPLATE = (
    ",".join(COLUMNS)
    + "\r\n+821012345678,,Kim Min-ji,standard,ko,likes to be rung in the morning,no,phone,\r\n"
    + "+442071838750,+447911123456;1005,Joan Smith,vip,en,,no,mail,joan@example.org\r\n"
)


def guide(show: Showing) -> Html:
    """How a table has to look."""
    words = show.words
    template = button(words("contacts.template"), "template", kind="quiet")
    return together(
        book.crumb("/contacts", words("contacts.page")),
        book.page_head(words("contacts.import"), template),
        el("p", words("contacts.import_hint")),
        el("p", el("code", ", ".join(COLUMNS))),
        el("p", words("contacts.import_empty"), class_="hint"),
    )


def chooser(show: Showing) -> Html:
    """The control by which a table is chosen."""
    label = el("label", show.words("contacts.choose"), for_="table")
    entry = el("input", type="file", id="table", accept=".csv,.txt,text/csv", data_uploads=True)
    return el("div", label, entry, class_="field chooser")


def preview(show: Showing, found: ImportPreview) -> Html:
    """What would change, and what is wrong."""
    words, plan = show.words, found.plan
    counts = el(
        "div",
        _figure(words("contacts.new"), len(plan.new)),
        _figure(words("contacts.changed"), len(plan.changed)),
        _figure(words("contacts.unchanged"), plan.unchanged),
        _figure(words("contacts.faulty"), len(found.faults)),
        class_="figures four",
    )
    return together(
        el("h2", words("contacts.would_change")),
        counts,
        fault_list(show, found.faults) if found.faults else None,
        _changes(show, found),
        _go(show, found),
    )


def progress(show: Showing, done: int, total: int) -> Html:
    """How far it is."""
    label = show.words("contacts.importing", done=done, total=total)
    bar = el("progress", label, value=str(done), max=str(max(1, total)), id="import-progress")
    return el("div", el("label", label, for_="import-progress", role="status"), bar, class_="stack")


def finished(show: Showing, new: int, changed: int) -> Html:
    """That it is done."""
    words = show.words
    done = el("p", words("contacts.imported", new=new, changed=changed), class_="notice ok", role="status")
    return together(done, el("a", words("contacts.to_list"), href="/contacts", class_="button main"))


def _go(show: Showing, found: ImportPreview) -> Html:
    words, plan = show.words, found.plan
    count = len(plan.new) + len(plan.changed)
    if not count:
        return el("p", words("contacts.nothing_to_do"), class_="notice", role="status")
    text = words("contacts.import_right" if found.faults else "contacts.import_all", count=count)
    return el("div", button(text, "import", kind="main", key="I"), class_="toolbar")


def fault_list(show: Showing, faults: Sequence[RowFault]) -> Html:
    """The lines that cannot be used, and why."""
    words = show.words
    rows = [
        (
            str(fault.line),
            el("strong", translated(fault.what, words.language)),
            translated(fault.remedy, words.language),
        )
        for fault in faults[:SHOWN]
    ]
    columns = [words(f"contacts.{name}") for name in ("line", "wrong", "remedy")]
    left = len(faults) - len(rows)
    return el(
        "div",
        el("h2", words("contacts.faults")),
        book.listing(words("contacts.faults"), columns, rows),
        el("p", words("contacts.more", count=left), class_="muted") if left > 0 else None,
        class_="faulty",
    )


def _changes(show: Showing, found: ImportPreview) -> Html | None:
    words, plan = show.words, found.plan
    columns = [words(f"contacts.{name}") for name in ("what", "number", "name", "tier", "language", "channel", "calls")]
    new = [(chip(words("contacts.is_new"), "ok"), *_cells(show, one)) for one in plan.new[:SHOWN]]
    room = SHOWN - len(new)
    changed: list[tuple[Content, ...]] = []
    for before, after in plan.changed[:room]:
        cells = zip(_cells(show, before), _cells(show, after), strict=True)
        changed.append((chip(words("contacts.is_changed"), "warn"), *(_step(old, now) for old, now in cells)))
    if not new and not changed:
        return None
    left = len(plan.new) + len(plan.changed) - len(new) - len(changed)
    more = el("p", words("contacts.more", count=left), class_="muted") if left > 0 else None
    return together(book.listing(words("contacts.would_change"), columns, [*new, *changed]), more)


def _cells(show: Showing, contact: Contact) -> tuple[str, ...]:
    words = show.words
    return (
        " ".join(contact.numbers),
        contact.name,
        contact.tier,
        words.named("speech", contact.language) if contact.language else "",
        f"{words.named('contact_channel', contact.channel)} {contact.mail}".strip(),
        words("contacts.refuses") if contact.do_not_call else "",
    )


def _step(old: str, now: str) -> Content:
    return now if old == now else together(el("del", old or "–"), " → ", el("ins", now or "–"))


def _figure(label: str, count: int) -> Html:
    return el("div", el("span", label, class_="muted"), el("b", str(count)), class_="figure")
