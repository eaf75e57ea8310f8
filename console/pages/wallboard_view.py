"""What the wallboard looks like: pure functions from the view to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.model import Problem, PromiseState
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, age, area, button, chip, dialog, el, field, left, select, together
from ivr.desk import AgentView, WaitingView, Wallboard
from ivr.messages import Supervision
from routing.forecast_error import ForecastError
from routing.work import WorkKind

#: How a promise can end; with those still open they make up all that were made.
_ENDS = (PromiseState.KEPT, PromiseState.RENEGOTIATED, PromiseState.BROKEN, PromiseState.WITHDRAWN)


def figures(show: Showing, board: Wallboard) -> Html:
    """The few numbers that are read from across the room."""
    words = show.words
    longest = min((one.since for one in board.waiting if one.kind is WorkKind.CALL), default=None)
    calls = sum(one.kind is WorkKind.CALL for one in board.waiting)
    both = words("wall.both", calls=calls, promises=len(board.waiting) - calls)
    share = f"{board.answered_in_time / board.offered:.0%}" if board.offered else "–"
    targets = ", ".join(f"{tier} {wait:.0f} s" for tier, wait in show.site.target_waits.items())
    ready = sum(agent.state == "ready" for agent in board.agents)
    present = sum(agent.state != "signed-out" for agent in board.agents)
    within = words("wall.of", answered=board.answered_in_time, offered=board.offered)
    return el(
        "div",
        _figure(words("wall.waiting"), str(len(board.waiting)), both),
        _figure(words("wall.longest"), age(longest) if longest else "–", words("wall.longest_note")),
        _figure(words("wall.level"), share, f"{within} · {words('wall.level_note', targets=targets or '–')}"),
        _figure(words("wall.abandoned"), str(board.abandoned)),
        _figure(words("wall.agents"), str(ready), words("wall.ready_of", ready=ready, all=present)),
        class_="figures",
    )


def promises(show: Showing, board: Wallboard) -> Html:
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
    heading = el("h2", words("wall.promises"))
    return together(heading, el("div", *bar, class_="bar", aria_hidden="true"), el("p", *terms, class_="sum"))


def waiting(show: Showing, lines: Sequence[WaitingView]) -> Html:
    """Who waits, most pressing first."""
    words = show.words
    heading = el("h2", words("wall.waiting"))
    if not lines:
        return together(heading, el("p", words("wall.none_waiting"), class_="muted"))
    names = ("who", "urgency", "queue", "tier", "language", "age", "due", "score")
    head = el("tr", *(el("th", words(f"wall.{name}"), scope="col") for name in names))
    rows = [
        el(
            "tr",
            el("td", words.named("kind", one.kind)),
            el("td", show.urgency(one.urgency)),
            el("td", one.queue),
            el("td", chip(one.tier, f"tier-{one.tier}")),
            el("td", words.named("speech", one.language)),
            el("td", age(one.since), class_="number"),
            el("td", left(one.due) if one.due else "", class_="number"),
            el("td", f"{one.score:,.0f}", class_="number"),
        )
        for one in lines[:100]
    ]
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
    """Who serves, and what they are doing; who may, can take part in their conversations."""
    words = show.words
    heading = el("h2", words("wall.agents"))
    if not team:
        return together(heading, el("p", words("wall.none_agents"), class_="muted"))
    rows = [
        _agent(show, agent, may_supervise)
        for agent in sorted(team, key=lambda agent: (agent.state == "signed-out", agent.name))
    ]
    return together(heading, el("ul", *rows, class_="agents"))


def problems(show: Showing, known: Sequence[Problem], may_act: bool) -> Html:
    """Known root causes."""
    words = show.words
    opening = el("button", words("wall.open_problem"), type="button", class_="button", data_opens="problem")
    head = el("div", el("h2", words("wall.problems")), opening if may_act else None, class_="row spread")
    if not known:
        return together(head, el("p", words("wall.none_problems"), class_="muted"))
    return together(head, el("ul", *(_problem(show, problem, may_act) for problem in known), class_="cards"))


def dialogs(show: Showing) -> Html:
    """The forms that open a problem and declare one solved."""
    words = show.words
    categories = {name: show.site.title(name, words.language) for name in show.site.titles}
    products = {"": "–"} | {product: product for product in show.site.products}
    cancel = words("app.cancel")
    new = dialog(
        "problem",
        words("wall.open_problem"),
        cancel,
        button(words("wall.save"), "open-problem", kind="main"),
        field("title", words("wall.title"), required=True, maxlength="200"),
        select("category", words("wall.category"), categories),
        select("product", words("wall.product"), products),
        area("workaround", words("wall.workaround")),
    )
    done = button(words("wall.solve"), "solve-problem", kind="main")
    solved = dialog("solve", words("wall.solve"), cancel, done, el("p", data_filled="title"))
    return together(new, solved)


def _figure(label: str, value: Content, note: str = "") -> Html:
    return el("div", el("span", label, class_="muted"), el("b", value), el("small", note, class_="muted"),
              class_="figure")  # fmt: skip


def supervision_dialog(show: Showing) -> Html:
    """The form by which a supervisor takes part in a conversation."""
    words = show.words
    modes = {mode.value: words.named("supervision", mode.value) for mode in Supervision}
    return dialog(
        "supervise",
        words("wall.supervise"),
        words("app.cancel"),
        together(
            button(words("wall.stop_supervising"), "stop-supervising", kind="quiet"),
            button(words("wall.take_part"), "supervise", kind="main"),
        ),
        el("p", data_filled="title", class_="muted"),
        field("phone", words("wall.your_phone"), required=True, maxlength="200", autocomplete="on"),
        select("mode", words("wall.mode"), modes),
    )


def _agent(show: Showing, agent: AgentView, may_supervise: bool) -> Html:
    words = show.words
    reason = f" · {words.named('reason', agent.reason)}" if agent.reason else ""
    label = words.named("state", agent.state) + reason
    state = el("span", el("span", class_="dot"), label, class_=f"state state-{agent.state}")
    listen = el(
        "button", words("wall.supervise"), type="button", class_="button quiet small", data_opens="supervise",
        data_item=agent.id, data_title=agent.name,
    )  # fmt: skip
    takes_part = may_supervise and agent.state == "talking"
    return el("li", el("span", agent.name, class_="grow"), listen if takes_part else None, state, age(agent.since))


def _problem(show: Showing, problem: Problem, may_act: bool) -> Html:
    words = show.words
    solve = el(
        "button", words("wall.solve"), type="button", class_="button", data_opens="solve", data_item=problem.id,
        data_title=words("wall.solve_ask", title=problem.title),
    )  # fmt: skip
    facts = el(
        "div",
        chip(show.site.title(problem.category, words.language)),
        chip(problem.product) if problem.product else None,
        el("span", words("wall.opened", time=show.time(problem.opened_at)), class_="muted"),
        class_="row wrap",
    )
    meanwhile = words("wall.workaround_short", text=problem.workaround) if problem.workaround else ""
    head = el("div", el("strong", problem.title), solve if may_act else None, class_="row spread")
    return el("li", head, facts, el("p", meanwhile, class_="note") if meanwhile else None, class_="card")
