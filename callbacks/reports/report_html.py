"""The case report as one HTML page: nothing is fetched from anywhere, and it prints well."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from callbacks.reports.report_view import ReportView
from callbacks.reports.timeline import WIDTH, Dot, Stroke, height, shapes

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


_PAGES.tests |= {"stroke": lambda shape: isinstance(shape, Stroke), "dot": lambda shape: isinstance(shape, Dot)}


def report_html(view: ReportView) -> str:
    """The page, UTF-8."""
    page = _PAGES.get_template("report.html.jinja")
    return page.render(view=view, shapes=tuple(shapes(view.timeline)), width=WIDTH, height=height(view.timeline))
