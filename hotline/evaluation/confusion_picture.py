"""A confusion matrix as an SVG picture: rows are what was meant, columns what it was taken for."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from ivr.understanding.scoring import TextScore

_CELL = 46
_LEFT, _TOP = 130, 150


def confusion_picture(scored: TextScore) -> str:
    """SVG 1.1, without outside references. Each cell has its count; it is darker for a greater part of the row."""
    rows = list(scored.confusion)
    others = {read for row in scored.confusion.values() for read in row} - set(rows)
    columns = [*rows, *sorted(others)]
    width, height = _LEFT + _CELL * len(columns) + 20, _TOP + _CELL * len(rows) + 20
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<text x="14" y="24" font-size="16">What was meant (rows) and what it was taken for (columns)</text>',
    ]
    for number, column in enumerate(columns):
        x = _LEFT + _CELL * (number + 0.5) + 4
        parts.append(f'<text transform="translate({x:.0f} {_TOP - 8}) rotate(-50)">{escape(column)}</text>')
    for number, label in enumerate(rows):
        y = _TOP + _CELL * number
        parts.append(f'<text x="{_LEFT - 8}" y="{y + _CELL / 2 + 5:.0f}" text-anchor="end">{escape(label)}</text>')
        parts += _row(scored, label, columns, y)
    return "\n".join([*parts, "</svg>\n"])


def _row(scored: TextScore, label: str, columns: list[str], y: int) -> Iterator[str]:
    row = scored.confusion[label]
    texts = sum(row.values())
    for number, column in enumerate(columns):
        count = row.get(column, 0)
        part = count / texts if texts else 0.0
        x = _LEFT + _CELL * number
        hue = "11,98,164" if column == label else "209,105,15"  # blue is right, orange wrong
        title = f"<title>{escape(label)} taken for {escape(column)}: {count} of {texts}</title>"
        fill = f'fill="rgb({hue})" fill-opacity="{part:.2f}" stroke="#ddd"'
        yield f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" {fill}>{title}</rect>'
        if count:
            ink = "#fff" if part > 0.6 else "#222"
            middle = f'x="{x + _CELL / 2:.0f}" y="{y + _CELL / 2 + 5:.0f}"'
            yield f'<text {middle} text-anchor="middle" fill="{ink}">{count}</text>'
