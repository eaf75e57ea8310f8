"""The figures of the wallboard beyond what the desk tells: the port that its page is written against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.calls.lookback import KeptRate
from callbacks.cases.sifting import SiftRates
from callbacks.due_hours import DueHour
from callbacks.model import Problem
from callbacks.wait_spread import WaitSpread

#: How old the figures that cost something may be, in seconds.
FRESH_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class TierLevel:
    """The service level of a tier today: `in_time` / `offered`, in time being within `target` seconds."""

    tier: str
    target: float
    offered: int
    answered: int
    in_time: int
    abandoned: int

    @property
    def level(self) -> float | None:
        """0 to 1; None of no calls."""
        return self.in_time / self.offered if self.offered else None


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """`levels` and `proposed` are of this moment, the rest is of `worked_out`, at most `FRESH_SECONDS` before.

    `kept_today` is since midnight at the site, `kept_lately` of the last 30 days; `due` the next hours, this one first;
    `waits_today` since midnight, `waits_lately` of the last 7 days.
    """

    worked_out: datetime
    levels: tuple[TierLevel, ...]
    proposed: tuple[Problem, ...]
    kept_today: KeptRate
    kept_lately: KeptRate
    due: tuple[DueHour, ...]
    waits_today: tuple[WaitSpread, ...]
    waits_lately: tuple[WaitSpread, ...]
    sift: SiftRates


class FloorFigures(Protocol):
    """Where the wallboard's page gets them."""

    async def now(self) -> BoardFigures:
        """Raises what its sources raise when they cannot be read."""


class Proposals(Protocol):
    """What a rise in cases suggests, judged by a person; the promise book does this."""

    async def confirm_problem(self, problem_id: str, *, by: str, title: str = "") -> Problem:
        """It is a problem: open cases of its kind join it. Raises `Refused` unless it is proposed, `NotFound`."""

    async def dismiss_problem(self, problem_id: str, reason: str, *, by: str) -> Problem:
        """It is none. Raises `Refused` without a reason or unless it is proposed, `NotFound`."""
