"""A rehearsal on the page: what to rehearse, how far it is, and what became of the calls under both files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from console.pages.html import Html, button, el, together
from console.ports import RehearsedFiles
from console.words import Words

#: Days of the hotline's own calls.
DAYS = (1, 7, 28)
#: Characters of recorded calls that a page takes.
MOST = 600_000
_COUNTS = ("offered", "answered", "abandoned", "promised", "unserved", "closed", "promises_kept", "promises_late")
_SHARES = ("waited", "service_level", "occupancy", "late")
_AMOUNTS = ("mean_wait", "p50_wait", "p90_wait", "p99_wait", "mean_queue")


def asking(words: Words, possible: bool, errors: int) -> Html:
    """Which calls to let run; nothing runs through a text with errors."""
    if not possible:
        return el("p", words("file.no_rehearsal"), class_="muted")
    options = [
        el("option", words("file.own_calls", days=days), value=str(days), selected=days == DAYS[1]) for days in DAYS
    ]
    options.append(el("option", words("file.calls_here"), value="0"))
    source = el("label", el("span", words("file.which_calls")), el("select", *options, name="days"), class_="field")
    upload = el("input", type="file", accept=".csv,text/csv", data_into="rehearsal-calls", data_most=str(MOST))
    calls = el("textarea", name="calls", id="rehearsal-calls", rows="3", maxlength=str(MOST),
               placeholder="arrival,queue,tier,language,service_s,patience_s")  # fmt: skip
    own = el(
        "details",
        el("summary", words("file.calls_here")),
        el("label", el("span", words("file.calls_file")), upload, class_="field"),
        el("label", el("span", words("file.calls_text")), calls, class_="field"),
        class_="own-calls",
    )
    start = button(words("file.rehearse"), "rehearse", kind="main", off=bool(errors))
    hint = words("file.rehearse_errors") if errors else words("file.rehearse_hint")
    return el("form", el("p", hint, class_="muted"), source, own, el("div", start, class_="row"), class_="stack")


def running(words: Words, share: float) -> Html:
    """How far it is."""
    percent = f"{share:.0%}"
    bar = el("progress", percent, value=f"{share:.2f}", max="1", aria_label=words("file.rehearsing"))
    return el(
        "div",
        el("p", words("file.rehearsing"), " ", el("span", percent, class_="number"), role="status"),
        bar,
        el("div", button(words("file.stop"), "stop-rehearsal"), class_="row"),
        class_="stack",
    )


def failed(what: tuple[str, ...]) -> Html:
    """Why there is no result."""
    return el("ul", *(el("li", line) for line in what), class_="fault", role="alert")


def result(words: Words, done: RehearsedFiles) -> Html:
    """The picture, a table of all calls, and one for each class of them."""
    sides: Any = done.report["sides"]
    differences: Any = done.report["difference"]
    if not sides[0]["calls"]:
        return el("p", words("file.no_calls"), class_="muted")
    encoded = base64.b64encode(done.picture.encode()).decode()
    picture = el("img", src=f"data:image/svg+xml;base64,{encoded}", alt=words("file.picture_alt"), class_="picture")
    theirs = {row["name"]: row for row in sides[1]["classes"]}
    gained = {row["name"]: row["figures"] for row in differences}
    *classes, overall = sides[0]["classes"]
    tables = [
        el(
            "details",
            el("summary", row["name"]),
            _table(words, done, row, theirs.get(row["name"]), gained.get(row["name"], {})),
        )
        for row in classes
    ]
    count = el("p", words("file.calls_rehearsed", count=sides[0]["calls"]), role="status", class_="muted")
    last = sides[1]["classes"][-1]
    whole = _table(words, done, overall, last, gained.get(overall["name"], {}))
    return el("div", count, picture, whole, *tables, class_="stack")


def _table(
    words: Words,
    done: RehearsedFiles,
    live: Mapping[str, Any],
    edited: Mapping[str, Any] | None,
    gain: Mapping[str, Any],
) -> Html:
    sides: Any = done.report["sides"]
    heads = ("", sides[0]["label"], sides[1]["label"], words("file.gain"))
    other = edited or {"counts": {}, "figures": {}}
    rows = []
    for key in _COUNTS:
        a, b = live["counts"].get(key), other["counts"].get(key)
        if a or b:
            rows.append(
                _row(
                    words,
                    key,
                    _count(a),
                    _count(b),
                    _count(b - a, signed=True) if a is not None and b is not None else "",
                )
            )
    for key in (*_SHARES, *_AMOUNTS):
        scale = 100.0 if key in _SHARES else 1.0
        a, b = live["figures"].get(key), other["figures"].get(key)
        if a or b:
            rows.append(_row(words, key, _figure(a, scale), _figure(b, scale), _change(a, b, gain.get(key), scale)))
    return el(
        "table",
        el("thead", el("tr", *(el("th", head, scope="col") for head in heads))),
        el("tbody", *rows),
        class_="figures-table",
    )


def _row(words: Words, key: str, *cells: str) -> Html:
    name = words.named("rehearsed", key)
    return el("tr", el("th", name, scope="row"), *(el("td", cell, class_="number") for cell in cells))


def _count(value: int | None, *, signed: bool = False) -> str:
    return "-" if value is None else f"{value:+,}" if signed else f"{value:,}"


def _change(
    a: Mapping[str, Any] | None, b: Mapping[str, Any] | None, gain: Mapping[str, Any] | None, scale: float
) -> str:
    if gain is not None:
        return _figure(gain, scale, signed=True)
    return f"{(b['value'] - a['value']) * scale:+,.2f}" if a and b else ""


def _figure(figure: Mapping[str, Any] | None, scale: float, *, signed: bool = False) -> str:
    if figure is None:
        return "-"
    value = f"{figure['value'] * scale:{'+' if signed else ''},.2f}"
    half = figure["half_width"]
    return value if half is None else f"{value} ± {half * scale:.2f}"


def nothing() -> Html:
    """No rehearsal yet."""
    return together()
