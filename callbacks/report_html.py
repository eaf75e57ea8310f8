"""The case report as one HTML page: nothing is fetched from anywhere, and it prints well."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from callbacks.report_view import ReportView
from callbacks.timeline import svg

_PAGES = Environment(
    loader=FileSystemLoader(__file__.rpartition("/")[0]),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def report_html(view: ReportView) -> str:
    """The page, UTF-8."""
    # The picture's own text is escaped where it is drawn.
    picture = Markup(svg(view.timeline, view.timeline_heading))  # noqa: S704
    return _PAGES.get_template("report.html.jinja").render(view=view, picture=picture)
