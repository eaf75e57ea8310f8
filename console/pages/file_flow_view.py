"""The call flow as a diagram, and as a list for those who do not look at diagrams."""

from __future__ import annotations

from collections.abc import Mapping

from config.flow_layout import FlowPicture, Way
from console.pages.html import Html, button, el
from console.words import Words

_ROW, _BOX, _WIDE = 41, 28, 190
_LEFT, _TOP = 14, 10
_LANE = 18
_RIGHT = _LEFT + _WIDE
#: Between those that calls come to and those that begin by themselves.
_GAP = 26


def flow_view(words: Words, picture: FlowPicture, lines: Mapping[str, int], here: str) -> Html:
    """The steps with their ways; `lines` says where each stands in the text, `here` is the one under the cursor."""
    if not picture.rows:
        return el("p", words("file.no_flow"), class_="muted")
    return el(
        "div",
        el("p", words("file.flow_hint"), class_="muted"),
        _legend(words),
        _diagram(words, picture, lines, here),
        el("details", el("summary", words("file.flow_text")), _listed(words, picture, lines, here)),
        class_="stack",
    )


def _legend(words: Words) -> Html:
    return el(
        "p",
        el("span", class_="stroke next", aria_hidden="true"),
        words("file.way_next"),
        el("span", class_="stroke otherwise", aria_hidden="true"),
        words("file.way_otherwise"),
        class_="legend",
    )


def _diagram(words: Words, picture: FlowPicture, lines: Mapping[str, int], here: str) -> Html:
    height = _y(picture, len(picture.rows) - 1) + _BOX + _TOP
    width = _RIGHT + (picture.lanes + 1) * _LANE + 10
    ways = [_straight(picture, way) for way in picture.ways if way.lane is None] + _bent(picture)
    boxes = [_box(picture, name, kind, lines.get(name), name == here) for name, kind in picture.rows]
    alone = None
    if picture.others < len(picture.rows):
        y = _y(picture, picture.others) - _GAP / 2 - 1
        alone = el("text", words("file.by_themselves"), x=str(_LEFT), y=f"{y:g}", class_="apart")
    return el(
        "svg",
        _arrows(),
        *ways,
        *boxes,
        alone,
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        class_="flow",
        role="img",
        aria_label=words("file.flow_label", count=len(picture.rows)),
    )


def _arrows() -> Html:
    heads = [
        el(
            "marker",
            el("path", d="M0 0 8 4 0 8z", class_=f"head {kind}"),
            id=f"head-{kind}",
            viewBox="0 0 8 8",
            refX="7",
            refY="4",
            markerWidth="9",
            markerHeight="9",
            markerUnits="userSpaceOnUse",
            orient="auto",
        )
        for kind in ("next", "otherwise")
    ]
    return el("defs", *heads)


def _box(picture: FlowPicture, name: str, kind: str, line: int | None, here: bool) -> Html:
    y = _y(picture, picture.row(name))
    texts = [el("text", name, x=str(_LEFT + 12), y=str(y + 19), class_="name")]
    if kind != name:
        texts.append(el("text", kind, x=str(_RIGHT - 10), y=str(y + 19), class_="kind"))
    frame = el("rect", x=str(_LEFT), y=str(y), width=str(_WIDE), height=str(_BOX), rx="7")
    return el(
        "g",
        frame,
        *texts,
        class_="step here" if here else "step",
        data_do="line" if line else None,
        data_item=str(line) if line else None,
        data_step=name,
    )


def _straight(picture: FlowPicture, way: Way) -> Html:
    middle, source = _LEFT + 40, _y(picture, picture.row(way.source)) + _BOX
    return _path(f"M{middle} {source}V{_y(picture, picture.row(way.target)) - 1}", way.kind, arrow=True)


def _bent(picture: FlowPicture) -> list[Html]:
    """Each lane is drawn once, from the step that is farthest above and the one farthest below; the others join it."""
    lanes: dict[tuple[int, str, str], list[Way]] = {}
    for way in picture.ways:
        if way.lane is not None:
            lanes.setdefault((way.lane, way.target, way.kind), []).append(way)
    paths = []
    for (number, target, kind), ways in lanes.items():
        lane = _RIGHT + (number + 1) * _LANE
        into = _y(picture, picture.row(target)) + (9 if kind == "next" else 18)
        out = sorted(_y(picture, picture.row(way.source)) + (13 if kind == "next" else 22) for way in ways)
        ends = {y for y in (out[0], out[-1]) if (y < into) == (y == out[0]) or len(out) == 1}
        for y in out:
            turn = 5 if into > y else -5
            if y in ends:
                bend = f"M{_RIGHT} {y}H{lane - 5}q5 0 5 {turn}V{into - turn}q0 {turn} -5 {turn}H{_RIGHT + 2}"
                paths.append(_path(bend, kind, arrow=True))
            else:
                paths.append(_path(f"M{_RIGHT} {y}H{lane - 5}q5 0 5 {turn}", kind, arrow=False))
    return paths


def _path(d: str, kind: str, *, arrow: bool) -> Html:
    return el("path", d=d, class_=f"way {kind}", marker_end=f"url(#head-{kind})" if arrow else None)


def _listed(words: Words, picture: FlowPicture, lines: Mapping[str, int], here: str) -> Html:
    rows = []
    said_of = {"next": words("file.way_next"), "otherwise": words("file.way_otherwise")}
    for name, _ in picture.rows:
        ways = [f"{said_of[way.kind]}: {way.target}" for way in picture.ways if way.source == name]
        said = "; ".join(ways) or words("file.ends")
        line = lines.get(name)
        rows.append(
            el(
                "li",
                button(name, "line", item=str(line), kind="quiet") if line else el("strong", name),
                el("span", said, class_="muted"),
                class_="row",
                aria_current="step" if name == here else None,
            )
        )
    return el("ol", *rows, class_="steps")


def _y(picture: FlowPicture, row: int) -> int:
    return _TOP + row * _ROW + (_GAP if row >= picture.others else 0)
