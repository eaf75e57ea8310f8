"""What trying the hotline out looks like: pure functions from views to HTML."""

from __future__ import annotations

from datetime import datetime

from callbacks.model import AttemptOutcome, Promise
from console.pages.desk_view import OUTCOMES, Showing
from console.pages.html import Html, button, chip, el, field, select, together
from console.workshop.trying import Choices, Handset, Happening, Side, TrialView, TriedAgent, TriedLine, Understood

#: So many of the newest entries are drawn.
_SHOWN = 200
#: As many agents as a form can offer by name; others are made ready later, by the list.
_AGENTS_OFFERED = 12
_KEYS = "123456789*0#"
_WAITS_SECONDS = (10, 60, 300, 3600)


def assets() -> Html:
    """What the page's head loads."""
    style = el("link", rel="stylesheet", href="/assets/try_it.css")
    scripts = [el("script", src=f"/assets/{name}.js", defer=True) for name in ("sounds", "try_it")]
    return together(style, *scripts)


def head(show: Showing, version: str, view: TrialView | None) -> Html:
    """What is tried, and when it is there."""
    words = show.words
    tried = chip(words("try_it.version", version=version)) if version else chip(words("try_it.own_text"), "warn")
    title = el("div", el("h1", words("try_it.title")), tried, class_="row baseline")
    live = None if version else button(words("try_it.live_text"), "live-text", kind="quiet")
    if view is None:
        return el("div", title, live, class_="row spread wrap")
    now = el("span", words("try_it.now"), " ", el("b", _moment(view, view.now), class_="number"), class_="trial-now")
    waits = [
        button(words(f"try_wait.{seconds}"), "wait", item=str(seconds), kind="small") for seconds in _WAITS_SECONDS
    ]
    until = button(words("try_it.until"), "wait", item="", key="W", kind="small")
    time = el("div", now, *waits, until, class_="row wrap", role="group", aria_label=words("try_it.time"))
    end = button(words("try_it.end"), "end-trial", key="E", kind="quiet")
    return el("div", title, time, el("div", live, end, class_="row"), class_="row spread wrap")


def begin_form(show: Showing, choices: Choices) -> Html:
    """Who rings whom, when, and who is there to answer."""
    words = show.words
    numbers = {
        number: f"{number} · {words.named('speech', language) if language else words('try_it.asked')}"
        for number, language in choices.numbers
    }
    spoken = next((number for number, language in choices.numbers if language == words.language), "")
    offered = [
        el("label", el("input", type="checkbox", name=f"ready.{agent}", value="yes"), el("span", name), class_="check")
        for agent, name in choices.agents[:_AGENTS_OFFERED]
    ]
    more = len(choices.agents) - len(offered)
    ready = el(
        "fieldset",
        el("legend", words("try_it.ready")),
        el("p", words("try_it.ready_hint"), class_="muted"),
        el("div", *offered, class_="offered"),
        el("p", words("try_it.more_agents", count=more), class_="muted") if more > 0 else None,
    )
    return el(
        "form",
        el("h2", words("try_it.begin")),
        el("p", words("try_it.hint"), class_="muted"),
        el(
            "div",
            select("dialled", words("try_it.dialled"), numbers, spoken),
            field("caller", words("try_it.caller"), value=choices.caller, maxlength="40"),
            field("begins", words("try_it.begins"), kind="datetime-local"),
            class_="fields",
        ),
        ready,
        el("div", button(words("try_it.ring"), "ring", key="R", kind="main"), class_="row"),
        class_="stack panel",
    )


def conversation(show: Showing, view: TrialView) -> Html:
    """What is said, and what happens on the telephone."""
    lines = [_line(show, view, line) for line in view.lines[-_SHOWN:]]
    tick = el("input", type="checkbox", data_aloud=True)
    aloud = el("label", tick, el("span", show.words("try_it.aloud")), class_="check")
    talk = el("ol", *lines, class_="talk-lines", aria_live="polite", tabindex="0")
    return together(el("div", el("h2", show.words("try_it.phone")), aloud, class_="row spread"), talk)


def _line(show: Showing, view: TrialView, line: TriedLine) -> Html:
    words = show.words
    time = el("time", line.at.astimezone(view.zone).strftime("%H:%M:%S"), class_="muted number")
    match line.side:
        case Side.NOTE:
            note = words(f"try_note.{line.text}", who=line.who, said=line.said)
            return el("li", time, el("span", note), class_="talk-note")
        case Side.CALLER:
            understood = _understood(show, view, line.understood) if line.understood is not None else None
            said = el("div", el("p", line.text, class_="said"), understood)
            return el("li", time, said, class_="talk-caller")
        case Side.HOTLINE:
            listen = _listen(show, line)
            return el("li", time, el("p", line.text, class_="said"), listen, class_="talk-hotline")


