"""Ratings behind the table of rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from callbacks.aftercare.adjusted_ratings import AgentRating, adjusted_ratings
from callbacks.aftercare.ratings import Rating
from console.book.ground import BookGround
from console.desk.service import need
from console.identity.users import Action, User


@dataclass(frozen=True, slots=True)
class CategoryRating:
    """What contacts said after matters of one category: how many gave 1 to 5, their mean (None: nobody), the mean wait
    in seconds (None: none was measured), and how many of those asked said that it is solved."""

    category: str
    ratings: int
    mean: float | None
    wait: float | None
    solved: int
    asked: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """Agents, the best first, and categories, the worst first."""

    agents: tuple[AgentRating, ...]
    categories: tuple[CategoryRating, ...]


class RatingService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def ratings(self, user: User, days: int) -> Ratings:
        """What contacts gave in the last so many days."""
        need(user, Action.SEE_RATINGS)
        given = await self.book.ratings(self.book.clock.now() - timedelta(days=days))
        return Ratings(adjusted_ratings(given), by_category(given))


def by_category(given: Iterable[Rating]) -> tuple[CategoryRating, ...]:
    """The categories, the worst mean first; those without a value last."""
    found: defaultdict[str, list[Rating]] = defaultdict(list)
    for rating in given:
        found[rating.category].append(rating)
    rated = [_category(name, ratings) for name, ratings in found.items()]
    return tuple(sorted(rated, key=lambda one: (one.mean is None, one.mean or 0.0, one.category)))


def _category(name: str, ratings: list[Rating]) -> CategoryRating:
    values = [rating.value for rating in ratings if rating.value is not None]
    waits = [rating.wait for rating in ratings if rating.wait is not None]
    answers = [rating.solved for rating in ratings if rating.solved is not None]
    return CategoryRating(
        name,
        len(values),
        sum(values) / len(values) if values else None,
        sum(waits) / len(waits) if waits else None,
        sum(answers),
        len(answers),
    )
