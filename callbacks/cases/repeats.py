"""How many cases come back, and how many are not done in time, category by category (lesson 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from callbacks.model import Case


@dataclass(frozen=True, slots=True)
class RepeatRates:
    """Counts of the cases of one category: `opened` are all of them, `repeated` those whose contact complained of the
    same matter before, or again, `escalated` those with at least one step that was not done in time."""

    category: str
    opened: int
    repeated: int
    escalated: int

    @property
    def repeat_rate(self) -> float:
        """Repeated, of all: from 0 to 1."""
        return self.repeated / self.opened

    @property
    def escalation_rate(self) -> float:
        """Escalated, of all: from 0 to 1."""
        return self.escalated / self.opened


def repeat_rates(cases: Iterable[Case]) -> tuple[RepeatRates, ...]:
    """The rates of every category that these cases have, by name."""
    opened, repeated, escalated = Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        opened[case.category] += 1
        repeated[case.category] += case.repeat
        escalated[case.category] += case.escalations > 0
    return tuple(RepeatRates(name, opened[name], repeated[name], escalated[name]) for name in sorted(opened))
