"""The parts that every page has, and the sign-in page: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.pages.html import Html, el, field, together
from console.places import Place
from console.ports import Site
from console.preferences import THEMES
from console.users import User
from console.words import LANGUAGES, Words


def head() -> Html:
    """What goes into the page's head: our style and script, from this machine."""
    style = el("link", rel="stylesheet", href="/assets/console.css")
    return together(style, el("script", src="/assets/console.js", defer=True))


def top_bar(words: Words, site: Site, user: User, theme: str, here: str, places: Sequence[Place]) -> Html:
    """Where one is, where one can go, and who one is."""
    links = [
        el("a", words(place.label), href=place.path, aria_current="page" if place.path == here else None)
        for place in places
        if place.listed and place.is_open_to(user)
    ]
    out = el("form", el("button", words("app.sign_out"), class_="button quiet"), method="post", action="/sign-out")
    return together(
        el("a", words("app.skip"), href="#content", class_="skip"),
        el("strong", site.name, class_="brand"),
        el("nav", *links),
        preferences(words, theme, here),
        el("span", user.name, class_="muted"),
        out,
    )


def preferences(words: Words, theme: str, here: str) -> Html:
    """The choice of language and appearance."""
    languages = [el("option", name, value=code, selected=code == words.language) for code, name in LANGUAGES.items()]
    themes = [el("option", words(f"app.{code}"), value=code, selected=code == theme) for code in THEMES]
    submit = "this.form.submit()"
    return el(
        "form",
        el("input", type="hidden", name="back", value=here),
        el("select", *languages, name="language", aria_label=words("app.language"), onchange=submit),
        el("select", *themes, name="theme", aria_label=words("app.theme"), onchange=submit),
        action="/preferences",
        class_="row preferences",
    )


def sign_in_page(words: Words, site: Site, theme: str, fault: str = "", user: str = "") -> str:
    """The whole page; needs no script."""
    form = el(
        "form",
        el("h1", site.name),
        el("p", fault, role="alert", class_="fault") if fault else None,
        field("user", words("sign_in.user"), required=True, value=user, autocomplete="username", autofocus=not user),
        field(
            "password",
            words("sign_in.password"),
            kind="password",
            required=True,
            autocomplete="current-password",
            autofocus=bool(user),
        ),
        el("button", words("sign_in.submit"), class_="button main"),
        method="post",
        action="/sign-in",
        class_="stack",
    )
    body = el("main", form, preferences(words, theme, "/sign-in"), class_="sign-in")
    title = el("title", f"{words('sign_in.title')} · {site.name}")
    meta = together(el("meta", charset="utf-8"), el("meta", name="viewport", content="width=device-width"))
    page = el("html", el("head", meta, title, head()), el("body", body), lang=words.language, data_theme=theme)
    return f"<!doctype html>{page}"
