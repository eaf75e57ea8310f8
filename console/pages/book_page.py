"""What the book's pages do alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from nicegui import ui

from config.errors import NotFound
from console.book.service import BookService
from console.pages.book_view import head
from console.pages.screen import Region, Screen


class BookPage(ABC):
    """A page with its head; the regions are drawn beneath it.

    Lists do not follow events: rows that move under the reader's eyes help nobody, and a page of a large book costs
    more than a desk's. They are drawn anew after what the reader does. Pages about one thing follow events.
    """

    #: The page's name in `words`, and the place of the bar that it belongs to.
    title: ClassVar[str]
    here: ClassVar[str]

    def __init__(self, screen: Screen, service: BookService) -> None:
        self.screen = screen
        self.service = service
        self.words = screen.words
        self.content = screen.frame(screen.words(self.title), self.here).classes("book")
        ui.add_head_html(head())

    @classmethod
    async def check(cls, screen: Screen, service: BookService) -> None:
        """Raise a `HotlineError` when there is nothing to draw: asked before anything is. A list is always there."""
        return

    @abstractmethod
    async def refresh(self) -> None:
        """Draw what is so now."""

    def region(self, class_: str = "panel", tag: str = "section", beside: ui.element | None = None) -> Region:
        """A part of the page, or of `beside`, whose controls are heard."""
        with beside or self.content:
            return Region(class_, tag).on_press(self.screen.pressed)

    def columns(self) -> tuple[ui.element, ui.element]:
        """Two columns beside each other, one below the other where there is no room."""
        with self.content, ui.element("div").classes("two"):
            return ui.element("div"), ui.element("div")


def asked_for(query: Mapping[str, str], name: str) -> str:
    """What the address must name. Raises `NotFound`."""
    value = query.get(name, "").strip()
    if not value:
        raise NotFound("the address does not say which one", remedy="open it from its list")
    return value
