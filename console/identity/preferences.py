"""The language and the appearance that a browser asks for. Not secret, not about a person: plain cookies."""

from __future__ import annotations

from fastapi import Request

from console.words import Words, choose, words

LANGUAGE_COOKIE = "hotline_language"
THEME_COOKIE = "hotline_theme"
THEMES = ("auto", "light", "dark")


def words_for(request: Request) -> Words:
    """Words in the language that was chosen, else in the browser's."""
    return words(choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")))


def theme_for(request: Request) -> str:
    """The appearance that was chosen."""
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"
