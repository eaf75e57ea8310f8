"""How well cases are sifted (lesson 3): routine ones fast, hard and grave ones sifted out.

Too fine a sieve is slow, too coarse a one mis-sifts; both are measured by what people later correct. Whom it held back
wrongly comes again, angrier (lesson 4): `repeats.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Case
from callbacks.ports import CaseNote
from config.urgency import Urgency

#: A case with the lines of its history, oldest first.
History = tuple[Case, tuple[CaseNote, ...]]

_GRAVE = frozenset({Urgency.SAFETY, Urgency.LEGAL})
_CHANGE = re.compile(r"^(?P<before>\S+) to (?P<after>[^\s:]+)")
_URGENCY_NOTES = ("urgency-raised", "urgency-lowered")


@dataclass(frozen=True, slots=True)
class SiftRates:
    """Counts of cases: `sifted` were taken for grave (safety or law) when they were opened; `checked` had their
    category confirmed or corrected by a person, `corrected` of these got another; `missed` became grave only later;
    `needless` were sifted and lowered by a person."""

    cases: int
    sifted: int
    checked: int
    corrected: int
    missed: int
    needless: int

    @property
    def sift_rate(self) -> float | None:
        """Sifted, of all; None of none."""
        return self.sifted / self.cases if self.cases else None

    @property
    def mis_sift_rate(self) -> float | None:
        """Corrected, of those that a person checked; None if nobody checked any."""
        return self.corrected / self.checked if self.checked else None


def sift_rates(histories: Iterable[History]) -> SiftRates:
    """The rates of these cases."""
    cases = sifted = checked = corrected = missed = needless = 0
    for case, notes in histories:
        first = opened_as(case, notes)
        cases += 1
        sifted += first in _GRAVE
        checked += any(note.what == "classified" for note in notes)
        corrected += reclassified(notes) is not None
        missed += first not in _GRAVE and any(_change(n)[1] in _GRAVE for n in notes if n.what == "urgency-raised")
        needless += first in _GRAVE and any(_change(n)[1] not in _GRAVE for n in notes if n.what == "urgency-lowered")
    return SiftRates(cases, sifted, checked, corrected, missed, needless)


def opened_as(case: Case, notes: Sequence[CaseNote]) -> Urgency:
    """The urgency that the case was opened with."""
    changes = (_change(note)[0] for note in notes if note.what in _URGENCY_NOTES)
    return Urgency(next(changes, case.urgency))


def reclassified(notes: Sequence[CaseNote]) -> tuple[str, str] | None:
    """The category that the machine gave and the one that people gave last; None where they agree."""
    changes = [_change(note) for note in notes if note.what == "classified" and note.text]
    if not changes or changes[0][0] == changes[-1][1]:
        return None
    return changes[0][0], changes[-1][1]


def _change(note: CaseNote) -> tuple[str, str]:
    """`OLD to NEW`, as the book writes it. Raises `ValueError` for a note that is none."""
    found = _CHANGE.match(note.text)
    if found is None:
        raise ValueError(f"not a change: {note.text}")
    return found.group("before"), found.group("after")


class Sifting(Bookkeeping):
    """The part of the promise book about what people corrected."""

    async def case_histories(self, limit: int) -> tuple[History, ...]:
        """The newest cases with their histories, newest first."""
        async with self.store.reading() as reader:
            return tuple([(case, await reader.case_notes(case.id)) for case in await reader.cases(limit=limit)])
