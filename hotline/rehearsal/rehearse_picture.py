"""The mean wait by hour of the day as an SVG picture, one line a side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from routing.rehearsal.plan import Rehearsed

_WIDTH, _HEIGHT = 860, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 80, 50
#: Blue and orange: told apart by those who see colours differently, too; and one line is dashed.
_STYLES = (("#0b62a4", ""), ("#d1690f", ' stroke-dasharray="7 4"'))
_HOURS = 24
_STEPS = 5


def waits_by_hour(
    sides: Sequence[Rehearsed],
    title: str = "Mean wait by hour of the day, seconds",
    axis: str = "hour in which the call came",
) -> str:
    """The last row of each side's report, which is all calls together. SVG 1.1, without outside references."""
    lines = [[(hour.hour, hour.mean_wait) for hour in side.report[-1].by_hour] for side in sides]
    highest = max((wait for line in lines for _, wait in line), default=0.0)
    step = _nice(highest / _STEPS)
    top = step * max(1, math.ceil(highest / step))
    parts = [*_axes(top, step, axis)]
    for side, line, (colour, dashes), row in zip(sides, lines, _STYLES, range(len(sides)), strict=False):
        parts += _line(line, top, colour, dashes)
        parts += _legend(side.label, row, colour, dashes)
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
    ]
    return "\n".join([*head, *parts, "</svg>\n"])


def _axes(top: float, step: float, axis: str) -> Iterator[str]:
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number * step:,.6g}</text>'
    for hour in range(0, _HOURS + 1, 2):
        yield f'<text x="{_x(hour):.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{hour}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(axis)}</text>'


def _line(line: Sequence[tuple[int, float]], top: float, colour: str, dashes: str) -> Iterator[str]:
    """Points in the middle of their hours, joined; where an hour without calls lies between, not."""
    stretch: list[str] = []
    before = -1
    for hour, wait in line:
        x, y = _x(hour + 0.5), _y(wait, top)
        if hour != before + 1 and stretch:
            yield _joined(stretch, colour, dashes)
            stretch = []
        stretch.append(f"{x:.1f},{y:.1f}")
        before = hour
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"><title>{hour}:00: {wait:.1f} s</title></circle>'
    if stretch:
        yield _joined(stretch, colour, dashes)


def _joined(points: Sequence[str], colour: str, dashes: str) -> str:
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _legend(label: str, row: int, colour: str, dashes: str) -> Iterator[str]:
    y = 44 + 18 * row
    yield f'<line x1="{_LEFT}" y1="{y - 4}" x2="{_LEFT + 30}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield f'<text x="{_LEFT + 38}" y="{y}">{escape(label)}</text>'


def _x(hour: float) -> float:
    return _LEFT + hour / _HOURS * (_WIDTH - _LEFT - _RIGHT)


def _y(wait: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - wait / top * (_HEIGHT - _TOP - _BOTTOM)


def _nice(least: float) -> float:
    """The least of 1, 2, 5, 10, 20 ... (also .1, .2 ...) that is not below; 1 for nothing."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
