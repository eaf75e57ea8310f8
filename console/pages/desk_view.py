"""What the desk looks like: pure functions from views to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from callbacks.model import AttemptOutcome, Case, Promise
from config.urgency import Urgency
from console.pages.html import Html, age, area, button, chip, clock_time, dialog, el, field, left, select, together
from console.ports import Site
from console.words import Words
from ivr.desk import AgentView, HeardLine, Recording, Stage, WorkView
from ivr.messages import Answerer
from routing.work import Mood, WorkKind

REASONS = ("break", "lunch", "training", "meeting", "paperwork")

#: An agent who corrects how a callback went may say one of these.
OUTCOMES = (
    AttemptOutcome.ANSWERED,
    AttemptOutcome.VOICEMAIL,
    AttemptOutcome.WRONG_NUMBER,
    AttemptOutcome.BUSY,
    AttemptOutcome.NO_ANSWER,
    AttemptOutcome.REJECTED,
)

_SURE, _UNSURE = 0.75, 0.5

#: States in which a call may be begun.
FREE = ("ready", "paused", "unreachable")


@dataclass(frozen=True, slots=True)
class Showing:
    """What every view needs: the words, the site, the moment."""

    words: Words
    site: Site
    now: datetime

    def time(self, at: datetime) -> str:
        """The time of day at the site."""
        return clock_time(at, self.site.zone, self.now)

    def urgency(self, urgency: Urgency) -> Html:
        """The urgency as a mark."""
        return chip(self.words.named("urgency", urgency), f"urgency-{urgency}")


def state_bar(show: Showing, agent: AgentView) -> Html:
    """The agent's state and what they can do about it."""
    words = show.words
    reason = words.named("reason", agent.reason) if agent.reason else ""
    label = words.named("state", agent.state) + (f" · {reason}" if reason else "")
    state = el("span", el("span", class_="dot"), label, age(agent.since), class_=f"state state-{agent.state}")
    controls: tuple[Html, ...]
    if agent.state == "signed-out":
        controls = (button(words("desk.begin"), "signed-in", key="B", kind="main"),)
    else:
        reasons = {code: words(f"reason.{code}") for code in REASONS}
        why = select("reason", words("desk.why_pause"), reasons, agent.reason)
        waits = agent.state in ("paused", "unreachable")
        controls = (
            button(words("desk.ready"), "ready", key="R", kind="main") if waits else Html(),
            el("form", why, button(words("desk.pause"), "paused", key="P"), class_="row"),
            button(words("desk.end"), "signed-out", kind="quiet"),
        )
    return el("div", el("div", el("strong", agent.name), state, class_="row"), el("div", *controls, class_="row"),
              class_="state-bar")  # fmt: skip


def now_column(show: Showing, agent: AgentView, work: WorkView | None) -> Html:
    """The work in hand, or why there is none."""
    words = show.words
    if work is None:
        idle = {"ready": "idle_ready", "signed-out": "idle_out", "unreachable": "idle_unreachable"}.get(
            agent.state, "idle_paused"
        )
        hint = el("p", words(f"desk.{idle}"))
        return el("div", el("p", words("desk.nothing"), class_="big"), hint, class_="nothing")
    return together(
        _who(show, work),
        _owed(show, work),
        _exceptions(show, work),
        el("h3", words("desk.heard")),
        _transcript(show, work.transcript),
        _history(show, work.history),
    )


def actions(show: Showing, work: WorkView | None) -> Html:
    """What can be done with the work in hand. Changes only with its stage, so that typing is never lost."""
    words = show.words
    match work:
        case None:
            return Html()
        case WorkView(stage=Stage.OFFERED | Stage.PREVIEW):
            decline = button(words("desk.decline"), "decline", item=work.work, key="X", kind="quiet")
            if work.stage is Stage.PREVIEW:
                dial = button(words("desk.dial"), "dial", item=work.work, key="D", kind="main")
                return el("div", dial, decline, class_="actions row spread")
            return el("div", el("span", words("desk.answer"), role="status"), decline, class_="actions row spread")
        case WorkView(stage=Stage.WRAP_UP):
            return _wrap_up(show, work)
    hang_up = button(words("desk.hang_up"), "hang-up", key="H", kind="danger")
    return el("div", el("div", *_while_talking(show, work), class_="row wrap"), hang_up, class_="actions row spread")


