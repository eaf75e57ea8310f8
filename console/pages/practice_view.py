"""What practice looks like: pure functions from views to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from console.pages.desk_view import Showing
from console.pages.html import Html, button, chip, el, together
from console.workshop.practice import PhoneLine, PhoneState, PhoneView, Remark, Scenario, Verdict, Voice

_MARKS = {Verdict.GOOD: ("✓", "ok"), Verdict.BAD: ("✗", "bad"), Verdict.OPEN: ("–", "")}


def assets() -> Html:
    """What the page's head loads."""
    style = el("link", rel="stylesheet", href="/assets/practice.css")
    scripts = [el("script", src=f"/assets/{name}.js", defer=True) for name in ("sounds", "practice")]
    return together(style, *scripts)


def exercises(show: Showing, scenarios: Sequence[Scenario], language: str) -> Html:
    """What can be practised, in one language, with ways to the others."""
    words = show.words
    spoken = list(dict.fromkeys(scenario.language for scenario in scenarios))
    chosen = language if language in spoken else next(iter(spoken), "")
    tabs = [_tab(show, one, one == chosen) for one in spoken]
    cards = [_exercise(show, scenario) for scenario in scenarios if scenario.language == chosen]
    choice = el("nav", *tabs, class_="tabs", aria_label=words("practice.spoken"))
    head = el("div", el("h1", words("practice.title")), choice, class_="page-head row spread wrap")
    none = el("div", el("p", words("practice.none"), class_="big"), class_="empty")
    listed = el("ul", *cards, class_="exercises") if cards else none
    return el("div", head, el("p", words("practice.hint"), class_="muted"), listed, class_="stack")


def _tab(show: Showing, language: str, is_here: bool) -> Html:
    text, way = show.words.named("speech", language), f"/practice?language={language}"
    return el("a", text, href=way, aria_current="page" if is_here else None)


def _exercise(show: Showing, scenario: Scenario) -> Html:
    words = show.words
    kind = words("practice.callback") if scenario.is_callback else words("practice.call")
    facts = el("div", chip(kind), chip(words("practice.heard"), "ok") if scenario.sounds else None, class_="row wrap")
    begin = button(words("practice.begin"), "practise", item=f"{scenario.id} {scenario.language}", kind="main")
    return el(
        "li",
        el("h2", words(f"practice_title.{scenario.id}")),
        el("p", words(f"practice_aim.{scenario.id}"), class_="muted"),
        el("div", facts, begin, class_="row spread"),
        class_="card",
    )


def banner(show: Showing, view: PhoneView) -> Html:
    """That nothing counts; at the end, how it went."""
    words = show.words
    counts = el("strong", words("practice.banner"))
    title = el("span", words(f"practice_title.{view.scenario.id}"))
    if view.is_over:
        again = button(words("practice.same"), "same-exercise", kind="small")
        other = button(words("practice.other"), "other-exercise", key="E", kind="small main")
        remarks = el("ul", *(_remark(show, view, remark) for remark in view.remarks), class_="remarks")
        head = el("div", el("h2", words("practice.over")), el("div", again, other, class_="row"), class_="row spread")
        return el("section", el("p", counts, " ", title), head, remarks, class_="practice-over", role="status")
    aim = el("span", words(f"practice_aim.{view.scenario.id}"), class_="muted")
    end = button(words("practice.end"), "end-practice", kind="small quiet")
    leave = button(words("practice.other"), "other-exercise", kind="small quiet")
    return el("div", el("p", counts, " ", title, " ", aim), el("div", end, leave, class_="row"), class_="row spread",
              role="status")  # fmt: skip


def _remark(show: Showing, view: PhoneView, remark: Remark) -> Html:
    sign, kind = _MARKS[remark.verdict]
    text = show.words(
        f"practice_remark.{remark.subject}-{remark.why}",
        talked=ceil((view.talked or 0) / 60),
        budget=ceil(view.budget / 60),
    )
    label = show.words(f"practice_verdict.{remark.verdict}")
    return el("li", el("span", sign, class_=f"chip {kind}".strip(), role="img", aria_label=label), el("span", text))


def phone(show: Showing, view: PhoneView) -> Html:
    """The trainee's telephone: it rings, and what is said on it can be read."""
    words = show.words
    head = el("div", el("h2", words("practice.phone")), chip(words(f"practice_phone.{view.state}"), _state_kind(view)),
              class_="row spread")  # fmt: skip
    lines = el(
        "ol", *(_line(show, line) for line in view.lines), class_="phone-lines", aria_live="polite", tabindex="0"
    )
    return together(head, lines if view.lines else el("p", _hint(show, view), class_="muted"), _act(show, view))


def _state_kind(view: PhoneView) -> str:
    return {PhoneState.RINGING: "warn", PhoneState.TALKING: "ok"}.get(view.state, "")


def _hint(show: Showing, view: PhoneView) -> str:
    if view.is_over:
        return show.words("practice.hint_over")
    return show.words("practice.hint_rings" if view.state is PhoneState.RINGING else "practice.hint_wait")


def _line(show: Showing, line: PhoneLine) -> Html:
    words = show.words
    who = el("span", words(f"practice_voice.{line.voice}"), class_="muted")
    listen = el(
        "button", "▶", type="button", class_="button play", data_sounds=f"/sounds/callers/{line.sound}",
        aria_label=words("practice.listen"), data_fresh=line.voice is Voice.CALLER,
    ) if line.sound else None  # fmt: skip
    return el("li", who, el("span", line.text, class_="said"), listen, class_=f"voice-{line.voice}")


def _act(show: Showing, view: PhoneView) -> Html:
    words = show.words
    match view.state:
        case PhoneState.RINGING:
            return el("div", button(words("practice.pick_up"), "phone-up", key="U", kind="main ring"), class_="row")
        case PhoneState.TALKING:
            said = el(
                "input", name="said", type="text", autocomplete="off", maxlength="500", class_="grow", data_key="I",
                placeholder=words("practice.say_hint"), aria_label=words("practice.say_label"),
            )  # fmt: skip
            say = button(words("practice.say"), "phone-say", kind="main")
            more = None if view.has_more else el("p", words("practice.last"), class_="muted")
            return together(el("form", said, say, class_="row"), more)
        case PhoneState.IDLE:
            return Html()
