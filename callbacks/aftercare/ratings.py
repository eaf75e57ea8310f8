"""What contacts answered when they were asked how well they were helped (lesson 7), one rating for each visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer. `visit` is the id of the call, or of the attempt, after which we asked; `value` is 1 to 5, `solved`
    the answer of a follow-up: None where that was not said. `agent` helped in this visit, or solved the case; `wait`
    is how many seconds the visit's caller had waited for them.
    """

    visit: str
    at: datetime
    contact: str
    category: str
    value: int | None = None
    solved: bool | None = None
    agent: str | None = None
    case: str | None = None
    wait: float | None = None


class RatingReader(Protocol):
    """Looking ratings up."""

    async def rating(self, visit: str) -> Rating | None:
        """The rating given after this visit."""

    async def ratings(self, since: datetime, agent: str | None = None) -> tuple[Rating, ...]:
        """Ratings given since then, of one agent's or of everybody's visits, oldest first."""


class RatingUnit(RatingReader, Protocol):
    """Writing them."""

    async def save_rating(self, rating: Rating) -> None:
        """Save the visit's rating; a second one takes the place of the first."""
