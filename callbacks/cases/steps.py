"""The steps of a case and their time limits (lesson 9): each has somebody responsible and a time to be done by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from callbacks.model import Case, CaseStatus, CaseStep
from callbacks.ports import CaseNote
from config.hotline_file import HotlineFile, StepName

Limits = Mapping[CaseStep, float]  # seconds

_ORDER = tuple(CaseStep)
#: What people do about a step: whoever is asked afterwards is asked for the first time.
_TAKEN_ON = frozenset({"opened", "classified", "owned", "reopened"})
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(hours=1), timedelta(days=1)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class StepRules:
    """What the hotline file says about cases.

    `limits` count where neither the case's category nor its contact's tier has a limit of its own for the step; where
    both have one, the shorter counts. `responsible` names who answers for a step of a case that nobody owns.
    """

    limits: Limits = field(default_factory=dict)
    of_category: Mapping[str, Limits] = field(default_factory=dict)
    of_tier: Mapping[str, Limits] = field(default_factory=dict)
    responsible: Mapping[CaseStep, str] = field(default_factory=dict)
    repeat_within: timedelta = timedelta(days=30)

    @classmethod
    def of(cls, file: HotlineFile) -> StepRules:
        """The rules of a published hotline file."""
        return cls(
            limits=_by_step(file.cases.steps),
            of_category={name: _by_step(category.steps) for name, category in file.categories.items()},
            of_tier={name: _by_step(tier.steps) for name, tier in file.tiers.items()},
            responsible=_by_step(file.cases.responsible),
            repeat_within=timedelta(seconds=file.cases.repeat_within),
        )

    def due(self, step: CaseStep, category: str, tier: str, now: datetime) -> datetime | None:
        """When a step that begins now must be done; None where it has no limit."""
        own = [
            limits[step]
            for limits in (self.of_category.get(category), self.of_tier.get(tier))
            if limits and step in limits
        ]
        seconds = min(own) if own else self.limits.get(step)
        return None if seconds is None or step is CaseStep.DONE else now + timedelta(seconds=seconds)

    def is_repeat(self, earlier: Case, product: str | None, now: datetime) -> bool:
        """Whether a complaint about `product` now repeats the earlier case of the same contact and category (lesson 4),
        even when that one was solved. A product that was not named could be any."""
        same = earlier.product is None or product is None or earlier.product == product
        return same and (earlier.status is CaseStatus.OPEN or now - earlier.opened_at <= self.repeat_within)


def _by_step(given: Mapping[StepName, _Value]) -> dict[CaseStep, _Value]:
    return {CaseStep(name): value for name, value in given.items()}


def comes_after(step: CaseStep, other: CaseStep) -> bool:
    """Whether `step` is done later than `other`."""
    return _ORDER.index(step) > _ORDER.index(other)


def escalated_before(history: Sequence[CaseNote]) -> int:
    """How often a case with this history, oldest first, has escalated since somebody last did something about it."""
    times = 0
    for note in history:
        times = 0 if note.what in _TAKEN_ON else times + (note.what == "escalated")
    return times


def pause_after(before: int) -> timedelta:
    """How long to wait after an escalation, with so many before it: 1 h, 2 h, 4 h, ... and a day at the most."""
    doublings = min(before, _LONGEST_PAUSE // _FIRST_PAUSE)  # more would be cut off
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def next_owner(owner: str | None, ladder: Sequence[str], before: int) -> str | None:
    """Who has a late case after an escalation, with so many before it: at first its owner; after that the next one up
    the ladder, whose last one keeps it. One who is not on the ladder is below it."""
    if owner is not None and before == 0:
        return owner
    above = ladder[ladder.index(owner) + 1 :] if owner in ladder else ladder
    return above[0] if above else owner
