"""Changes as people read them: removed and added lines with signs and colours, around them what stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.pages.html import Html, button, el
from console.words import Words

_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a change. `sign` is `-`, `+` or a space; numbers are those of the old and the new text, None where
    the line is not there; `opens` marks the first line of a stretch."""

    sign: str
    text: str
    old: int | None
    new: int | None
    opens: bool


def lines_of(diff: str) -> tuple[Line, ...]:
    """The lines of a unified diff."""
    found: list[Line] = []
    old = new = 0
    opens = False
    for line in diff.splitlines()[2:]:
        hunk = _HUNK.match(line)
        if hunk is not None:
            old, new, opens = int(hunk[1]), int(hunk[2]), True
            continue
        sign, text = line[:1] or " ", line[1:]
        found.append(Line(sign, text, old if sign != "+" else None, new if sign != "-" else None, opens))
        old, new, opens = old + (sign != "+"), new + (sign != "-"), False
    return tuple(found)


def changed(diff: str) -> int:
    """How many lines a unified diff takes away or adds."""
    return sum(line.sign != " " for line in lines_of(diff))


def patch(words: Words, diff: str, *, jumps: bool = False) -> Html:
    """A unified diff. With `jumps` each stretch has a control that shows it in the editor."""
    if not diff:
        return el("p", words("file.no_changes"), class_="muted")
    rows = []
    for line in lines_of(diff):
        if line.opens:
            rows.append(_opening(words, line, jumps))
        rows.append(_row(line))
    return el("div", el("table", el("tbody", *rows)), class_="patch", tabindex="0", role="region",
              aria_label=words("file.difference"))  # fmt: skip


def _opening(words: Words, line: Line, jumps: bool) -> Html:
    at = line.new or line.old or 1
    said = words("file.line", line=at)
    return el("tr", el("th", button(said, "line", item=str(at), kind="quiet") if jumps else said, colspan="4"))


def _row(line: Line) -> Html:
    kind = {"-": "gone", "+": "new"}.get(line.sign)
    told = {"-": "del", "+": "ins"}.get(line.sign, "span")
    return el(
        "tr",
        el("td", str(line.old or ""), class_="at"),
        el("td", str(line.new or ""), class_="at"),
        el("td", line.sign.strip(), class_="sign"),
        el("td", el(told, line.text)),
        class_=kind,
    )
