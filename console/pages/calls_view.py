"""What the list of calls and the one that is looked at look like: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from callbacks.calls.lookback import CallOutcome, CallsWanted, FoundCall, outcome_of
from callbacks.calls.model import CallLine, CallRecord, Speaker
from callbacks.lists import Listed, Place
from callbacks.privacy.personal import Looked
from console.book.call_log import Looking
from console.pages.book_view import case_link
from console.pages.desk_view import Showing
from console.pages.html import Content, Html, at, button, chip, el, field, select, together
from console.receipt_words import in_words
from routing.work import Mood

_SURE, _UNSURE = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address asks for: a day of the site's calendar, and what else narrows the list."""

    day: str = ""
    queue: str = ""
    category: str = ""
    tier: str = ""
    outcome: str = ""
    recorded: bool = False
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """What is there and can be understood; the rest is left out."""
        outcome = query.get("outcome", "")
        return cls(
            day=query.get("day", "") if _date(query.get("day", "")) is not None else "",
            queue=query.get("queue", ""),
            category=query.get("category", ""),
            tier=query.get("tier", ""),
            outcome=outcome if outcome in set(CallOutcome) else "",
            recorded=bool(query.get("recorded")),
            after=query.get("after", ""),
        )

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than all calls."""
        return self != Asked(after=self.after)

    def wanted(self, show: Showing) -> CallsWanted:
        """The calls; a day is one of the site's."""
        day, zone = _date(self.day), show.site.zone
        since = datetime.combine(day, time(), zone) if day is not None else None
        until = datetime.combine(day + timedelta(days=1), time(), zone) if day is not None else None
        return CallsWanted(
            since,
            until,
            self.queue or None,
            self.category or None,
            self.tier or None,
            CallOutcome(self.outcome) if self.outcome else None,
            self.recorded,
        )

    def address(self, after: Place | None) -> str:
        """The page of these calls that begins after the place."""
        query = {
            "day": self.day,
            "queue": self.queue,
            "category": self.category,
            "tier": self.tier,
            "outcome": self.outcome,
            "recorded": "1" if self.recorded else "",
            "after": str(after) if after is not None else "",
        }
        given = urlencode({name: value for name, value in query.items() if value})
        return f"/calls?{given}" if given else "/calls"


def heading(show: Showing) -> Html:
    """The page's name, and that who listens is written down."""
    return together(el("h1", show.words("calls.title")), el("p", show.words("calls.noted"), class_="muted"))


def filters(show: Showing, asked: Asked) -> Html:
    """The form that narrows the list; its answer is an address that can be kept."""
    words = show.words
    every = {"": words("calls.all")}
    categories = every | {name: show.site.title(name, words.language) for name in show.site.titles}
    tiers = every | {tier: tier for tier in show.site.target_waits}
    queues = every | {queue: queue for queue in show.site.queues}
    outcomes = every | {outcome.value: words.named("call_outcome", outcome) for outcome in CallOutcome}
    recorded = el("input", type="checkbox", name="recorded", value="1", checked=asked.recorded)
    return el(
        "form",
        field("day", words("calls.day", zone=show.site.zone), kind="date", value=asked.day),
        select("queue", words("calls.queue"), queues, asked.queue),
        select("category", words("calls.category"), categories, asked.category),
        select("tier", words("calls.tier"), tiers, asked.tier),
        select("outcome", words("calls.outcome"), outcomes, asked.outcome),
        el("label", recorded, el("span", words("calls.recorded")), class_="check"),
        el("button", words("calls.find"), class_="button main"),
        el("a", words("calls.clear"), href="/calls", class_="button quiet") if asked.narrows else None,
        method="get",
        action="/calls",
        class_="toolbar",
    )


def found(show: Showing, asked: Asked, page: Listed[FoundCall], chosen: str | None) -> Html:
    """The list, the latest first."""
    words = show.words
    if not page.rows:
        hint = words("calls.none_found") if asked.narrows or asked.after else words("calls.none_yet")
        return el("div", el("p", words("calls.none"), class_="big"), el("p", hint), class_="empty")
    names = ("when", "who", "outcome", "category", "agent", "length")
    head = el("tr", *(el("th", words(f"calls.{name}"), scope="col") for name in names))
    rows = [_row(show, each, each.call.id == chosen) for each in page.rows]
    table = el("table", el("thead", head), el("tbody", *rows), class_="calls-table")
    return together(el("div", table, class_="scroll"), _pager(show, asked, page.after))


