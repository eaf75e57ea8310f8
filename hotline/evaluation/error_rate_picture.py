"""Character error rates as an SVG picture: bars by language and band, one for each hearing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from hotline.evaluation.speech_score import SpeechScore, Which

_BAR, _GAP = 34, 40
_LEFT, _TOP, _HEIGHT, _BOTTOM = 60, 84, 260, 60
_COLOURS = {Which.FIRST: "#d1690f", Which.SECOND: "#8ab6d6", Which.STOOD: "#0b62a4"}
_NAMES = {Which.FIRST: "first hearing", Which.SECOND: "second hearing", Which.STOOD: "what stands"}
_STEP = 20  # per cent between the lines


def error_rate_picture(scores: Sequence[SpeechScore]) -> str:
    """SVG 1.1, without outside references. The scale goes to the highest rate, at least to 20 %."""
    groups = [list(group) for _, group in groupby(scores, key=lambda s: (s.language, s.band))]
    highest = max((100 * s.errors.cer for s in scores), default=0.0)
    top = _STEP * max(1, -int(-highest // _STEP))
    width = max(560, _LEFT + _GAP + sum(_BAR * len(group) + _GAP for group in groups))
    height = _TOP + _HEIGHT + _BOTTOM
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">Character error rate by language and band, %</text>',
    ]
    for number, which in enumerate(Which):
        x = _LEFT + 140 * number
        parts.append(f'<rect x="{x}" y="44" width="14" height="14" fill="{_COLOURS[which]}"/>')
        parts.append(f'<text x="{x + 20}" y="56">{_NAMES[which]}</text>')
    for rate in range(0, top + 1, _STEP):
        y = _y(rate, top)
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{width - 20}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{rate}</text>')
    x = _LEFT + _GAP
    for group in groups:
        parts += _bars(group, x, top)
        x += _BAR * len(group) + _GAP
    return "\n".join([*parts, "</svg>\n"])


def _bars(group: Sequence[SpeechScore], left: int, top: int) -> Iterator[str]:
    for number, scored in enumerate(group):
        rate = 100 * scored.errors.cer
        x, y = left + _BAR * number, _y(rate, top)
        title = f"<title>{escape(scored.language)}, {scored.band}, {_NAMES[scored.which]}: {rate:.1f} %</title>"
        box = f'x="{x}" y="{y:.1f}" width="{_BAR - 4}" height="{_y(0, top) - y:.1f}"'
        yield f'<rect {box} fill="{_COLOURS[scored.which]}">{title}</rect>'
        yield f'<text x="{x + _BAR / 2 - 2:.0f}" y="{y - 5:.1f}" text-anchor="middle" font-size="11">{rate:.0f}</text>'
    middle = left + _BAR * len(group) / 2
    for line, text in enumerate((group[0].language, group[0].band.value)):
        y = _TOP + _HEIGHT + 20 + 18 * line
        yield f'<text x="{middle:.0f}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def _y(rate: float, top: int) -> float:
    return _TOP + _HEIGHT * (1 - rate / top)
