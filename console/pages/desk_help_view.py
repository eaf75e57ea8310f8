"""What helps to work at the desk: where the agent sits, sound and notices, and the keys."""

from __future__ import annotations

from datetime import datetime

from console.pages.desk_view import Showing
from console.pages.html import Html, button, clock_time, dialog, el, field, together
from ivr.desk import AgentView


def station_dialog(show: Showing) -> Html:
    """The form that says at which phone the agent sits."""
    words = show.words
    return dialog(
        "station",
        words("station.title"),
        words("app.cancel"),
        button(words("station.sit"), "sit", kind="main"),
        station_field(show, ""),
    )


def station_field(show: Showing, station: str) -> Html:
    """At which phone the agent sits in this shift."""
    words = show.words
    return field(
        "station", words("station.label"), value=station, maxlength="200", placeholder=words("station.hint"),
        inputmode="url", spellcheck="false",
    )  # fmt: skip


def helpers(show: Showing, agent: AgentView) -> Html:
    """What opens these forms."""
    words = show.words
    return el(
        "span",
        _opener(words("station.now", station=_short(agent.station)), "station", title=agent.station),
        _opener(words("alert.open"), "alerts"),
        _opener(words("desk_keys.open"), "desk-keys", shortcut="Alt+/"),
        class_="row helpers",
    )


def help_dialogs(show: Showing) -> Html:
    """All of them; they never change."""
    return together(station_dialog(show), _alerts(show), _keys(show))


def notices(show: Showing) -> Html:
    """What `assets/desk.js` says above the desk; each is hidden until it is so."""
    words = show.words
    told = {"lost": words("alert.lost"), "back": words("alert.back"), "twice": words("alert.twice")}
    shown = [el("p", text, hidden=True, data_notice=code) for code, text in told.items()]
    return el("div", *shown, class_="notices", role="status")


def closing(show: Showing, stops_at: datetime | None) -> Html:
    """Said while the hotline lets the last calls end."""
    if stops_at is None:
        return Html()
    when = clock_time(stops_at, show.site.zone, show.now)
    return el("div", el("p", show.words("alert.closing", time=when)), class_="notices", role="status")


def elsewhere(show: Showing, agent: AgentView) -> Html:
    """The way to the desk that shows what the agent has in hand, where that is another node's."""
    if not agent.desk:
        return Html()
    way = el("a", show.words("alert.elsewhere_go"), href=agent.desk, autofocus=True)
    return el("div", el("p", show.words("alert.elsewhere"), " ", way), class_="notices", role="status")


def _alerts(show: Showing) -> Html:
    words = show.words
    volume = el("input", type="range", min="0", max="100", step="5", data_alert="volume")
    mute = el("label", el("input", type="checkbox", data_alert="mute"), words("alert.mute"), class_="check")
    states = {"granted": words("alert.allowed"), "denied": words("alert.denied"), "default": words("alert.off")}
    said = [el("p", text, hidden=True, data_permission=code, class_="muted") for code, text in states.items()]
    return _sheet(
        show,
        "alerts",
        words("alert.title"),
        el("label", el("span", words("alert.volume")), volume, class_="field"),
        mute,
        el("div", _plain(words("alert.try"), "try"), _plain(words("alert.allow"), "allow"), class_="row wrap"),
        *said,
    )


def _keys(show: Showing) -> Html:
    words = show.words
    keys = {
        "B": words("desk.begin"), "R": words("desk.ready"), "P": words("desk.pause"), "A": words("desk.accept"),
        "X": words("desk.decline"), "D": words("desk.dial"), "O": words("hold.hold"), "T": words("desk.transfer"),
        "J": words("desk.digits"), "K": words("desk.pause_recording"), "H": words("desk.hang_up"),
        "N": words("making.title"), "G": words("correct.title"), "S": words("desk.finish"),
        "M": words("desk_keys.mine"), "C": words("desk_keys.team"), "/": words("desk_keys.keys"),
    }  # fmt: skip
    rows = [together(el("dt", el("kbd", key)), el("dd", text)) for key, text in keys.items()]
    return _sheet(
        show,
        "desk-keys",
        words("desk_keys.title"),
        el("p", words("desk_keys.hint"), class_="muted"),
        el("dl", *rows, class_="keys"),
        el("p", words("desk_keys.tab"), class_="muted"),
    )


def _sheet(show: Showing, name: str, title: str, *content: Html) -> Html:
    """A dialog that only has to be closed again."""
    closing = el("button", show.words("desk_keys.close"), type="button", class_="button main", data_closes=True)
    body = el("form", el("h2", title, id=f"{name}-title"), *content, el("div", closing, class_="row"), class_="stack")
    return el("dialog", body, id=name, aria_labelledby=f"{name}-title")


def _opener(text: str, opens: str, *, title: str | None = None, shortcut: str | None = None) -> Html:
    return el(
        "button", text, type="button", class_="button quiet small", data_opens=opens, title=title,
        aria_keyshortcuts=shortcut,
    )  # fmt: skip


def _plain(text: str, does: str) -> Html:
    return el("button", text, type="button", class_="button", data_alert=does)


def _short(station: str) -> str:
    """What a person calls the phone: the name before the @."""
    return station.partition(":")[2].partition("@")[0] or station
