"""Cores by what keeps them busy, against calls a day, as an SVG picture with logarithmic axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import log10

from hotline.sizing.demand import Demand, Load, load, scaled

_LEFT, _TOP, _WIDTH, _HEIGHT = 80, 90, 640, 360
_CALLS = (100, 1_000_000)
_CORES = (0.001, 1_000)
_STEPS_A_DECADE = 4
#: Colours that are told apart by those who see them differently, too; every line has its own dashes besides.
_LINES: tuple[tuple[str, str, str, Callable[[Load], float]], ...] = (
    ("recognition", "#0b62a4", "", lambda need: need.ears),
    ("telephones and sound", "#d1690f", "8 4", lambda need: need.edge),
    ("call flow, floor, book", "#4b8b3b", "2 3", lambda need: need.main),
    ("PostgreSQL", "#7a4b9d", "8 3 2 3", lambda need: need.database),
    ("again on every node", "#555555", "1 5", lambda need: need.main_on_each),
)


def sizing_picture(demand: Demand) -> str:
    """SVG 1.1, without outside references; of such calls as `demand` has, from a hundred to a million a day."""
    width, height = _LEFT + _WIDTH + 30, _TOP + _HEIGHT + 60
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    numbers = _decades(*_CALLS, _STEPS_A_DECADE)
    needs = [load(scaled(demand, calls)) for calls in numbers]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">Busy cores in the busiest hour, by calls a day</text>',
        *_frame(),
    ]
    for number, (name, colour, dashes, core) in enumerate(_LINES):
        stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes or "none"}"'
        x, y = _LEFT + 215 * (number % 3), 46 + 20 * (number // 3)
        points = [
            f"{_x(calls):.1f},{_y(core(need)):.1f}"
            for calls, need in zip(numbers, needs, strict=True)
            if core(need) >= _CORES[0]
        ]
        parts.append(f'<line x1="{x}" y1="{y}" x2="{x + 30}" y2="{y}" {stroke}/>')
        parts.append(f'<text x="{x + 38}" y="{y + 4}">{name}</text>')
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" {stroke}/>')
    return "\n".join([*parts, "</svg>\n"])


def _frame() -> Iterator[str]:
    bottom, right = _TOP + _HEIGHT, _LEFT + _WIDTH
    yield f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#888"/>'
    for calls in _decades(*_CALLS, 1):
        x = _x(calls)
        yield f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{calls:,.0f}</text>'
    for cores in _decades(*_CORES, 1):
        y = _y(cores)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{"#888" if cores == 1 else "#ddd"}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{cores:g}</text>'
    yield f'<text x="{_LEFT + _WIDTH / 2:.0f}" y="{bottom + 44}" text-anchor="middle">calls a day</text>'


def _decades(first: float, last: float, steps: int) -> Sequence[float]:
    count = round((log10(last) - log10(first)) * steps)
    return [first * 10 ** (step / steps) for step in range(count + 1)]


def _x(calls: float) -> float:
    return _LEFT + _WIDTH * _share(calls, *_CALLS)


def _y(cores: float) -> float:
    return _TOP + _HEIGHT * (1 - _share(cores, *_CORES))


def _share(value: float, first: float, last: float) -> float:
    return log10(value / first) / log10(last / first)
