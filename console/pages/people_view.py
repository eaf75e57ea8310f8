"""How the page of people looks: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.identity.users import Role, User
from console.pages.desk_view import Showing
from console.pages.html import Html, button, chip, dialog, el, field, select, together
from console.words import Words

NOTHING = Html("")

#: Of the pages about accounts.
STYLE = el("link", rel="stylesheet", href="/assets/accounts.css")


def head(show: Showing) -> Html:
    """The title, and the way to a new person."""
    words = show.words
    add = button(words("people.add"), "new-person", key="N", kind="main")
    return el("div", el("h1", words("people.title")), el("div", add, class_="toolbar"), class_="page-head")


def people(show: Showing, everyone: Sequence[User], me: str) -> Html:
    """Everyone with what can be done about them."""
    words = show.words
    names = ("people.person", "people.role", "people.agent", "people.standing", "people.acts")
    columns = el("tr", *(el("th", words(name), scope="col") for name in names))
    rows = [_row(show, person, me) for person in everyone]
    lone = el("p", words("people.only_you"), class_="hint") if len(everyone) == 1 else None
    return together(el("div", el("table", el("thead", columns), el("tbody", *rows)), class_="scroll"), lone)


def _row(show: Showing, person: User, me: str) -> Html:
    words = show.words
    you = chip(words("people.you")) if person.id == me else None
    name = el("th", el("strong", person.name), " ", you, el("br"), el("span", person.id, class_="muted"), scope="row")
    marks = [
        chip(words("people.locked"), "bad") if person.locked else None,
        chip(words("people.must_change"), "warn") if person.must_change else None,
    ]
    standing = together(*marks) if any(marks) else el("span", words("people.fine"), class_="muted")
    agent = _agent(show, person.agent)
    return el("tr", name, el("td", words.named("role", person.role)), el("td", agent), el("td", standing),
              el("td", el("div", *_acts(words, person), class_="row wrap")))  # fmt: skip


def _agent(show: Showing, agent: str | None) -> Html:
    if agent is None:
        return el("span", "–", class_="muted")
    if agent not in show.site.agents:
        return together(agent, " ", chip(show.words("people.no_such_agent"), "warn"))
    return together(agent)


def _acts(words: Words, person: User) -> list[Html]:
    def act(key: str, do: str) -> Html:
        label = words(key)
        return el("button", label, type="button", class_="button quiet small", data_do=do, data_item=person.id,
                  aria_label=f"{label}: {person.name}")  # fmt: skip

    def opener(key: str, name: str, kind: str) -> Html:
        label = words(key)
        return el("button", label, type="button", class_=f"button small {kind}", data_opens=name, data_item=person.id,
                  data_title=f"{person.name} ({person.id})", aria_haspopup="dialog",
                  aria_label=f"{label}: {person.name}")  # fmt: skip

    return [
        act("people.edit", "edit"),
        opener("people.new_password", "new-password-dialog", "quiet"),
        act("people.end_sessions", "end-sessions"),
        act("people.unlock", "unlock") if person.locked else opener("people.lock", "lock-dialog", "quiet"),
        opener("people.remove", "remove-dialog", "danger"),
    ]


def form(show: Showing, person: User | None) -> Html:
    """The form of a new person, or of one who is known."""
    words = show.words
    roles = {role.value: words.named("role", role) for role in Role}
    agents = {"": words("people.no_agent")} | {agent: f"{name} ({agent})" for agent, name in show.site.agents.items()}
    if person is not None and person.agent is not None:
        agents.setdefault(person.agent, person.agent)
    identity = field("id", words("people.id"), required=True, maxlength="64", pattern="[a-z0-9][a-z0-9._\\-]*",
                     title=words("people.id_hint"), autofocus=True)  # fmt: skip
    name = field("name", words("people.name"), required=True, maxlength="100", value=person.name if person else "",
                 autofocus=person is not None)  # fmt: skip
    save = (
        button(words("people.save"), "change", item=person.id, kind="main")
        if person
        else button(words("people.add"), "add", kind="main")
    )
    fields = el(
        "div",
        None if person else identity,
        name,
        select("role", words("people.role"), roles, person.role if person else Role.AGENT),
        select("agent", words("people.agent"), agents, (person.agent or "") if person else ""),
        class_="form-grid",
    )
    title = words("people.change_whom", name=person.id) if person else words("people.new")
    hint = el("p", words("people.change_hint") if person else words("people.add_hint"), class_="hint")
    away = button(words("app.cancel"), "close-form", kind="quiet")
    return el("form", el("h2", title), fields, el("dl", *_roles(words), class_="facts roles"), hint,
              el("div", save, away, class_="toolbar"), class_="panel stack")  # fmt: skip


def _roles(words: Words) -> list[Html]:
    return [
        part for role in Role for part in (el("dt", words.named("role", role)), el("dd", words.named("role_may", role)))
    ]


def password(show: Showing, person: str, secret: str) -> Html:
    """A password that is shown now and never again."""
    words = show.words
    return el(
        "div",
        el("p", words("people.password_of", name=person)),
        el("p", el("code", secret, class_="secret", tabindex="0")),
        el("p", words("people.password_once"), class_="hint"),
        el("div", button(words("people.noted"), "close-news", kind="main"), class_="toolbar"),
        class_="notice stack",
        role="status",
    )


def dialogs(show: Showing) -> Html:
    """What is asked before a person is locked out, given another password, or removed."""
    words = show.words

    def sure(name: str, title: str, why: str, do: str, kind: str) -> Html:
        act = button(title, do, kind=kind)
        return dialog(name, title, words("app.cancel"), act, el("p", data_filled="title"), el("p", why, class_="hint"))

    return together(
        sure("new-password-dialog", words("people.new_password"), words("people.new_password_why"), "new-password",
             "main"),
        sure("lock-dialog", words("people.lock"), words("people.lock_why"), "lock", "danger"),
        sure("remove-dialog", words("people.remove"), words("people.remove_why"), "remove", "danger"),
    )  # fmt: skip
