"""The parts that every page has, and the sign-in page: pure functions to HTML."""

from __future__ import annotations

from collections.abc import Sequence

from console.identity.preferences import THEMES
from console.identity.users import User
from console.pages.html import Html, el, field, together
from console.places import Place, Wing
from console.ports import Site
from console.words import LANGUAGES, Words

#: The place that is found in the menu of the person whose it is.
_OWN = "/account"


def head() -> Html:
    """What goes into the page's head: our style and script, from this machine."""
    style = el("link", rel="stylesheet", href="/assets/console.css")
    return together(style, el("script", src="/assets/console.js", defer=True))


def top_bar(words: Words, site: Site, user: User, theme: str, here: str, places: Sequence[Place]) -> Html:
    """Where one is, where one can go, and who one is. Places of work stand in the bar; the other wings are menus."""
    found = [place for place in places if place.listed and place.is_open_to(user)]
    wings = {wing: [place for place in found if place.wing is wing] for wing in Wing}
    work = [el("li", _way(words, place, here)) for place in wings.pop(Wing.WORK)]
    menus = [_wing(words, wing, here, ways) for wing, ways in wings.items()]
    return together(
        el("a", words("app.skip"), href="#content", class_="skip"),
        el("strong", site.name, class_="brand"),
        el("nav", el("ul", *work, *menus), aria_label=words("app.places")),
        _me(words, user, theme, here, places),
    )


def _way(words: Words, place: Place, here: str) -> Html:
    return el("a", words(place.label), href=place.path, aria_current="page" if place.path == here else None)


def _wing(words: Words, wing: Wing, here: str, places: Sequence[Place]) -> Html | None:
    """A menu of places; it shows which of them one is at. A single place needs no menu."""
    if len(places) < 2:
        return el("li", _way(words, places[0], here)) if places else None
    name = words.named("wing", wing)
    current = next((words(place.label) for place in places if place.path == here), None)
    mark = el("summary", f"{name}: {current}" if current else name, class_="current" if current else None)
    ways = [el("li", _way(words, place, here)) for place in places]
    return el("li", el("details", mark, el("ul", *ways, class_="drawer"), class_="menu", name="menu"))


def _me(words: Words, user: User, theme: str, here: str, places: Sequence[Place]) -> Html:
    """Who is signed in, how they like the console, their own page, and the way out."""
    own = [_way(words, place, here) for place in places if place.path == _OWN and place.is_open_to(user)]
    out = el("form", el("button", words("app.sign_out"), class_="button"), method="post", action="/sign-out")
    drawer = el("div", preferences(words, theme, here), *own, out, class_="drawer")
    return el("details", el("summary", user.name), drawer, class_="menu me", name="menu")


def preferences(words: Words, theme: str, here: str) -> Html:
    """The choice of language and appearance; it counts at once."""
    languages = {name: code for code, name in LANGUAGES.items()}
    themes = {words(f"app.{code}"): code for code in THEMES}
    return el(
        "form",
        el("input", type="hidden", name="back", value=here),
        _choice("language", words("app.language"), languages, words.language),
        _choice("theme", words("app.theme"), themes, theme),
        el("noscript", el("button", words("app.apply"), class_="button")),
        action="/preferences",
        class_="row wrap preferences",
        data_submits=True,
    )


def _choice(name: str, label: str, options: dict[str, str], chosen: str) -> Html:
    choices = [el("option", text, value=code, selected=code == chosen) for text, code in options.items()]
    return el("label", el("span", label), el("select", *choices, name=name), class_="field grow")


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
