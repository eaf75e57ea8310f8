"""The case report as a PDF, by ReportLab. Chinese and Korean are set in the fonts that PDF readers bring for them
(Adobe's CID fonts), so that no font need be installed here."""

from __future__ import annotations

import re
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from callbacks.reports.report_view import Line as ReportLine
from callbacks.reports.report_view import ReportView, Section
from callbacks.reports.timeline import ROW_HEIGHT, Bar, Dot, Label, Shape, Stroke, Timeline, height, shapes

_LATIN, _HAN, _HANGUL = "Helvetica", "STSong-Light", "HYSMyeongJo-Medium"
_HANGUL_LETTERS = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_WIDE_LETTERS = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u2018-\u201d\u2026]")
_MARGIN = 48.0
#: ReportLab leaves so much on each side of what it sets.
_FRAME_PADDING = 6.0
#: So many rows of the timeline fit on a page.
_ROWS = 28

_PLAIN = ParagraphStyle("plain", fontName=_LATIN, fontSize=9.5, leading=13, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_PLAIN, textColor=HexColor("#555555"))
_HEADING = ParagraphStyle(
    "heading", parent=_PLAIN, fontSize=13, leading=17, spaceBefore=12, spaceAfter=3, keepWithNext=1
)
_PROMISE = ParagraphStyle("promise", parent=_PLAIN, fontSize=10.5, leading=14, spaceBefore=6, keepWithNext=1)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontSize=20, leading=26)


def report_pdf(view: ReportView) -> bytes:
    """The document, A4."""
    for font in (_HAN, _HANGUL):
        registerFont(UnicodeCIDFont(font))
    out = BytesIO()
    title = f"{view.title} {view.facts[0][1]}"
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN, title=title
    )
    document.build(_story(view, document.width - 2 * _FRAME_PADDING))
    return out.getvalue()


def _story(view: ReportView, width: float) -> list[Flowable]:
    story: list[Flowable] = [_text(view.title, _TITLE), _text(view.subtitle, _SMALL), Spacer(0, 8)]
    facts = [[_text(name, _SMALL), _text(value, _PLAIN)] for name, value in view.facts]
    story.append(Table(facts, colWidths=[90, width - 90], style=_plain_table()))
    story.append(_text(view.timeline_heading, _HEADING))
    story += _pictures(view.timeline, width)
    for section in view.sections:
        story += _section(section, view.columns, width, _HEADING)
    story.append(_text(view.promises_heading, _HEADING))
    for section in view.promises:
        story += _section(section, view.columns, width, _PROMISE)
    if not view.promises:
        story.append(_text(view.no_promises, _SMALL))
    return story


def _section(section: Section, columns: tuple[str, str, str], width: float, heading: ParagraphStyle) -> list[Flowable]:
    head: list[Flowable] = [_text(section.heading, heading)]
    if section.note:
        head.append(_text(section.note, _SMALL))
    if not section.lines:
        return [KeepTogether([*head, _text(section.empty, _SMALL)])]
    rows = [[_text(name, _SMALL) for name in columns], *(_row(line) for line in section.lines)]
    table = Table(rows, colWidths=[96, width - 96 - 90, 90], style=_plain_table(), repeatRows=1)
    return [*head, table]


def _row(line: ReportLine) -> list[list[Flowable] | Flowable]:
    said: list[Flowable] = [_text(line.sentence, _PLAIN)]
    if line.quoted:
        said.append(_text(f"“{line.quoted}”", _SMALL))
    return [_text(line.when, _PLAIN), said, _text(line.by, _PLAIN)]


def _plain_table() -> TableStyle:
    return TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#e5e5e5")),
        ]
    )


def _pictures(timeline: Timeline, width: float) -> list[Flowable]:
    """The picture, in pieces that fit on a page."""
    pieces: list[Flowable] = []
    for first in range(0, len(timeline.rows), _ROWS):
        last = first + _ROWS
        bars = tuple(
            Bar(bar.lane, max(bar.first, first) - first, min(bar.last, last - 1) - first)
            for bar in timeline.bars
            if bar.first < last and bar.last >= first
        )
        piece = Timeline(timeline.lanes, timeline.rows[first:last], bars)
        tall = height(piece)
        drawing = Drawing(width, tall)
        for shape in shapes(piece):
            _draw(drawing, shape, tall)
        pieces.append(drawing)
    return pieces


def _draw(drawing: Drawing, shape: Shape, tall: float) -> None:
    """ReportLab's y grows upwards."""
    match shape:
        case Stroke(x, y, until, width, colour):
            drawing.add(Line(x, tall - y, x, tall - until, strokeColor=HexColor(colour), strokeWidth=width))
        case Dot(x, y, colour):
            drawing.add(Circle(x, tall - y, ROW_HEIGHT / 5, fillColor=HexColor(colour), strokeColor=None))
        case Label(x, y, text, centred, colour):
            runs = list(_runs(text))
            wide = sum(stringWidth(run, font, 9) for run, font in runs)
            left = x - wide / 2 if centred else x
            for run, font in runs:
                drawing.add(String(left, tall - y, run, fontName=font, fontSize=9, fillColor=HexColor(colour)))
                left += stringWidth(run, font, 9)


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph("".join(f'<font name="{font}">{escape(run)}</font>' for run, font in _runs(text)), style)


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with a font that has its letters."""
    runs: list[tuple[str, str]] = []
    for letter in text:
        font = _font(letter)
        if runs and (runs[-1][1] == font or letter == " "):
            runs[-1] = (runs[-1][0] + letter, runs[-1][1])
        else:
            runs.append((letter, font))
    return runs


def _font(letter: str) -> str:
    if _HANGUL_LETTERS.match(letter):
        return _HANGUL
    return _HAN if _WIDE_LETTERS.match(letter) else _LATIN
