"""What the wallboard looks like: pure functions from the view to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.model import PromiseState
from console.desk.waiting import QueueWaiting, by_queue, longest_first
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, age, button, chip, dialog, el, field, left, select, together
from console.supervision.figures import BoardFigures, TierLevel
from ivr.desk import AgentView, WaitingView, Wallboard
from ivr.messages import Supervision
from routing.forecast_error import ForecastError
from routing.work import WorkKind

#: How a promise can end; with those still open they make up all that were made.
_ENDS = (PromiseState.KEPT, PromiseState.RENEGOTIATED, PromiseState.BROKEN, PromiseState.WITHDRAWN)

#: So many of those who wait are shown one by one; of the rest, how many they are.
ROWS = 12

_MARKS = 3


def head(show: Showing, big: bool) -> Html:
    """The page's name, and the way to the big screen or back."""
    words = show.words
    to, label = ("/wallboard", "wall.small") if big else ("/wallboard?big=1", "wall.big")
    ways = el("a", words(label), href=to, class_="button quiet")
    return together(el("h1", words("app.wallboard")), el("div", ways, class_="toolbar"))


def figures(show: Showing, board: Wallboard, more: BoardFigures) -> Html:
    """The few numbers that are read from across the room."""
    words = show.words
    longest = min((one.since for one in board.waiting if one.kind is WorkKind.CALL), default=None)
    calls = sum(one.kind is WorkKind.CALL for one in board.waiting)
    both = words("wall.both", calls=calls, promises=len(board.waiting) - calls)
    share = percent(board.answered_in_time / board.offered if board.offered else None)
    targets = ", ".join(f"{level.tier} {level.target:.0f} s" for level in more.levels)
    ready = sum(agent.state == "ready" for agent in board.agents)
    present = sum(agent.state != "signed-out" for agent in board.agents)
    within = words("wall.of", answered=board.answered_in_time, offered=board.offered)
    today, lately = more.kept_today, more.kept_lately
    kept = words("wall.kept_note", kept=today.kept, ended=today.kept + today.broken, lately=percent(lately.share))
    return el(
        "div",
        _figure(words("wall.waiting"), str(len(board.waiting)), both),
        _figure(words("wall.longest"), age(longest) if longest else "–", words("wall.longest_note")),
        _figure(words("wall.level"), share, f"{within} · {words('wall.level_note', targets=targets or '–')}"),
        _figure(words("wall.abandoned"), str(board.abandoned), words("wall.today")),
        _figure(words("wall.agents"), str(ready), words("wall.ready_of", ready=ready, all=present)),
        _figure(words("wall.kept"), percent(today.share), kept),
        class_="figures",
    )


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole percents, rounded down unless it is whole: 99.6 % kept is not all."""
    return "–" if share is None else f"{int(share * 100 + 1e-9)}%"


def promises(show: Showing, board: Wallboard, more: BoardFigures) -> Html:
    """made = kept + renegotiated + broken + withdrawn + open, as a bar and as a sum, and whether it holds."""
    words = show.words
    counts = {state.value: board.promises.get(state, 0) for state in _ENDS}
    counts["open"] = sum(count for state, count in board.promises.items() if state.is_open)
    made = sum(counts.values())
    bar = [
        el("span", class_=f"part part-{name}", style=f"flex-grow: {count}") for name, count in counts.items() if count
    ]
    terms: list[Content] = [el("span", el("b", str(made)), f" {words('wall.made')}"), " = "]
    for place, (name, count) in enumerate(counts.items()):
        label = words(f"promise_state.{name}")
        terms += [" + " if place else None, el("span", el("i", class_=f"key part-{name}"), el("b", str(count)), " ",
                                              label, class_="term")]  # fmt: skip
    if board.identity_holds:
        terms += [" ", chip(words("wall.holds"), "ok")]
    else:
        terms += [" ", chip(words("wall.holds_not", made=board.made), "warn")]
    rates = [
        words("wall.kept_of", when=words(f"wall.{when}"), share=percent(rate.share), kept=rate.kept, broken=rate.broken)
        for when, rate in (("today", more.kept_today), ("month", more.kept_lately))
    ]
    return together(
        el("h2", words("wall.promises")),
        el("div", *bar, class_="bar", aria_hidden="true"),
        el("p", *terms, class_="sum"),
        el("p", " · ".join(rates), class_="note"),
    )


def queues(show: Showing, lines: Sequence[WaitingView]) -> Html:
    """Each queue in which anybody waits: how many, how long, how grave."""
    words = show.words
    heading = el("h2", words("wall.by_queue"))
    if not lines:
        return together(heading, el("p", words("wall.none_waiting"), class_="muted"))
    names = ("queue", "calls", "callbacks", "longest", "urgency", "tier")
    head = el("tr", *(el("th", words(f"wall.{name}"), scope="col") for name in names))
    rows = [_queue(show, one) for one in by_queue(lines)]
    return together(heading, el("table", el("thead", head), el("tbody", *rows)))


def waiting(show: Showing, lines: Sequence[WaitingView]) -> Html:
    """Those who have waited longest, one by one, and how many there are beside them."""
    words = show.words
    heading = el("h2", words("wall.longest_waiting"))
    if not lines:
        return together(heading, el("p", words("wall.none_waiting"), class_="muted"))
    names = ("who", "age", "urgency", "queue", "tier", "language", "due")
    head = el("tr", *(el("th", words(f"wall.{name}"), scope="col") for name in names))
    rows = [
        el(
            "tr",
            el("td", words.named("kind", one.kind)),
            el("td", age(one.since), class_="number"),
            el("td", show.urgency(one.urgency)),
            el("td", one.queue),
            el("td", chip(one.tier, f"tier-{one.tier}")),
            el("td", words.named("speech", one.language)),
            el("td", left(one.due) if one.due else "", class_="number"),
        )
        for one in longest_first(lines, ROWS)
    ]
    rest = len(lines) - len(rows)
    more = el("p", words("wall.and_more", count=f"{rest:,}"), class_="note") if rest else None
    return together(heading, el("table", el("thead", head), el("tbody", *rows)), more)


def levels(show: Showing, tiers: Sequence[TierLevel]) -> Html:
    """The service level of each tier, with its T."""
    words = show.words
    heading = el("h2", words("wall.level_by_tier"))
    names = ("tier", "in_time_of", "level", "abandoned")
    head = el("tr", *(el("th", words(f"wall.{name}"), scope="col") for name in names))
    rows = [
        el(
            "tr",
            el("td", chip(level.tier, f"tier-{level.tier}"), " ", el("span", f"T = {level.target:.0f} s",
                                                                     class_="muted number"), class_="term"),
            el("td", words("wall.of", answered=level.in_time, offered=level.offered), class_="number"),
            el("td", el("b", percent(level.level)), class_="number"),
            el("td", str(level.abandoned), class_="number"),
        )
        for level in tiers
    ]  # fmt: skip
    return together(heading, el("table", el("thead", head), el("tbody", *rows)))


def forecasts(show: Showing, errors: Sequence[ForecastError]) -> Html:
    """How good the wait was that callers were told."""
    words = show.words
    heading = el("h2", words("wall.forecast"))
    if not errors:
        return together(heading, el("p", words("wall.no_forecast"), class_="muted"))
    names = ("queue", "tier", "calls", "bias", "off_by", "told_by")
    head = el("tr", *(el("th", words(f"wall.{name}"), scope="col") for name in names))
    rows = [
        el(
            "tr",
            el("td", one.queue),
            el("td", chip(one.tier, f"tier-{one.tier}")),
            el("td", str(one.calls), class_="number"),
            el("td", f"{one.bias:+.0f} s", class_="number"),
            el("td", f"{one.mean_absolute:.0f} s", class_="number"),
            el("td", words.named("estimator", one.told_by)),
        )
        for one in errors
    ]
    return together(heading, el("table", el("thead", head), el("tbody", *rows)))


def agents(show: Showing, team: Sequence[AgentView], may_supervise: bool) -> Html:
    """Who serves, what they are doing and for how long; who may, can take part in their conversations."""
    words = show.words
    heading = el("h2", words("wall.agents"))
    if not team:
        return together(heading, el("p", words("wall.none_agents"), class_="muted"))
    rows = [
        _agent(show, agent, may_supervise)
        for agent in sorted(team, key=lambda agent: (agent.state == "signed-out", agent.name))
    ]
    return together(heading, el("ul", *rows, class_="agents"))


def supervision_dialog(show: Showing) -> Html:
    """The form by which a supervisor takes part in a conversation."""
    words = show.words
    modes = {mode.value: words.named("supervision", mode.value) for mode in Supervision}
    return dialog(
        "supervise",
        words("wall.supervise"),
        words("app.cancel"),
        together(
            button(words("wall.take_part"), "supervise", kind="main"),  # what Enter presses
            button(words("wall.stop_supervising"), "stop-supervising", kind="quiet"),
        ),
        el("p", data_filled="title", class_="muted"),
        field("phone", words("wall.your_phone"), required=True, maxlength="200", autocomplete="on"),
        select("mode", words("wall.mode"), modes),
    )


def _figure(label: str, value: Content, note: str = "") -> Html:
    return el("div", el("span", label, class_="muted"), el("b", value), el("small", note, class_="muted"),
              class_="figure")  # fmt: skip


def _queue(show: Showing, one: QueueWaiting) -> Html:
    longest = one.longest_call or one.longest_promise
    urgencies = [_counted(show.urgency(urgency), count) for urgency, count in one.urgencies[:_MARKS]]
    tiers = [_counted(chip(tier, f"tier-{tier}"), count) for tier, count in one.tiers[:_MARKS]]
    return el(
        "tr",
        el("th", one.queue, scope="row"),
        el("td", el("b", f"{one.calls:,}"), class_="number"),
        el("td", f"{one.promises:,}", class_="number"),
        el("td", age(longest) if longest else "–", class_="number"),
        el("td", *urgencies),
        el("td", *tiers),
    )


def _counted(mark: Html, count: int) -> Html:
    return together(el("span", mark, f" {count:,}", class_="term"), " ")


def _agent(show: Showing, agent: AgentView, may_supervise: bool) -> Html:
    words = show.words
    reason = f" · {words.named('reason', agent.reason)}" if agent.reason else ""
    label = words.named("state", agent.state) + reason
    state = el("span", el("span", class_="dot"), label, class_=f"state state-{agent.state}")
    listen = el(
        "button", words("wall.supervise"), type="button", class_="button quiet small", data_opens="supervise",
        data_item=agent.id, data_title=agent.name, aria_label=words("wall.supervise_whom", name=agent.name),
        aria_haspopup="dialog",
    )  # fmt: skip
    takes_part = may_supervise and agent.state == "talking"
    return el("li", el("span", agent.name, class_="grow"), listen if takes_part else None, state, age(agent.since))