def _listen(show: Showing, line: TriedLine) -> Html:
    if not line.clips:
        return chip(show.words("try_it.unheard"), "warn")
    clips = " ".join(f"/sounds/prompts/{clip}" for clip in line.clips)
    play = el(
        "button", "▶", type="button", class_="button play", data_sounds=clips, aria_label=show.words("try_it.listen"),
        title=show.words("try_it.listen"),
    )  # fmt: skip
    return together(play, chip(show.words("try_it.partly"), "warn") if line.unheard else None)


def _understood(show: Showing, view: TrialView, reading: Understood) -> Html:
    words, language = show.words, show.words.language
    facts = [
        chip(f"{show.site.title(reading.category, language)} {reading.confidence:.0%}", "ok"),
        show.urgency(reading.urgency),
        chip(words("try_it.wish", wish=reading.wish)) if reading.wish else None,
        chip(reading.product) if reading.product else None,
        chip(words("try_it.abusive"), "warn") if reading.abusive else None,
        chip(words("try_it.call_at", time=_moment(view, reading.callback_at))) if reading.callback_at else None,
    ]
    scores = [
        el(
            "li",
            el("span", show.site.title(category, language)),
            el("meter", min="0", max="1", value=f"{score:.3f}", aria_label=show.site.title(category, language)),
            el("span", f"{score:.0%}", class_="number"),
        )
        for category, score in reading.scores
    ]
    more = el("details", el("summary", words("try_it.scores")), el("ul", *scores, class_="scores"))
    return el("div", el("div", *facts, class_="row wrap"), more, class_="understood")


def controls(show: Showing, view: TrialView) -> Html:
    """What the caller can do now."""
    words = show.words
    state = el("p", _state(show, view), class_="handset", role="status")
    hang_up = button(words("try_it.hang_up"), "put-down", key="H", kind="danger")
    match view.handset:
        case Handset.IDLE:
            ring = button(words("try_it.ring"), "again", key="R", kind="main")
            number = field("caller", words("try_it.caller"), value=view.caller, maxlength="40")
            return el("div", state, el("form", number, ring, class_="row baseline"), class_="stack")
        case Handset.RINGING:
            up = button(words("try_it.pick_up"), "pick-up", key="P", kind="main")
            down = button(words("try_it.decline"), "turn-down", key="X")
            return el("div", state, el("div", up, down, class_="row"), class_="stack")
    words_field = el(
        "input", name="line", type="text", autocomplete="off", maxlength="500", class_="grow",
        placeholder=words("try_it.line_hint"), aria_label=words("try_it.line"), autofocus=True,
    )  # fmt: skip
    say = button(words("try_it.say"), "line", kind="main")
    keys = [_key(show, key) for key in _KEYS]
    pad = el("div", *keys, class_="pad", role="group", aria_label=words("try_it.keys"))
    return el("div", state, el("form", words_field, say, class_="row"), el("div", pad, hang_up, class_="row spread"),
              class_="stack")  # fmt: skip


def _key(show: Showing, key: str) -> Html:
    label = show.words("try_it.key", digit=key)
    return el("button", key, type="button", class_="button key", data_do="key", data_item=key, aria_label=label)


def _state(show: Showing, view: TrialView) -> str:
    words = show.words
    match view.handset:
        case Handset.LISTENED:
            return words("try_it.listened", what=words.named("try_expecting", view.expecting))
        case Handset.RINGING:
            return words("try_it.rung", number=view.number)
        case Handset.TALKING:
            return words("try_it.talking", agent=view.talks_with)
        case Handset.WAITING:
            return words("try_it.waiting")
        case Handset.IDLE:
            return words("try_it.idle")


def happenings(show: Showing, view: TrialView) -> Html:
    """Events, commands and receipts, the newest first."""
    words = show.words
    rows = [_happening(show, view, one) for one in reversed(view.happenings[-_SHOWN:])]
    listed = el("ol", *rows, class_="happenings") if rows else el("p", words("try_it.nothing_yet"), class_="muted")
    return together(el("h2", words("try_it.happened")), listed)