def _while_talking(show: Showing, work: WorkView) -> tuple[Html, ...]:
    """What can be done while the two talk, and whether what they say is kept."""
    words = show.words
    if work.stage is not Stage.TALKING:
        return ()
    through = el("button", words("desk.transfer"), type="button", class_="button", data_opens="transfer")
    keys = el("button", words("desk.digits"), type="button", class_="button", data_opens="digits")
    match work.recording:
        case Recording.OFF:
            return through, keys
        case Recording.PAUSED:
            return through, keys, button(words("desk.record_again"), "record-again", key="K", kind="main")
        case Recording.ON:
            return through, keys, button(words("desk.pause_recording"), "pause-recording", key="K")


def talk_dialogs(show: Showing) -> Html:
    """The forms that put the other side through and press keys."""
    words = show.words
    through = dialog(
        "transfer",
        words("desk.transfer"),
        words("app.cancel"),
        button(words("desk.transfer"), "transfer", kind="main"),
        field("target", words("desk.transfer_to"), required=True, maxlength="200"),
    )
    keys = dialog(
        "digits",
        words("desk.digits"),
        words("app.cancel"),
        button(words("desk.press"), "press", kind="main"),
        field("digits", words("desk.digits_hint"), required=True, maxlength="40", pattern="[0-9A-D*#]+"),
    )
    return together(through, keys)


def promises_column(
    show: Showing, promises: Sequence[Promise], mine: bool, first_key: str | None, free: bool = True
) -> Html:
    """Promises as cards; the first is reached by a key. Calls can be begun only when the agent's hands are `free`."""
    if not promises:
        return el("p", show.words("desk.none_mine" if mine else "desk.none_team"), class_="muted")
    cards = [
        _card(show, promise, mine, first_key if place == 0 else None, free)
        for place, promise in enumerate(promises[:50])
    ]
    return el("ul", *cards, class_="cards")


def move_dialog(show: Showing) -> Html:
    """The form that agrees on another window."""
    words = show.words
    return dialog(
        "move",
        words("desk.move"),
        words("app.cancel"),
        button(words("desk.keep"), "renegotiate", kind="main"),
        el("p", data_filled="title", class_="muted"),
        field("opens", words("desk.from"), kind="datetime-local", required=True),
        field("due", words("desk.until"), kind="datetime-local", required=True),
        field("reason", words("desk.new_reason"), required=True),
    )


def _who(show: Showing, work: WorkView) -> Html:
    words = show.words
    tone = el("span", words.named("mood", work.mood), class_=f"chip mood-{work.mood}", title=work.mood_told_by or None)
    mood = tone if work.mood is not Mood.CALM else None
    repeat = chip(words("desk.repeat"), "warn") if work.case is not None and work.case.repeat else None
    stage = el("div", el("strong", words.named("stage", work.stage)), age(work.since), class_="row spread stage-line")
    marks = el(
        "div",
        show.urgency(work.urgency),
        chip(work.tier, f"tier-{work.tier}"),
        chip(words.named("speech", work.language)),
        chip(show.site.title(work.category, words.language)) if work.category else None,
        mood,
        repeat,
        _budget(show, work),
        chip(words("desk.machine"), "warn") if work.answerer is Answerer.MACHINE else None,
        class_="row wrap",
    )
    number = el("span", work.number, class_="number")
    title = el(
        "div",
        el("h2", work.name or work.number or words("desk.withheld")),
        number if work.name else None,
        class_="row baseline",
    )
    case = el("span", words("desk.ref", reference=work.case.reference), class_="number") if work.case else None
    kind = el("div", el("span", words.named("kind", work.kind), class_="muted"), case, class_="row spread")
    why = el("p", el("span", words("desk.why"), class_="muted"), " ", work.why, class_="why")
    announce = f"{words.named('stage', work.stage)} · {words.named('urgency', work.urgency)} · {work.name}"
    return el("section", stage, kind, title, marks, why, class_=f"who stage-{work.stage}", data_announce=announce)


def _owed(show: Showing, work: WorkView) -> Html:
    if not work.owed:
        return Html()
    lines = [
        el("li", el("strong", show.words.named("promise_kind", promise.kind)), " ", _due(show, promise), _note(promise))
        for promise in work.owed
    ]
    return together(el("h3", show.words("desk.owed")), el("ul", *lines, class_="owed"))


def _budget(show: Showing, work: WorkView) -> Html:
    """How long the conversation may take without others paying for it."""
    if not work.budget:
        return Html()
    is_over = work.stage is Stage.TALKING and (show.now - work.since).total_seconds() > work.budget
    return chip(show.words("desk.budget", minutes=ceil(work.budget / 60)), "warn" if is_over else "quiet")


