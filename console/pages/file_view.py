"""How the page of the hotline file looks around its editor: head, tabs, faults, and a change that was overtaken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.versions import VersionConflict
from console.faults import in_words
from console.pages.file_diff_view import patch
from console.pages.html import Html, button, chip, dialog, el, field, together
from console.ports import FileFault
from console.words import Words

#: The panels beside the editor.
TABS = ("faults", "form", "flow", "changes", "rehearsal", "history")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the text in the editor stands: the version it was made from, the newest one, the faults (None: not looked at
    yet), how many lines differ from the newest version, and what the person may do."""

    base: int
    newest: int
    faults: tuple[FileFault, ...] | None
    changed: int
    may_publish: bool

    @property
    def errors(self) -> int:
        """Faults that keep the text from being published."""
        return sum(fault.is_error for fault in self.faults or ())


def head(words: Words, standing: Standing) -> Html:
    """Which version it is, how the text stands, and what can be done with it."""
    title = el(
        "div",
        el("h1", words("file.title")),
        el("span", words("file.version", version=standing.base), class_="muted"),
        _state(words, standing),
        class_="row baseline",
    )
    acts = el(
        "div",
        button(words("file.next_fault"), "next-fault", key="J", off=not standing.faults),
        button(words("file.discard"), "discard", off=not standing.changed),
        _publish(words, standing),
        class_="row",
    )
    return el("div", title, acts, class_="row spread")


def _state(words: Words, standing: Standing) -> Html:
    marks = []
    if standing.base != standing.newest:
        marks.append(chip(words("file.overtaken", version=standing.newest), "warn"))
    if standing.changed:
        marks.append(chip(words("file.changed", count=standing.changed), "warn"))
    if standing.errors:
        marks.append(chip(words("file.bad", count=standing.errors), "bad"))
    elif standing.faults is not None and standing.changed:
        marks.append(chip(words("file.publishable"), "ok"))
    return el("span", *marks, class_="row", role="status")


def _publish(words: Words, standing: Standing) -> Html | None:
    if not standing.may_publish:
        return None
    return el(
        "button",
        words("file.publish"),
        el("kbd", "Alt P"),
        type="button",
        class_="button main",
        data_opens="publish",
        data_key="P",
        aria_keyshortcuts="Alt+P",
        disabled=not standing.changed or bool(standing.errors),
    )


def dialogs(words: Words) -> Html:
    """The reasons that publishing and rolling back ask for."""
    publish = dialog(
        "publish",
        words("file.publish"),
        words("app.cancel"),
        button(words("file.publish"), "publish", kind="main"),
        el("p", words("file.publish_hint"), class_="muted"),
        _reason(words),
    )
    back = dialog(
        "roll-back",
        words("file.roll_back"),
        words("app.cancel"),
        button(words("file.roll_back"), "roll-back", kind="main"),
        el("p", words("file.roll_back_hint"), " ", el("strong", data_filled="version"), class_="muted"),
        _reason(words),
    )
    return together(publish, back)


def _reason(words: Words) -> Html:
    hint = words("file.reason_hint")
    return field("reason", words("file.reason"), required=True, maxlength="500", placeholder=hint)


def tabs(words: Words, chosen: str, standing: Standing) -> Html:
    """The panels to choose from; the arrow keys go from one to the next."""
    counts = {"faults": len(standing.faults or ()), "changes": standing.changed}
    listed = [
        el(
            "button",
            words.named("file_tab", name),
            el("span", str(counts[name]), class_="count") if counts.get(name) else None,
            type="button",
            role="tab",
            id=f"tab-{name}",
            data_do="tab",
            data_item=name,
            aria_selected="true" if name == chosen else "false",
            aria_controls="panel",
            tabindex=None if name == chosen else "-1",
        )
        for name in TABS
    ]
    return el("div", *listed, role="tablist", aria_label=words("file.panels"), class_="tabs")


def fault_list(words: Words, faults: Sequence[FileFault] | None) -> Html:
    """Every fault with its line and its remedy."""
    if faults is None:
        return el("p", words("file.checking"), class_="muted")
    if not faults:
        return el("div", el("p", words("file.good"), class_="good"), el("p", words("file.hint"), class_="muted"))
    rows = [
        el(
            "li",
            el(
                "div",
                button(words("file.line", line=fault.line), "line", item=str(fault.line), kind="quiet"),
                chip(words("file.error"), "bad") if fault.is_error else chip(words("file.warning"), "warn"),
                class_="row",
            ),
            el("p", el("strong", fault.what)),
            el("p", fault.remedy, class_="muted"),
            class_="card late" if fault.is_error else "card soon",
        )
        for fault in faults
    ]
    return el("ul", *rows, class_="cards")


def conflict(words: Words, found: VersionConflict, newest: int) -> Html:
    """Somebody published meanwhile: both changes, and the ways on."""
    return el(
        "div",
        el(
            "p",
            el("strong", words("file.conflict", what=in_words(found, words.language)[0])),
            class_="fault",
            role="alert",
        ),
        el("p", words("file.conflict_hint"), class_="muted"),
        el(
            "div",
            button(words("file.rebase"), "rebase", kind="main"),
            button(words("file.take_theirs"), "take-theirs"),
            class_="row wrap",
        ),
        el("h2", words("file.theirs", version=newest)),
        patch(words, found.theirs),
        el("h2", words("file.yours")),
        patch(words, found.yours),
        class_="stack",
    )
