"""The charts of the wallboard: options for ECharts, and for each the same as a table. Pure functions.

Charts are drawn as SVG, so colours are the style sheet's own variables and follow the reader's appearance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from callbacks.due_hours import DueHour
from callbacks.wait_spread import WaitSpread
from console.pages.desk_view import Showing
from console.pages.html import Html, chip, el, together
from console.supervision.figures import TierLevel

Options: TypeAlias = "dict[str, object]"

#: Edge and filling of each tier's boxes, in the order of the tiers.
_COLOURS = (("accent", "accent-soft"), ("gold", "gold-soft"), ("renegotiated", "raised"), ("ok", "ok-soft"))

_GRID: Options = {"left": 8, "right": 8, "top": 42, "bottom": 4, "containLabel": True}

#: Above so many seconds, waits are shown in minutes.
_LONG = 300.0


def due_chart(show: Showing, hours: Sequence[DueHour], size: int = 12) -> Options:
    """Promised calls due in each hour as bars, what the agents can make as a stepped line; `size` of letters in px."""
    words = show.words
    bars = [
        {
            "value": hour.due,
            "itemStyle": {"color": _var("bad" if hour.over else "accent")},
            "label": {"show": hour.due > 0, "formatter": f"{hour.due} ▲" if hour.over else str(hour.due)},
        }
        for hour in hours
    ]
    room = [round(hour.capacity, 1) for hour in hours]
    return _frame([_hour(show, hour) for hour in hours], _axis(show, words("wall.promised_calls")), size) | {
        "series": [
            {
                "type": "bar", "name": words("wall.due_calls"), "data": bars, "barMaxWidth": 46,
                "color": _var("accent"),
                "label": {"position": "top", "color": _var("ink"), "fontWeight": 600, "fontSize": size},
                "emphasis": {"disabled": True},
            },
            {
                "type": "line", "name": words("wall.capacity"), "data": room, "step": "middle", "symbol": "none",
                "color": _var("ok"), "lineStyle": {"color": _var("ok"), "width": 3},
                "emphasis": {"disabled": True},
            },
        ],
    }  # fmt: skip


def due_table(show: Showing, hours: Sequence[DueHour]) -> Html:
    """The same, hour by hour."""
    words = show.words
    rows = [
        (
            _hour(show, hour),
            str(hour.due),
            f"{hour.capacity:.1f}",
            chip(words("wall.over"), "bad") if hour.over else words("wall.can_be_kept"),
        )
        for hour in hours
    ]
    return _table(show, ("hour", "due_calls", "capacity", "verdict"), rows)


def due_summary(show: Showing, hours: Sequence[DueHour]) -> str:
    """The chart in a sentence."""
    over = [_hour(show, hour) for hour in hours if hour.over]
    total, room = sum(hour.due for hour in hours), sum(hour.capacity for hour in hours)
    said = show.words("wall.due_summary", due=total, hours=len(hours), capacity=f"{room:.0f}")
    return f"{said} {show.words('wall.due_over', hours=', '.join(over))}" if over else said


def waits_chart(show: Showing, spreads: Sequence[WaitSpread], levels: Sequence[TierLevel]) -> Options:
    """Of each hour and tier a box from the 25th to the 75th percentile with the median, whiskers from the 10th to the
    90th; the T of each tier as a dashed line."""
    if not spreads:
        return {}
    hours = range(min(spread.hour for spread in spreads), max(spread.hour for spread in spreads) + 1)
    unit, scale = _unit(spreads)
    tiers = _tiers(spreads, levels)
    targets = {level.tier: level.target for level in levels}
    series = []
    for place, tier in enumerate(tiers):
        edge, filling = _COLOURS[place % len(_COLOURS)]
        found = {spread.hour: spread for spread in spreads if spread.tier == tier}
        boxes = [_box(found[hour], scale) if hour in found else [] for hour in hours]
        line = [{"yAxis": targets[tier] / scale, "name": f"T {tier}"}] if tier in targets else []
        series.append({
            "type": "boxplot", "name": tier, "data": boxes, "boxWidth": [6, 26], "color": _var(edge),
            "itemStyle": {"color": _var(filling), "borderColor": _var(edge), "borderWidth": 2},
            "emphasis": {"disabled": True},
            "markLine": {
                "data": line, "symbol": "none", "silent": True, "animation": False,
                "lineStyle": {"color": _var(edge), "type": "dashed", "width": 1},
                "label": {"formatter": "{b}", "color": _var(edge), "position": "end"},
            },
        })  # fmt: skip
    frame = _frame([f"{hour:02}:00" for hour in hours], _axis(show, show.words.named("wait_in", unit)))
    longest = max(len(tier) for tier in tiers)
    return frame | {"grid": _GRID | {"right": 26 + 7 * longest}, "series": series}


def waits_choice(show: Showing, lately: bool) -> Html:
    """The choice between today and the last days."""
    ways = (("today", "wall.today", not lately), ("week", "wall.week", lately))
    return together(
        *(
            el("button", show.words(label), type="button", class_="button small", data_do="waits-of", data_item=item,
               aria_pressed="true" if chosen else "false")
            for item, label, chosen in ways
        )
    )  # fmt: skip


def waits_table(show: Showing, spreads: Sequence[WaitSpread]) -> Html:
    """The same in seconds, with how many calls each box is made of."""
    rows = [
        (f"{s.hour:02}:00", chip(s.tier, f"tier-{s.tier}"), str(s.calls),
         *(f"{value:.0f}" for value in (s.p10, s.p25, s.median, s.p75, s.p90)))
        for s in spreads
    ]  # fmt: skip
    return _table(show, ("hour", "tier", "calls", "p10", "p25", "median", "p75", "p90"), rows)


def waits_summary(show: Showing, spreads: Sequence[WaitSpread], levels: Sequence[TierLevel]) -> str:
    """The chart in a sentence for each tier: between which hours' medians its callers wait."""
    said = []
    for tier in _tiers(spreads, levels):
        medians = [spread.median for spread in spreads if spread.tier == tier]
        said.append(
            show.words("wall.waits_summary", tier=tier, least=f"{min(medians):.0f}", most=f"{max(medians):.0f}")
        )
    return " ".join(said) or show.words("wall.none_put_through")


