"""Gives the inline scripts of NiceGUI's page the nonce of their response, so that the browser runs no other ones."""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2 import BaseLoader, Environment, TemplateNotFound
from nicegui.client import templates

_PAGE = "index.html"

#: An inline script's start tag. Scripts with a source are allowed by where they come from.
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)")

#: So many inline scripts the page has at least: the map of modules, what starts Vue, and what starts NiceGUI.
_LEAST = 3


class _WithNonces(BaseLoader):
    """NiceGUI's templates. Only their text is changed, never what is filled in: what callers say gets no nonce."""

    def __init__(self, original: BaseLoader) -> None:
        self._original = original

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        text, path, is_current = self._original.get_source(environment, template)
        return (with_nonces(text) if template == _PAGE else text), path, is_current


def with_nonces(text: str) -> str:
    """The template with a nonce in each inline script; `RuntimeError` when it has fewer than NiceGUI's page must."""
    changed, count = _INLINE.subn('<script nonce="{{ request.state.nonce }}"', text)
    if count < _LEAST:
        raise RuntimeError("NiceGUI's page is made differently: its scripts would not run")
    return changed


def install_nonces() -> None:
    """For this process, once; NiceGUI has one set of templates."""
    loader = templates.env.loader
    if loader is None:
        raise TemplateNotFound(_PAGE)
    if not isinstance(loader, _WithNonces):
        templates.env.loader = _WithNonces(loader)
