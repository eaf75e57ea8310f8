"""The page where one sets one's own password: a pure function to HTML; needs no script."""

from __future__ import annotations

from console.identity.passwords import LEAST_LENGTH
from console.identity.users import User
from console.pages.frame_view import head, preferences
from console.pages.html import Html, el, field, together
from console.ports import Site
from console.words import Words


def password_page(words: Words, site: Site, theme: str, user: User, fault: str = "") -> str:
    """The whole page. Who comes with a password that somebody else made is told why they are here."""
    form = el(
        "form",
        el("h1", words("password.title")),
        el("p", words("password.first") if user.must_change else words("password.why")),
        el("p", fault, role="alert", class_="fault") if fault else None,
        el("input", name="user", value=user.id, autocomplete="username", hidden=True),
        _secret("old", words("password.old"), "current-password", autofocus=True),
        _secret("new", words("password.new", least=LEAST_LENGTH), "new-password", minlength=str(LEAST_LENGTH)),
        _secret("again", words("password.again"), "new-password"),
        el("p", words("password.advice"), class_="muted"),
        el("button", words("password.set"), class_="button main"),
        None if user.must_change else el("a", words("password.back"), href="/"),
        method="post",
        action="/password",
        class_="stack",
    )
    body = el("main", form, preferences(words, theme, "/password"), class_="sign-in")
    title = el("title", f"{words('password.title')} · {site.name}")
    meta = together(el("meta", charset="utf-8"), el("meta", name="viewport", content="width=device-width"))
    page = el("html", el("head", meta, title, head()), el("body", body), lang=words.language, data_theme=theme)
    return f"<!doctype html>{page}"


def _secret(name: str, label: str, kind: str, **more: str | bool | None) -> Html:
    return field(name, label, kind="password", required=True, autocomplete=kind, **more)
