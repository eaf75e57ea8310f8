"""The pages of the promise book in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from callbacks.entries import Entry
from callbacks.model import Case, CaseException, Contact, Problem, Promise
from callbacks.ports import CaseNote, ProblemNote
from callbacks.privacy.personal import Look
from callbacks.store.memory_aftercare import AftercarePages


@dataclass(slots=True)
class PersonalPages:
    """What only matters to people's privacy: when each contact last rang, and who looked at what."""

    seen: dict[str, datetime] = field(default_factory=dict)
    looks: tuple[Look, ...] = ()

    def copy(self) -> PersonalPages:
        """A copy that can be changed or thrown away."""
        return PersonalPages(dict(self.seen), self.looks)


@dataclass(slots=True)
class Pages:
    """Everything that the book in memory holds, by id."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    notes: tuple[CaseNote, ...] = ()
    exceptions: tuple[CaseException, ...] = ()
    problem_notes: tuple[ProblemNote, ...] = ()
    calls: dict[tuple[str, str], datetime] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    holds: dict[tuple[str, str], datetime] = field(default_factory=dict)
    aftercare: AftercarePages = field(default_factory=AftercarePages)
    personal: PersonalPages = field(default_factory=PersonalPages)

    def copy(self) -> Pages:
        """A copy that can be changed or thrown away; the values themselves never change."""
        return replace(
            self,
            contacts=dict(self.contacts),
            cases=dict(self.cases),
            calls=dict(self.calls),
            problems=dict(self.problems),
            promises=dict(self.promises),
            entries=dict(self.entries),
            holds=dict(self.holds),
            aftercare=self.aftercare.copy(),
            personal=self.personal.copy(),
        )
