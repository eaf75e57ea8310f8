"""What the promise book takes from the hotline file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from callbacks.aftercare.rules import Aftercare
from callbacks.cases.steps import StepRules
from callbacks.model import Promise
from callbacks.problems.pacing import AtCapacity, Pace
from callbacks.retry import RetryRules
from config.hotline_file import HotlineFile, ManagerLine, Problems
from config.urgency import Urgency
from routing.work import Needs


@dataclass(frozen=True, slots=True)
class BookRules:
    """`country` reads national numbers; `tiers` maps a tier to its priority rate, greater is served first;
    `categories` says which queue and skills a matter takes, `urgencies` how urgent it is at least; `pace` gives windows
    to those who are owed a call at once."""

    retry: RetryRules
    country: str
    tiers: Mapping[str, float]
    categories: Mapping[str, tuple[str, tuple[tuple[str, int], ...]]]
    pace: Pace
    urgencies: Mapping[str, Urgency] = field(default_factory=dict)
    steps: StepRules = field(default_factory=StepRules)
    aftercare: Aftercare = field(default_factory=Aftercare)
    manager_line: ManagerLine | None = None
    problems: Problems = field(default_factory=Problems)

    @classmethod
    def of(cls, file: HotlineFile) -> BookRules:
        """The rules of a published hotline file."""
        return cls(
            retry=RetryRules(file.callbacks, ZoneInfo(file.hotline.zone)),
            country=file.hotline.country,
            tiers={name: tier.priority_rate for name, tier in file.tiers.items()},
            categories={
                name: (category.queue, tuple(sorted(category.skills.items())))
                for name, category in file.categories.items()
            },
            pace=AtCapacity(file),
            urgencies={name: category.urgency for name, category in file.categories.items()},
            steps=StepRules.of(file),
            aftercare=Aftercare.of(file),
            manager_line=file.manager_line,
            problems=file.problems,
        )

    def needs_of(self, category: str, language: str) -> Needs:
        """What a matter of this category takes; a category that is gone from the file keeps its own name as queue."""
        queue, skills = self.categories.get(category, (category, ()))
        return Needs(queue=queue, language=language, skills=skills)

    def in_order(self, promises: list[Promise]) -> tuple[Promise, ...]:
        """By urgency, then tier, then age: who is rung first (lesson 1)."""
        return tuple(sorted(promises, key=lambda p: (-p.urgency.rank, -self.tiers.get(p.tier, 0.0), p.made_at, p.id)))
