"""Ratings: what contacts said of how they were helped."""

from __future__ import annotations

from console.book.service import BookService
from console.pages import outcomes_view as view
from console.pages.book_page import BookPage
from console.pages.screen import Screen


class RatingsPage(BookPage):
    """Agents and matters, over the days that the address names."""

    title = "ratings.page"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._head = self.region("panel", "div")
        self._agents = self.region("panel stack")
        self._categories = self.region("panel stack")

    async def refresh(self) -> None:
        """Draw what was given."""
        asked, show = self.screen.query.get("days", ""), self.screen.showing
        days = int(asked) if asked in map(str, view.DAYS) else 90
        found = await self.service.ratings(self.screen.user, days)
        self._head.show(view.head(show, days))
        self._agents.show(view.agents(show, found.agents, self.service.people()))
        self._categories.show(view.categories(show, found.categories))
