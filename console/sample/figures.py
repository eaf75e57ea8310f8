"""The figures of a believable morning, for tests and pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from callbacks.calls.lookback import KeptRate
from callbacks.cases.sifting import SiftRates
from callbacks.due_hours import DueHour
from callbacks.model import Problem, ProblemState
from callbacks.wait_spread import WaitSpread
from config.errors import NotFound, Refused
from console.supervision.figures import BoardFigures, TierLevel


def sample_figures(now: datetime) -> BoardFigures:
    """What goes with `console.sample.morning`."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    ahead = ((2, 5.0), (6, 10.0), (11, 10.0), (9, 8.0), (7, 10.0), (4, 10.0), (8, 10.0), (3, 7.5), (1, 5.0), (0, 2.5))
    return BoardFigures(
        worked_out=now,
        levels=(TierLevel("vip", 20, 38, 37, 35, 1), TierLevel("standard", 60, 104, 94, 83, 7)),
        proposed=(
            Problem("p-drum", "hardware / X1: 9 > 2.1 (3 h)", "hardware", now - timedelta(minutes=40), "X1",
                    state=ProblemState.PROPOSED),
        ),
        kept_today=KeptRate(61, 2),
        kept_lately=KeptRate(1874, 31),
        due=tuple(DueHour(hour + timedelta(hours=n), due, free, n == 2) for n, (due, free) in enumerate(ahead)),
        waits_today=_spreads(((8, 1.0), (9, 1.6), (10, 2.4), (11, 1.7))),
        waits_lately=_spreads(tuple((n, 1 + (n - 8) % 5 * 0.4) for n in range(8, 20))),
        sift=SiftRates(812, 64, 540, 47, 5, 11),
    )  # fmt: skip


def _spreads(hours: tuple[tuple[int, float], ...]) -> tuple[WaitSpread, ...]:
    return tuple(
        WaitSpread(hour, tier, calls, 4 * by, 9 * by, 16 * by, 30 * by, 55 * by)
        for hour, busy in hours
        for tier, calls, by in (("standard", 26, busy * 1.5), ("vip", 9, busy * 0.5))
    )


class SampleFigures:
    """`FloorFigures` and `Proposals` that stand still, but for proposals that are judged."""

    def __init__(self, figures: BoardFigures) -> None:
        self.figures = figures
        self.judged: list[tuple[str, str, str]] = []  # the problem, by whom, and the title or the reason

    async def now(self) -> BoardFigures:
        """See `FloorFigures`."""
        return self.figures

    async def confirm_problem(self, problem_id: str, *, by: str, title: str = "") -> Problem:
        """See `Proposals`."""
        found = self._take(problem_id, by, title)
        return replace(found, state=ProblemState.OPEN, title=title or found.title)

    async def dismiss_problem(self, problem_id: str, reason: str, *, by: str) -> Problem:
        """See `Proposals`."""
        if not reason.strip():
            raise Refused("a proposal is dismissed with a reason", where=f"problem {problem_id}")
        return replace(self._take(problem_id, by, reason), state=ProblemState.DISMISSED)

    def _take(self, problem: str, by: str, text: str) -> Problem:
        found = next((each for each in self.figures.proposed if each.id == problem), None)
        if found is None:
            raise NotFound("there is no such problem", where=f"problem {problem}")
        left = tuple(each for each in self.figures.proposed if each.id != problem)
        self.figures = replace(self.figures, proposed=left)
        self.judged.append((problem, by, text))
        return found
