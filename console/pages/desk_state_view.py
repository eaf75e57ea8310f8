"""The bar over the desk: what the agent does, at which phone, and what they can change of it."""

from __future__ import annotations

from console.pages.desk_help_view import helpers, station_field
from console.pages.desk_view import Showing
from console.pages.html import Html, age, button, el, select
from ivr.desk import AgentView

REASONS = ("break", "lunch", "training", "meeting", "paperwork")

#: States in which a call may be begun.
FREE = ("ready", "paused", "unreachable")


def state_bar(show: Showing, agent: AgentView) -> Html:
    """The agent's state and what they can do about it."""
    words = show.words
    reason = words.named("reason", agent.reason) if agent.reason else ""
    label = words.named("state", agent.state) + (f" · {reason}" if reason else "")
    state = el("span", el("span", class_="dot"), label, age(agent.since), class_=f"state state-{agent.state}")
    controls: tuple[Html, ...]
    if agent.state == "signed-out":
        begin = button(words("desk.begin"), "begin", key="B", kind="main")
        controls = (el("form", station_field(show, agent.station), begin, class_="row begin"), helpers(show, agent))
    else:
        reasons = {code: words(f"reason.{code}") for code in REASONS}
        why = select("reason", words("desk.why_pause"), reasons, agent.reason)
        waits = agent.state in ("paused", "unreachable")
        controls = (
            button(words("desk.ready"), "ready", key="R", kind="main") if waits else Html(),
            el("form", why, button(words("desk.pause"), "paused", key="P"), class_="row"),
            button(words("desk.end"), "signed-out", kind="quiet"),
            helpers(show, agent),
        )
    return el("div", el("div", el("strong", agent.name), state, class_="row"), el("div", *controls, class_="row"),
              class_="state-bar")  # fmt: skip