def heading_of(show: Showing, each: FoundCall) -> Html:
    """With whom, and what came of it."""
    words, outcome = show.words, outcome_of(each.call)
    return el(
        "div",
        el("h2", each.name or each.number or words("calls.withheld"), id="call-title", tabindex="-1"),
        chip(words.named("call_outcome", outcome), _mark(outcome)),
        class_="row spread",
    )


def facts(show: Showing, each: FoundCall) -> Html:
    """All that is recorded of the call, in words."""
    return together(el("h3", show.words("calls.record")), el("dl", *_facts(show, each), class_="facts"))


def recording(show: Showing, call: CallRecord) -> Html:
    """The player, where there is a recording; nothing is fetched, and so nothing noted, before it is played."""
    words = show.words
    if call.recording is None:
        sound: Content = el("p", words("calls.no_recording"), class_="muted")
    else:
        sound = el(
            "audio",
            controls=True,
            preload="none",
            src=f"/api/v1/calls/{call.id}/recording",
            aria_label=words("calls.recording"),
        )
    return together(el("h3", words("calls.recording")), sound)


def transcript_button(show: Showing, call: CallRecord) -> Html:
    """What was said is shown to who asks for it."""
    return together(
        el("h3", show.words("calls.transcript")),
        button(show.words("calls.show_transcript"), "transcript", item=call.id),
    )


def transcript(show: Showing, lines: Sequence[CallLine]) -> Html:
    """What was said, with what was heard badly marked."""
    heading = el("h3", show.words("calls.transcript"))
    if not lines:
        return together(heading, el("p", show.words("calls.nothing_said"), class_="muted"))
    return together(heading, el("ol", *(_line(show, line) for line in lines), class_="transcript"))


def looked_at(show: Showing, looks: Sequence[Looking], call: str) -> Html:
    """Who looked or listened, for those who may know."""
    words = show.words
    again = button(words("calls.look_again"), "looks", item=call, kind="quiet small")
    head = el("div", el("h3", words("calls.looks")), again, class_="row spread")
    if not looks:
        return together(head, el("p", words("calls.no_looks"), class_="muted"))
    lines = [
        el(
            "li",
            at(look.first, show.site.zone, show.now),
            *((" – ", at(look.last, show.site.zone, show.now)) if look.last != look.first else ()),
            el("span", words(f"calls.{_DEEDS[look.what]}", who=look.by.removeprefix("user:"))),
            class_="row",
        )
        for look in looks
    ]
    return together(head, el("ul", *lines, class_="looks"))


def nothing_chosen(show: Showing) -> Html:
    """Beside the list, before a call is chosen."""
    return el("div", el("p", show.words("calls.choose")), class_="empty")


_DEEDS = {Looked.RECORDING: "listened", Looked.TRANSCRIPT: "read", Looked.EXPORT: "exported"}


def _row(show: Showing, each: FoundCall, chosen: bool) -> Html:
    words, call = show.words, each.call
    who = each.name or each.number or words("calls.withheld")
    way = "↗" if call.promise is not None else "↙"
    direction = words("calls.called_out" if call.promise is not None else "calls.rang_in")
    outcome = outcome_of(call)
    about = show.site.title(call.category, words.language) if call.category else "–"
    return el(
        "tr",
        el("td", at(call.arrived_at, show.site.zone, show.now), class_="number"),
        el(
            "td",
            el("span", way, role="img", aria_label=direction, title=direction),
            " ",
            el("button", who, type="button", class_="link", data_do="show", data_item=call.id,
               aria_pressed="true" if chosen else "false"),
            " ",
            chip(call.tier, f"tier-{call.tier}"),
            el("span", "●", class_="chip bad recorded", role="img", aria_label=words("calls.recorded"),
               title=words("calls.recorded")) if call.recording else None,
        ),
        el("td", chip(words.named("call_outcome", outcome), _mark(outcome))),
        el("td", about),
        el("td", _agent(show, call) or "–"),
        el("td", _length(call, show.now), class_="number"),
        class_="chosen" if chosen else None,
    )  # fmt: skip