def _happening(show: Showing, view: TrialView, one: Happening) -> Html:
    time = el("time", one.at.astimezone(view.zone).strftime("%H:%M:%S"), class_="muted number")
    values = [
        together(el("span", name, class_="muted"), " ", el("span", _short(value)), " ") for name, value in one.values
    ]
    kind = el("span", show.words.named("try_kind", one.kind), class_=f"chip kind-{one.kind}")
    return el("li", time, kind, el("div", el("code", one.name), " ", *values, class_="values"))


def _short(value: str) -> str:
    """Identifiers by their first letters."""
    is_id = len(value) == 32 and all(letter in "0123456789abcdef" for letter in value)
    return f"{value[:6]}…" if is_id else value


def agents(show: Showing, view: TrialView, choices: Choices) -> Html:
    """Who is at work, what they do, and how to make others ready."""
    words = show.words
    here = {agent.id for agent in view.agents}
    absent = {agent: name for agent, name in choices.agents if agent not in here}
    ready = button(words("try_it.make_ready"), "agent-ready", kind="small")
    choice = el("form", select("agent", words("try_it.agent"), absent), ready, class_="row end")
    rows = [_agent(show, agent) for agent in view.agents]
    listed = el("ul", *rows, class_="cards") if rows else el("p", words("try_it.no_agents"), class_="muted")
    return together(el("h2", words("try_it.agents")), listed, choice if absent else None)


def _agent(show: Showing, agent: TriedAgent) -> Html:
    words = show.words
    state = el("span", el("span", class_="dot"), words.named("state", agent.state), class_=f"state state-{agent.state}")
    head_line = el("div", el("strong", agent.name), state, class_="row spread")
    about = el("p", " · ".join(filter(None, (words.named("stage", agent.stage), agent.about)))) if agent.stage else None
    return el("li", head_line, about, _agent_controls(show, agent), class_="card")


def _agent_controls(show: Showing, agent: TriedAgent) -> Html:
    words = show.words
    match agent.stage:
        case "":
            if agent.state == "ready":
                return button(words("try_it.pause"), "agent-pauses", item=agent.id, kind="small")
            return button(words("try_it.make_ready"), "agent-ready", item=agent.id, kind="small")
        case "preview":
            dial = button(words("try_it.dial"), "agent-acts", item=f"{agent.id} dial", kind="small")
            decline = button(words("try_it.decline"), "agent-acts", item=f"{agent.id} decline", kind="small")
            return el("div", dial, decline, class_="row wrap")
        case "offered" | "ringing":
            return button(words("try_it.decline"), "agent-acts", item=f"{agent.id} decline", kind="small")
        case "wrap-up":
            return _wrap_up(show, agent)
    return button(words("try_it.agent_hangs_up"), "agent-acts", item=f"{agent.id} hang-up", kind="small")


def _wrap_up(show: Showing, agent: TriedAgent) -> Html:
    words = show.words
    outcomes = {"": words.named("outcome", AttemptOutcome.ANSWERED)} | {
        one.value: words.named("outcome", one) for one in OUTCOMES if one is not AttemptOutcome.ANSWERED
    }
    outcome = select("outcome", words("try_it.outcome"), outcomes) if agent.promised else None
    solved = el(
        "label",
        el("input", type="checkbox", name="solved", value="yes"),
        el("span", words("try_it.solved")),
        class_="check",
    )
    note = field("note", words("try_it.note"), maxlength="500")
    finish = button(words("try_it.finish"), "agent-finishes", item=agent.id, kind="small main")
    return el("form", outcome, note, el("div", solved, finish, class_="row spread"), class_="stack")


def promises(show: Showing, view: TrialView) -> Html:
    """What the trial's caller is owed."""
    words = show.words
    rows = [_promise(show, view, promise) for promise in view.promises]
    listed = el("ul", *rows, class_="cards") if rows else el("p", words("try_it.no_promises"), class_="muted")
    return together(el("h2", words("try_it.promises")), listed)


def _promise(show: Showing, view: TrialView, promise: Promise) -> Html:
    words = show.words
    kind = el("strong", words.named("promise_kind", promise.kind))
    state = chip(words.named("promise_state", promise.state))
    window = " – ".join(_moment(view, at) for at in (promise.opens, promise.due) if at is not None)
    reference = el("span", promise.reference, class_="muted number")
    return el("li", el("div", kind, state, class_="row spread"), el("div", reference, " ", window, class_="number"),
              class_="card")  # fmt: skip


def _moment(view: TrialView, at: datetime) -> str:
    return at.astimezone(view.zone).strftime("%Y-%m-%d %H:%M:%S" if at is view.now else "%m-%d %H:%M")
