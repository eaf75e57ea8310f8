"""Ratings in the book: given after a call, or when a follow-up asks."""

from __future__ import annotations

from datetime import datetime

from callbacks.aftercare.ratings import Rating
from callbacks.bookkeeping import Bookkeeping
from config.errors import Refused


class RatingBook(Bookkeeping):
    """The part of the promise book that keeps ratings."""

    async def rate(
        self,
        visit: str,
        value: int,
        *,
        contact: str,
        category: str,
        agent: str | None = None,
        case: str | None = None,
        wait: float | None = None,
    ) -> Rating:
        """The caller's rating of a visit, 1 to 5. Raises `Refused` for any other value."""
        if not 1 <= value <= 5:
            raise Refused(f"a rating is 1 to 5, not {value}", where=f"call {visit}")
        rating = Rating(visit, self.clock.now(), contact, category, value, agent=agent, case=case, wait=wait)
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, contact)
            await unit.save_rating(rating)
        return rating

    async def ratings(self, since: datetime, agent: str | None = None) -> tuple[Rating, ...]:
        """Ratings given since then, oldest first; of one agent's visits, or of everybody's."""
        async with self.store.reading() as reader:
            return await reader.ratings(since, agent)

    async def was_rated(self, visit: str) -> bool:
        """Whether anything was answered in this visit."""
        async with self.store.reading() as reader:
            return await reader.rating(visit) is not None
