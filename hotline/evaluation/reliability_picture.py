"""A reliability diagram as an SVG picture: mean confidence against accuracy, a panel a hearing, a line a band.

On the diagonal a hearing is as right as it is sure; below it is surer than right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

from hotline.evaluation.speech_score import Band, SpeechScore, Which
from ivr.speech.scoring import Bin, merged

_SIDE, _GAP = 240, 70
_LEFT, _TOP, _BOTTOM = 60, 100, 60
_NAMES = {Which.FIRST: "first hearing", Which.SECOND: "second hearing", Which.STOOD: "what stands"}
#: Blue and orange: told apart by those who see colours differently, too; and one line is dashed.
_STYLES = {Band.WIDE: ("#0b62a4", ""), Band.NARROW: ("#d1690f", ' stroke-dasharray="7 4"')}


def reliability_picture(scores: Sequence[SpeechScore]) -> str:
    """SVG 1.1, without outside references; all languages together. A point is larger for more utterances."""
    width, height = _LEFT + len(Which) * (_SIDE + _GAP), _TOP + _SIDE + _BOTTOM
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">How right a hearing is (1 - CER) by how sure it is</text>',
    ]
    for number, (band, (colour, dashes)) in enumerate(_STYLES.items()):
        x = _LEFT + 130 * number
        parts.append(f'<line x1="{x}" y1="48" x2="{x + 30}" y2="48" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts.append(f'<text x="{x + 38}" y="52">{band} band</text>')
    for number, which in enumerate(Which):
        left = _LEFT + number * (_SIDE + _GAP)
        parts += _frame(left, _NAMES[which])
        for band in Band:
            chosen = [s.calibration for s in scores if s.which is which and s.band is band]
            parts += _line(left, merged(chosen), band)
    return "\n".join([*parts, "</svg>\n"])


def _frame(left: int, name: str) -> Iterator[str]:
    bottom = _TOP + _SIDE
    yield f'<text x="{left + _SIDE / 2:.0f}" y="{_TOP - 12}" text-anchor="middle">{name}</text>'
    yield f'<rect x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#888"/>'
    yield f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{_TOP}" stroke="#bbb"/>'
    for tick in (0.0, 0.5, 1.0):
        x, y = left + _SIDE * tick, bottom - _SIDE * tick
        yield f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>'
        yield f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>'
    yield f'<text x="{left + _SIDE / 2:.0f}" y="{bottom + 40}" text-anchor="middle">mean confidence</text>'


def _line(left: int, bins: Sequence[Bin], band: Band) -> Iterator[str]:
    colour, dashes = _STYLES[band]
    points = [(left + _SIDE * one.confidence, _TOP + _SIDE * (1 - one.accuracy)) for one in bins]
    if points:
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    for one, (x, y) in zip(bins, points, strict=True):
        title = f"<title>{one.utterances} heard with {one.confidence:.2f}: {one.accuracy:.2f} right</title>"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + sqrt(one.utterances):.1f}" fill="{colour}">{title}</circle>'
