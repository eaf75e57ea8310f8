"""How the page of tokens looks: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.identity.scopes import Scope, actions_of
from console.identity.tokens import ApiToken
from console.identity.users import RIGHTS, Reach, User
from console.pages.desk_view import Showing
from console.pages.html import Html, at, button, chip, dialog, el, field, select, together
from console.words import Words

NOTHING = Html("")

#: How long a token may last, in days.
_SPANS = (30, 90, 366)


def head(show: Showing, of_everyone: bool) -> Html:
    """The title, what tokens are for, and the way to a new one."""
    words = show.words
    add = button(words("tokens.new"), "new-token", key="N", kind="main")
    whose = words("tokens.everyones") if of_everyone else words("tokens.own")
    title = el("div", el("h1", words("tokens.title")), el("p", whose, class_="hint"))
    return el("div", title, el("div", add, class_="toolbar"), class_="page-head")


def tokens(show: Showing, found: Sequence[ApiToken]) -> Html:
    """The tokens, the newest first."""
    words = show.words
    if not found:
        return el("div", el("p", words("tokens.none"), class_="big"), el("p", words("tokens.none_hint")),
                  class_="empty")  # fmt: skip
    names = ("tokens.name", "tokens.owner", "tokens.scopes", "tokens.used", "tokens.expires", "tokens.act")
    columns = el("tr", *(el("th", words(name), scope="col") for name in names))
    rows = [_row(show, token) for token in found]
    return el("div", el("table", el("thead", columns), el("tbody", *rows)), class_="scroll")


def _row(show: Showing, token: ApiToken) -> Html:
    words, zone = show.words, show.site.zone
    made = el("span", words("tokens.made", by=token.made_by), " ", at(token.made_at, zone, show.now), class_="muted")
    scopes = [chip(scope.value) for scope in token.scopes]
    used = at(token.last_used, zone, show.now) if token.last_used else el("span", words("tokens.never"), class_="muted")
    revoke = el("button", words("tokens.revoke"), type="button", class_="button small danger", data_opens="revoke",
                data_item=token.id, data_title=token.name, aria_haspopup="dialog",
                aria_label=f"{words('tokens.revoke')}: {token.name}")  # fmt: skip
    return el(
        "tr",
        el("th", el("strong", token.name), el("br"), made, scope="row"),
        el("td", token.owner),
        el("td", el("div", *scopes, class_="row wrap")),
        el("td", used),
        el("td", _end(show, token)),
        el("td", revoke if token.counts(show.now) else None),
    )


def _end(show: Showing, token: ApiToken) -> Html:
    words, zone = show.words, show.site.zone
    if token.revoked_at is not None:
        return together(chip(words("tokens.revoked"), "bad"), " ", at(token.revoked_at, zone, show.now))
    if not token.counts(show.now):
        return together(chip(words("tokens.expired"), "warn"), " ", at(token.expires, zone, show.now))
    return at(token.expires, zone, show.now)


def form(show: Showing, user: User, people: Sequence[User]) -> Html:
    """The form of a new token; only scopes are offered that the person's role allows. `people` are those in whose name
    it may be made."""
    words = show.words
    owners = {person.id: f"{person.name} ({words.named('role', person.role)})" for person in people}
    spans = {str(days): words("tokens.days", days=days) for days in _SPANS}
    fields = el(
        "div",
        field("name", words("tokens.name"), required=True, maxlength="80", autofocus=True,
              placeholder=words("tokens.name_hint")),
        select("owner", words("tokens.owner"), owners, user.id) if len(owners) > 1 else None,
        select("days", words("tokens.lasts"), spans, str(_SPANS[1])),
        class_="form-grid",
    )  # fmt: skip
    offered = Scope if len(owners) > 1 else [scope for scope in Scope if _may_any(user, scope)]
    checks = [_check(words, scope) for scope in offered]
    away = button(words("app.cancel"), "close-form", kind="quiet")
    return el(
        "form",
        el("h2", words("tokens.new")),
        fields,
        el("fieldset", el("legend", words("tokens.scopes")), el("div", *checks, class_="scopes")),
        el("p", words("tokens.rights_hint"), class_="hint"),
        el("div", button(words("tokens.make"), "make", kind="main"), away, class_="toolbar"),
        class_="panel stack",
    )


def _may_any(user: User, scope: Scope) -> bool:
    return any(RIGHTS[action][user.role] is not Reach.NONE for action in actions_of((scope,)))


def _check(words: Words, scope: Scope) -> Html:
    box = el("input", type="checkbox", name=f"scope {scope}", value="1")
    text = el("span", el("code", scope.value), " ", el("span", words.named("scope", scope), class_="muted"))
    return el("label", box, text, class_="check")


def secret(show: Showing, token: ApiToken, text: str) -> Html:
    """The secret of a new token, which is shown now and never again."""
    words = show.words
    return el(
        "div",
        el("p", words("tokens.secret_of", name=token.name)),
        el("p", el("code", text, class_="secret", tabindex="0")),
        el("p", words("tokens.secret_once"), class_="hint"),
        el("pre", f"Authorization: Bearer {text}"),
        el("div", button(words("people.noted"), "close-news", kind="main"), class_="toolbar"),
        class_="notice stack",
        role="status",
    )


def revoke_dialog(show: Showing) -> Html:
    """What is asked before a token is revoked."""
    words = show.words
    act = button(words("tokens.revoke"), "revoke", kind="danger")
    return dialog("revoke", words("tokens.revoke"), words("app.cancel"), act, el("p", data_filled="title"),
                  el("p", words("tokens.revoke_why"), class_="hint"))  # fmt: skip
