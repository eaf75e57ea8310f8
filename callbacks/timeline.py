"""A timeline picture: time runs downwards, a lane for calls, case, promises and fault; drawn once, for page and PDF.

Rows follow one another at the same distance, whatever time lies between: a call of three minutes and a wait of three
weeks are both to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 640.0
ROW_HEIGHT = 22.0
_TOP, _BOTTOM = 34.0, 10.0
_FIRST_LANE, _LANE = 130.0, 62.0
_SIZE = 11.0
#: Told apart also by those who see colours differently; each lane has its own place besides.
COLOURS = ("#0b62a4", "#555555", "#d1690f", "#8a2b62")


@dataclass(frozen=True, slots=True)
class Row:
    """Something that happened: its moment as text, its lane by number, and what it was."""

    when: str
    lane: int
    what: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted, from one row to another."""

    lane: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn. Rows are in the order of time."""

    lanes: tuple[str, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from (x, y) to (x, until)."""

    x: float
    y: float
    until: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text that begins at x, or is centred there; y is its base line."""

    x: float
    y: float
    text: str
    centred: bool = False
    colour: str = "#222222"


Shape = Stroke | Dot | Label


def height(timeline: Timeline) -> float:
    """Of the picture, in points."""
    return _TOP + ROW_HEIGHT * len(timeline.rows) + _BOTTOM


def shapes(timeline: Timeline) -> Iterator[Shape]:
    """What to draw, y growing downwards."""
    bottom = height(timeline) - _BOTTOM
    for number, name in enumerate(timeline.lanes):
        yield Label(_x(number), _TOP - 18, name, centred=True, colour=_colour(number))
        yield Stroke(_x(number), _TOP - 8, bottom, 1.0, "#dddddd")
    for bar in timeline.bars:
        yield Stroke(_x(bar.lane), _y(bar.first), _y(bar.last), 6.0, _colour(bar.lane))
    words = _FIRST_LANE + _LANE * len(timeline.lanes) - _LANE / 2
    for place, row in enumerate(timeline.rows):
        yield Label(0.0, _y(place) + 4, row.when, colour="#555555")
        yield Dot(_x(row.lane), _y(place), _colour(row.lane))
        yield Label(words, _y(place) + 4, row.what)


def svg(timeline: Timeline, title: str) -> str:
    """SVG 1.1 to stand in a page, without outside references."""
    parts = [_svg(shape) for shape in shapes(timeline)]
    tall = height(timeline)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {tall:g}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" font-family="sans-serif" font-size="{_SIZE:g}">'
    )
    return "\n".join([head, *parts, "</svg>"])


def _svg(shape: Shape) -> str:
    match shape:
        case Stroke(x, y, until, width, colour):
            return (
                f'<line x1="{x:g}" y1="{y:g}" x2="{x:g}" y2="{until:g}" stroke="{colour}" stroke-width="{width:g}" '
                'stroke-linecap="round"/>'
            )
        case Dot(x, y, colour):
            return f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{colour}" stroke="#fff"/>'
        case Label(x, y, text, centred, colour):
            anchor = ' text-anchor="middle"' if centred else ""
            return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{anchor}>{escape(text)}</text>'


def _x(lane: int) -> float:
    return _FIRST_LANE + _LANE * lane


def _y(row: int) -> float:
    return _TOP + ROW_HEIGHT * (row + 0.5)


def _colour(lane: int) -> str:
    return COLOURS[lane % len(COLOURS)]