def _exceptions(show: Showing, work: WorkView) -> Html:
    """What was granted once: whoever serves the contact next must not take it for a rule."""
    if not work.exceptions:
        return Html()
    lines = [el("li", el("strong", e.what), " ", el("span", e.reason, class_="muted")) for e in work.exceptions]
    return together(el("h3", show.words("desk.exceptions")), el("ul", *lines, class_="owed"))


def _transcript(show: Showing, lines: Sequence[HeardLine]) -> Html:
    if not lines:
        return el("p", show.words("desk.none_heard"), class_="muted")
    return el("ol", *(_heard(show, line) for line in lines), class_="transcript")


def _heard(show: Showing, line: HeardLine) -> Html:
    doubt = "" if line.confidence >= _SURE else "unsure" if line.confidence >= _UNSURE else "not_sure"
    text = el("span", line.text, class_=f"said {doubt}".strip())
    said = el("span", show.words(f"desk.{doubt}"), class_="chip doubt") if doubt else None
    at = el("span", line.at.astimezone(show.site.zone).strftime("%H:%M:%S"), class_="muted number")
    return el("li", at, text, said, title=f"{line.confidence:.0%}")


def _history(show: Showing, cases: Sequence[Case]) -> Html:
    if not cases:
        return Html()
    words = show.words
    rows = [
        el(
            "li",
            el("span", case.opened_at.astimezone(show.site.zone).strftime("%Y-%m-%d"), class_="muted number"),
            el("span", case.summary or show.site.title(case.category, words.language), class_="grow"),
            chip(words.named("status", case.status), "ok" if case.status != "open" else "warn"),
            el("span", case.reference, class_="muted number"),
        )
        for case in cases
    ]
    return together(el("h3", words("desk.history")), el("ul", *rows, class_="history"))


def _wrap_up(show: Showing, work: WorkView) -> Html:
    words = show.words
    outcomes = {"": words("desk.as_heard")} | {code.value: words(f"outcome.{code}") for code in OUTCOMES}
    outcome = select("outcome", words("desk.outcome"), outcomes) if work.kind is WorkKind.PROMISE else None
    solved = el("label", el("input", type="checkbox", name="solved", value="yes"), words("desk.solved"), class_="check")
    finish = button(words("desk.finish"), "finish", key="S", kind="main")
    note = area("note", words("desk.note"), words("desk.note_hint"))
    return el("form", outcome, note, el("div", solved, finish, class_="row spread"), class_="actions stack")


def _card(show: Showing, promise: Promise, mine: bool, key: str | None, free: bool) -> Html:
    words = show.words
    busy = promise.state in ("offered", "dialling")
    do = button(words("desk.call_now" if mine else "desk.claim"), "claim", item=promise.id, key=key,
                kind="" if mine else "main", off=not free)  # fmt: skip
    move = el(
        "button", words("desk.move"), type="button", class_="button quiet", data_opens="move", data_item=promise.id,
        data_title=words("desk.ref", reference=promise.reference),
    )  # fmt: skip
    facts = el(
        "div",
        show.urgency(promise.urgency),
        chip(promise.tier, f"tier-{promise.tier}"),
        chip(words.named("speech", promise.language)),
        chip(words("desk.attempts", count=promise.attempts)) if promise.attempts else None,
        class_="row wrap",
    )
    head = el("div", el("strong", words.named("promise_kind", promise.kind)),
              el("span", promise.reference, class_="muted number"), class_="row spread")  # fmt: skip
    controls = chip(words.named("promise_state", promise.state)) if busy else el("div", do, move, class_="row wrap")
    due = promise.due.isoformat() if promise.due else None
    return el("li", head, _due(show, promise), _note(promise), facts, controls, class_="card", data_due=due)


def _due(show: Showing, promise: Promise) -> Html:
    words = show.words
    if promise.due is None:
        return el("span", words("desk.when_fixed"), class_="due-line muted")
    opens = promise.opens is not None and promise.opens > show.now
    start = words("desk.opens", time=show.time(promise.opens)) + " " if opens and promise.opens else ""
    until = el("span", start + words("desk.due", time=show.time(promise.due)), class_="muted")
    return el("span", left(promise.due), " ", until, class_="due-line")


def _note(promise: Promise) -> Html:
    return el("p", promise.note, class_="note") if promise.note else Html()
