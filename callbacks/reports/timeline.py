"""A timeline picture: time runs downwards, a lane for calls, case, promises and fault; drawn once, for page and PDF.

Rows follow one another at the same distance, whatever time lies between: a call of three minutes and a wait of three
weeks are both to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 640.0
ROW_HEIGHT = 22.0
_TOP, _BOTTOM = 34.0, 10.0
_FIRST_LANE, _LANE = 130.0, 62.0
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


def _x(lane: int) -> float:
    return _FIRST_LANE + _LANE * lane


def _y(row: int) -> float:
    return _TOP + ROW_HEIGHT * (row + 0.5)


def _colour(lane: int) -> str:
    return COLOURS[lane % len(COLOURS)]