def _axis(show: Showing, counted: str) -> str:
    """What the axis counts, and by which clock the hours are."""
    return f"{counted} · {show.site.zone}"


def _frame(labels: Sequence[str], unit: str, size: int = 12) -> Options:
    """What all charts share."""
    axis = {
        "axisLabel": {"color": _var("muted"), "fontSize": size},
        "axisLine": {"lineStyle": {"color": _var("line")}},
        "axisTick": {"show": False},
    }
    return {
        "animation": False,
        "textStyle": {"fontFamily": "inherit"},
        "grid": _GRID | {"top": 30 + size},
        "legend": {
            "top": 0, "right": 8, "textStyle": {"color": _var("ink"), "fontSize": size}, "itemGap": 18,
            "selectedMode": False,
        },
        "tooltip": {
            "trigger": "axis", "confine": True, "backgroundColor": "var(--raised)", "borderColor": "var(--line)",
            "textStyle": {"color": "var(--ink)"}, "axisPointer": {"type": "shadow", "shadowStyle": {"opacity": 0}},
        },
        "xAxis": {"type": "category", "data": list(labels), **axis},
        "yAxis": {
            "type": "value", "min": 0, "minInterval": 1, "name": unit, **axis,
            "nameTextStyle": {"color": _var("muted"), "align": "left", "fontSize": size},
            "splitLine": {"lineStyle": {"color": _var("line")}},
        },
    }  # fmt: skip


def _table(show: Showing, names: Sequence[str], rows: Sequence[Sequence[str | Html]]) -> Html:
    head = el("tr", *(el("th", show.words(f"wall.{name}"), scope="col") for name in names))
    body = [
        el("tr", el("th", row[0], scope="row"), *(el("td", cell, class_="number") for cell in row[1:])) for row in rows
    ]
    return together(el("table", el("thead", head), el("tbody", *body)))


def _var(name: str) -> str:
    return f"var(--{name})"


def _hour(show: Showing, hour: DueHour) -> str:
    return hour.start.astimezone(show.site.zone).strftime("%H:%M")


def _unit(spreads: Sequence[WaitSpread]) -> tuple[str, float]:
    long = max((spread.p90 for spread in spreads), default=0.0) > _LONG
    return ("minutes", 60.0) if long else ("seconds", 1.0)


def _box(spread: WaitSpread, scale: float) -> list[float]:
    return [round(v / scale, 1) for v in (spread.p10, spread.p25, spread.median, spread.p75, spread.p90)]


def _tiers(spreads: Sequence[WaitSpread], levels: Sequence[TierLevel]) -> list[str]:
    """Those that had calls, in the order of the hotline file, others after them."""
    there: Mapping[str, None] = dict.fromkeys(spread.tier for spread in spreads)
    ordered = [level.tier for level in levels if level.tier in there]
    return ordered + sorted(tier for tier in there if tier not in ordered)