def _pager(show: Showing, asked: Asked, after: Place | None) -> Html:
    words = show.words
    latest = el("a", words("calls.latest"), href=asked.address(None), class_="button small") if asked.after else None
    older = el("a", words("calls.older"), href=asked.address(after), class_="button small") if after else None
    return el("nav", latest, older, class_="pager", aria_label=words("calls.pages")) if latest or older else Html()


def _facts(show: Showing, each: FoundCall) -> list[Html]:
    """Names and what is recorded, unknown ones left out."""
    words, call = show.words, each.call
    wait = _seconds(call.arrived_at, call.bridged_at)
    talked = _seconds(call.bridged_at, call.ended_at)
    facts: list[tuple[str, Content]] = [
        ("when", at(call.arrived_at, show.site.zone, show.now)),
        ("contact", _contact(show, each)),
        ("direction", words("calls.called_out" if call.promise is not None else "calls.rang_in")),
        ("dialled", call.dialled or None),
        ("tier", chip(call.tier, f"tier-{call.tier}")),
        ("language", words.named("speech", call.language) if call.language else None),
        ("category", show.site.title(call.category, words.language) if call.category else None),
        ("urgency", chip(words.named("urgency", call.urgency), f"urgency-{call.urgency}") if call.urgency else None),
        ("mood", words.named("mood", call.mood) if call.mood and call.mood != Mood.CALM else None),
        ("queue", call.queue),
        ("agent", _agent(show, call)),
        ("why", in_words(call.receipt, words) if call.receipt else None),
        ("waited", _clock(wait) if wait is not None else None),
        ("talked", _clock(talked) if talked is not None else None),
        ("length", _length(call, show.now)),
        ("ended_by", words.named("ended_by", call.ended_by) if call.ended_by else None),
        ("case", case_link(each.reference) if each.reference else None),
        ("rating", words("calls.of_five", rating=call.rating) if call.rating is not None else None),
        ("line", _line_quality(show, call)),
        ("id", el("code", call.id)),
    ]
    return [together(el("dt", words(f"calls.{name}")), el("dd", value)) for name, value in facts if value is not None]


def _contact(show: Showing, each: FoundCall) -> Html:
    """The number, as a link to whom it is of."""
    card = urlencode({"id": each.call.contact})
    return el("a", each.number or show.words("calls.withheld"), href=f"/contact?{card}", class_="number")


def _agent(show: Showing, call: CallRecord) -> str | None:
    return show.site.agents.get(call.agent, call.agent) if call.agent is not None else None


def _line_quality(show: Showing, call: CallRecord) -> str | None:
    """What the line was like, where it was measured."""
    if not call.packets_received and call.codec is None:
        return None
    parts = [call.codec] if call.codec else []
    if call.packets_received and call.packets_lost is not None:
        lost = call.packets_lost / (call.packets_received + call.packets_lost)
        parts.append(show.words("calls.lost", share=f"{lost:.1%}"))
    if call.jitter is not None:
        parts.append(show.words("calls.jitter", ms=f"{call.jitter:.0f}"))
    if call.round_trip is not None:
        parts.append(show.words("calls.round_trip", ms=f"{call.round_trip:.0f}"))
    return " · ".join(parts)


def _line(show: Showing, line: CallLine) -> Html:
    doubt = "" if line.confidence >= _SURE else "unsure" if line.confidence >= _UNSURE else "not_sure"
    who = show.words("calls.caller" if line.speaker is Speaker.CALLER else "calls.hotline")
    return el(
        "li",
        el("span", at(line.at, show.site.zone, show.now, seconds=True), class_="muted number"),
        el("span", who, class_=f"speaker speaker-{line.speaker}"),
        el("span", line.text, class_=f"said {doubt}".strip()),
        el("span", show.words(f"desk.{doubt}"), class_="chip doubt") if doubt else None,
        title=f"{line.confidence:.0%}",
    )


def _mark(outcome: CallOutcome) -> str:
    return {CallOutcome.TALKED: "ok", CallOutcome.LEFT_QUEUE: "warn", CallOutcome.NOT_REACHED: "warn"}.get(outcome, "")


def _length(call: CallRecord, now: datetime) -> str:
    return _clock(((call.ended_at or now) - call.arrived_at).total_seconds())


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start is not None and end is not None else None


def _clock(seconds: float) -> str:
    """m:ss, or h:mm:ss."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None
