"""A chart that is drawn in the browser, with a sentence and a table that say the same."""

from __future__ import annotations

from nicegui import ui

from console.pages.html import Html, el, together
from console.pages.screen import Region
from console.pages.wallboard_charts import Options


class Chart:
    """ECharts, from this machine. Showing the same again costs nothing; new figures move what is drawn."""

    def __init__(self, title: str, as_table: str) -> None:
        """`as_table` is the label of what opens the table."""
        self._head = Region()
        self._title = title
        self._chart = ui.echart({}, renderer="svg").classes("chart")
        self._chart.props["role"] = "img"
        with ui.element("details").classes("chart-table"):
            Region(tag="summary").show(el("span", as_table))
            self._table = Region("scroll")
        self._drawn: Options | None = None

    def show(self, options: Options, summary: str, table: Html) -> None:
        """Draw; without series there is nothing to see but the summary."""
        self._head.show(together(el("h2", self._title), el("p", summary, class_="note")))
        self._table.show(table)
        if options == self._drawn:
            return
        self._drawn = options
        self._chart.props["aria-label"] = summary
        self._chart.set_visibility(bool(options.get("series")))
        self._chart.options.clear()
        self._chart.options.update(options)
        self._chart.update()
