"""A part of the hotline file as a form: one piece of HTML for each control, so that only what changed is drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence

from config.form_fields import Control, Group, Kind, Sheet, sheets
from config.source_map import Path
from console.pages.html import Content, Html, button, el, together
from console.ports import FileFault
from console.words import LANGUAGES, Words

_INPUTS = {Kind.NUMBER: "number", Kind.WHOLE: "number", Kind.TIME: "time"}


def key_of(path: Path) -> str:
    """The path as a control names it."""
    return json.dumps(path, ensure_ascii=False)


def path_of(key: str) -> Path:
    """The path that a control named."""
    return tuple(part if isinstance(part, int) else str(part) for part in json.loads(key))


def sheet_choice(words: Words, chosen: Sheet) -> Html:
    """Which part of the file."""
    options = [
        el("option", words.named("file_part", sheet.name), value=sheet.name, selected=sheet == chosen)
        for sheet in sheets()
    ]
    choice = el("select", *options, name="sheet", id="sheet")
    return el("label", el("span", words("file.part")), choice, class_="field", data_changes="sheet")


def entry_choice(words: Words, sheet: Sheet, entries: Sequence[str], chosen: str | None) -> Html:
    """The records of a part, and adding and removing one."""
    part = words.named("file_part", sheet.name)
    pills = [
        el(
            "button",
            name,
            type="button",
            class_="pill",
            data_do="entry",
            data_item=name,
            aria_pressed="true" if name == chosen else "false",
        )
        for name in entries
    ]
    listed: Html = el("div", *pills, class_="row wrap", role="group", aria_label=part)
    if not entries:
        listed = el("p", words("file.no_entries"), class_="muted")
    new = words("file.new_name")
    name = el("input", name="name", required=True, maxlength="40", autocomplete="off", placeholder=new, aria_label=new)
    add = el("form", name, button(words("file.add"), "add-entry"), class_="row")
    remove = button(words("file.remove", name=chosen), "remove-entry", kind="quiet danger") if chosen else None
    return el("div", listed, el("div", add, remove, class_="row spread"), class_="stack")


def legend(words: Words, group: Group, parent: Group | None) -> Html:
    """What a group is about, and a way to add to it or remove it."""
    key = key_of(group.path)
    return together(
        el("span", label(words, group, parent)),
        button(words("file.add"), "add-item", item=key, kind="quiet") if group.adds is not None else None,
        button(words("file.remove_item"), "remove-item", item=key, kind="quiet") if group.is_item else None,
    )


def control_view(words: Words, control: Control, parent: Group | None, faults: Sequence[FileFault]) -> Html:
    """The label, the entry and what is wrong with it."""
    ident = "f-" + "-".join(map(str, control.path))
    told = f"{ident}-fault" if faults else None
    name = label(words, control, parent)
    wrong = el("p", *_told(faults), id=told, class_="fault", role="alert") if faults else None
    if control.kind is Kind.CHOICES:
        boxes = [_check(words, control, choice, ident) for choice in control.choices]
        inner = el("fieldset", el("legend", name, _mark(control)), el("div", *boxes, class_="row wrap"), class_="many")
    elif control.kind is Kind.SWITCH:
        on = bool(control.default if control.value is None else control.value)
        entry = el("input", type="checkbox", id=ident, checked=on, aria_describedby=told)
        inner = el("label", entry, el("span", name), class_="check")
    else:
        entry = _entry(words, control, ident, told)
        inner = el("label", el("span", name, _mark(control)), entry, class_="field")
    many = control.kind is Kind.CHOICES
    return el(
        "div",
        inner,
        wrong,
        class_="control wrong" if faults else "control",
        data_changes="fill",
        data_item=key_of(control.path),
        data_many=many,
    )


def other_faults(words: Words, faults: Sequence[FileFault]) -> Html:
    """What is wrong with the record but with no single control."""
    return el("p", *_told(faults), class_="fault", role="alert") if faults else together()


def label(words: Words, member: Control | Group, parent: Group | None) -> str:
    """What people call it."""
    name = member.name
    if parent is not None and parent.by_key:
        return LANGUAGES.get(name) or words.named("file_choice", name)
    if isinstance(member.path[-1], int):
        return str(member.path[-1] + 1)
    return words.named("file_field", name)


def _told(faults: Sequence[FileFault]) -> list[Content]:
    parts: list[Content] = []
    for fault in faults:
        parts += [el("br") if parts else None, fault.what, "; ", fault.remedy]
    return parts


def _mark(control: Control) -> Html | None:
    return el("abbr", "*", aria_hidden="true") if control.required else None


def _entry(words: Words, control: Control, ident: str, told: str | None) -> Html:
    invalid = "true" if told else None
    if control.kind is Kind.CHOICE:
        return _select(words, control, ident, told)
    if control.kind is Kind.LINES:
        lines = [str(item) for item in control.value or ()]
        rows = str(min(max(2, len(lines)), 8))
        hint = words("file.one_a_line")
        return el("textarea", "\n".join(lines), id=ident, rows=rows, placeholder=hint, aria_describedby=told,
                  aria_invalid=invalid)  # fmt: skip
    number = control.kind in (Kind.NUMBER, Kind.WHOLE) and not isinstance(control.value, str)
    return el(
        "input",
        type=_INPUTS.get(control.kind, "text") if number or control.kind is Kind.TIME else "text",
        id=ident,
        value="" if control.value is None else _written(control.value),
        placeholder=None if control.default is None else _written(control.default),
        min=None if control.least is None else _written(control.least),
        max=None if control.most is None else _written(control.most),
        step="1" if control.kind is Kind.WHOLE else "any" if number else None,
        autocomplete="off",
        aria_describedby=told,
        aria_invalid=invalid,
        aria_required="true" if control.required else None,
    )


def _select(words: Words, control: Control, ident: str, told: str | None) -> Html:
    chosen = "" if control.value is None else str(control.value)
    known = dict.fromkeys((*control.choices, *([chosen] if chosen else [])))
    options = [el("option", words.named("file_choice", name), value=name, selected=name == chosen) for name in known]
    if not control.required or not chosen:
        default = "" if control.default is None else words.named("file_choice", str(control.default))
        said = words("file.by_default", value=default) if default else words("file.not_said")
        options.insert(0, el("option", said, value="", selected=not chosen))
    return el("select", *options, id=ident, aria_describedby=told, aria_invalid="true" if told else None)


def _check(words: Words, control: Control, choice: str, ident: str) -> Html:
    given = control.value if isinstance(control.value, list) else ()
    entry = el("input", type="checkbox", value=choice, id=f"{ident}-{choice}", checked=choice in map(str, given))
    return el("label", entry, el("span", LANGUAGES.get(choice) or words.named("file_choice", choice)), class_="check")


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e15 else str(value)
