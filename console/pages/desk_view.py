"""What the desk looks like: pure functions from views to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from callbacks.model import AttemptOutcome, Case, Promise
from config.urgency import Urgency
from console.pages.desk_opening import opening
from console.pages.html import Html, age, at, button, chip, dialog, el, field, left, together
from console.ports import Site
from console.receipt_words import in_words
from console.words import Words
from ivr.casedesk import CaseInHand
from ivr.desk import AgentView, HeardLine, Recording, Stage, WorkView
from ivr.messages import Answerer
from routing.work import Mood

#: How a callback may have gone, once somebody seemed to pick up.
OUTCOMES = (
    AttemptOutcome.ANSWERED,
    AttemptOutcome.VOICEMAIL,
    AttemptOutcome.WRONG_NUMBER,
    AttemptOutcome.BUSY,
    AttemptOutcome.NO_ANSWER,
    AttemptOutcome.REJECTED,
)

_SURE, _UNSURE = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Showing:
    """What every view needs: the words, the site, the moment."""

    words: Words
    site: Site
    now: datetime

    def urgency(self, urgency: Urgency) -> Html:
        """The urgency as a mark."""
        return chip(self.words.named("urgency", urgency), f"urgency-{urgency}")


def filled(text: str, moment: Html) -> Html:
    """The text with the moment in its `{time}`."""
    before, _, after = text.partition("{time}")
    return together(before, moment, after)


def now_column(show: Showing, agent: AgentView, work: WorkView | None, case: CaseInHand | None, helped: Html) -> Html:
    """The work in hand, with `helped`: what helped before; or why there is none."""
    words = show.words
    if work is None:
        idle = {"ready": "idle_ready", "signed-out": "idle_out", "unreachable": "idle_unreachable"}.get(
            agent.state, "idle_paused"
        )
        hint = el("p", words(f"desk.{idle}"))
        return el("div", el("p", words("desk.nothing"), class_="big"), hint, class_="nothing")
    return together(
        _who(show, work, case),
        _opening(show, agent, work),
        _owed(show, work),
        _exceptions(show, work),
        el("h3", words("desk.heard")),
        _transcript(show, work.transcript),
        helped,
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
            accept = button(words("desk.accept"), "accept", item=work.work, key="A", kind="main")
            rings = el("span", words("desk.answer"), role="status")
            return el("div", rings, el("div", accept, decline, class_="row"), class_="actions row spread")
        case WorkView(stage=Stage.WRAP_UP):
            return Html()
    hang_up = button(words("desk.hang_up"), "hang-up", key="H", kind="danger")
    return el("div", *_while_talking(show, work), hang_up, class_="actions row wrap talking")


def _while_talking(show: Showing, work: WorkView) -> tuple[Html, ...]:
    """What can be done while the two talk, and whether what they say is kept."""
    words = show.words
    if work.stage is not Stage.TALKING:
        return ()
    hold = button(words("hold.hold"), "hold", key="O")
    if work.on_hold:
        hold = button(words("hold.resume"), "resume", key="O", kind="main")
    controls = hold, opener(words("desk.transfer"), "transfer", "T"), opener(words("desk.digits"), "digits", "J")
    match work.recording:
        case Recording.OFF:
            return controls
        case Recording.PAUSED:
            return *controls, button(words("desk.record_again"), "record-again", key="K", kind="main")
        case Recording.ON:
            return *controls, button(words("desk.pause_recording"), "pause-recording", key="K")


def opener(text: str, opens: str, key: str) -> Html:
    """A button that opens the dialog of this name; Alt and `key` press it."""
    mark = el("kbd", f"Alt {key}")
    return el(
        "button", text, mark, type="button", class_="button", data_opens=opens, data_key=key,
        aria_keyshortcuts=f"Alt+{key}",
    )  # fmt: skip


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
    """Promises as cards; the first that may be called is reached by a key. Calls can be begun only when the agent's
    hands are `free`, and within the window."""
    if not promises:
        return el("p", show.words("desk.none_mine" if mine else "desk.none_team"), class_="muted")
    reached = next((promise.id for promise in promises if is_callable(show, promise)), None)
    cards = [
        _card(show, promise, mine, first_key if promise.id == reached else None, free) for promise in promises[:50]
    ]
    return el("ul", *cards, class_="cards")


def _who(show: Showing, work: WorkView, case: CaseInHand | None) -> Html:
    words = show.words
    tone = el("span", words.named("mood", work.mood), class_=f"chip mood-{work.mood}", title=work.mood_told_by or None)
    mood = tone if work.mood is not Mood.CALM else None
    repeat = chip(words("desk.repeat"), "warn") if work.case is not None and work.case.repeat else None
    at_stage = words("hold.on_hold") if work.on_hold else words.named("stage", work.stage)
    stage = el("div", el("strong", at_stage), age(work.since), class_="row spread stage-line")
    waits = el("p", words("hold.says"), class_="on-hold") if work.on_hold else None
    marks = el(
        "div",
        show.urgency(work.urgency),
        chip(work.tier, f"tier-{work.tier}"),
        chip(words.named("speech", work.language)),
        _about(show, work, case),
        mood,
        repeat,
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
    ref = el("span", words("desk.ref", reference=work.case.reference), class_="number") if work.case else None
    kind = el("div", el("span", words.named("kind", work.kind), class_="muted"), ref, class_="row spread")
    why = el("p", el("span", words("desk.why"), class_="muted"), " ", in_words(work.why, words), class_="why")
    announce = f"{at_stage} · {words.named('urgency', work.urgency)} · {work.name}"
    return el(
        "section", stage, _budget(show, work), waits, kind, title, marks, why,
        class_=f"who stage-{work.stage}" + (" on-hold" if work.on_hold else ""), data_announce=announce,
        data_offer=work.work if work.stage in (Stage.OFFERED, Stage.PREVIEW) else None,
    )  # fmt: skip


def _about(show: Showing, work: WorkView, case: CaseInHand | None) -> Html | None:
    """The category, and whether a person has looked at it."""
    category = case.case.category if case is not None else work.category
    if not category:
        return None
    words = show.words
    title = show.site.title(category, words.language)
    if case is None:
        return chip(title)
    mark = "✓ " if case.is_confirmed else ""
    said = words("correct.confirmed") if case.is_confirmed else words("correct.heard")
    return el("span", mark + title, class_="chip ok" if case.is_confirmed else "chip unconfirmed", title=said)


def _opening(show: Showing, agent: AgentView, work: WorkView) -> Html:
    """What could be said first; in the conversation itself it would only be in the way."""
    words = show.words
    if work.stage is Stage.WRAP_UP:
        return Html()
    lines = opening(work, show.site, agent.name, words.language, show.now)
    said = [el("p", line) for line in lines]
    return el("section", el("h3", words("opening.title")), *said, class_="opening", lang=work.language)


def _owed(show: Showing, work: WorkView) -> Html:
    if not work.owed:
        return Html()
    lines = [
        el("li", el("strong", show.words.named("promise_kind", promise.kind)), " ", _due(show, promise), _note(promise))
        for promise in work.owed
    ]
    return together(el("h3", show.words("desk.owed")), el("ul", *lines, class_="owed"))


def _budget(show: Showing, work: WorkView) -> Html | None:
    """How much of the planned time the conversation has taken; `assets/desk.js` lets it grow."""
    if not work.budget or work.stage is not Stage.TALKING:
        return None
    part = min(1.0, (show.now - work.since).total_seconds() / work.budget)
    return el(
        "div", el("span", style=f"width:{part:.0%}"), class_="budget", role="progressbar",
        aria_label=show.words("budget.bar"), aria_valuemin="0", aria_valuemax="100", aria_valuenow=f"{part * 100:.0f}",
        title=show.words("desk.budget", minutes=ceil(work.budget / 60)), data_budget=f"{work.budget:.0f}",
        data_began=work.since.isoformat(),
    )  # fmt: skip


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
    when = el("span", _at(show, line.at), class_="muted number")
    return el("li", when, text, said, title=f"{line.confidence:.0%}")


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


def is_callable(show: Showing, promise: Promise) -> bool:
    """Whether the contact agreed to be called at this moment."""
    return promise.opens is not None and promise.due is not None and promise.opens <= show.now < promise.due


def _card(show: Showing, promise: Promise, mine: bool, key: str | None, free: bool) -> Html:
    words = show.words
    busy = promise.state in ("offered", "dialling")
    do = button(words("desk.call_now" if mine else "desk.claim"), "claim", item=promise.id, key=key,
                kind="" if mine else "main", off=not (free and is_callable(show, promise)))  # fmt: skip
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
    start = filled(words("desk.opens"), _at(show, promise.opens)) if opens and promise.opens else None
    until = el("span", start, " ", filled(words("desk.due"), _at(show, promise.due)), class_="muted")
    return el("span", left(promise.due), " ", until, class_="due-line")


def _at(show: Showing, moment: datetime) -> Html:
    return at(moment, show.site.zone, show.now)


def _note(promise: Promise) -> Html:
    return el("p", promise.note, class_="note") if promise.note else Html()
