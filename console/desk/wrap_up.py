"""What an agent has to say before the wrap-up ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callbacks.model import AttemptOutcome, CaseStatus
from config.errors import Refused
from ivr.casedesk import CaseInHand
from ivr.desk import WorkView
from routing.work import WorkKind


class Solved(StrEnum):
    """What became of the matter."""

    YES = "yes"
    LATER = "later"  # we have promised what is still to be done
    NO = "no"


class Missing(StrEnum):
    """What is asked of the agent yet."""

    OUTCOME = "outcome"
    CATEGORY = "category"
    SOLVED = "solved"
    WHAT_HELPED = "what-helped"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class WrapUp:
    """As the agent filled it in; an empty category or product: not said, or not changed."""

    outcome: AttemptOutcome | None
    category: str
    product: str
    solved: Solved | None
    note: str


class Incomplete(Refused):
    """The wrap-up lacks something; `missing` says what."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(f"the wrap-up lacks: {', '.join(missing)}", remedy="fill it in, then finish")
        self.missing = missing


def missing(wrap_up: WrapUp, work: WorkView, case: CaseInHand | None) -> tuple[Missing, ...]:
    """How a callback went; what the case was about, unless somebody has said so before; what became of it, and what
    helped, as the next agent will look for it. What is solved later is promised: otherwise nobody would see to it."""
    found = []
    if work.kind is WorkKind.PROMISE and wrap_up.outcome is None:
        found.append(Missing.OUTCOME)
    if case is None or case.case.status is not CaseStatus.OPEN:
        return tuple(found)
    if not case.is_confirmed and not wrap_up.category:
        found.append(Missing.CATEGORY)
    if wrap_up.solved is None:
        found.append(Missing.SOLVED)
    if wrap_up.solved is Solved.YES and not wrap_up.note.strip():
        found.append(Missing.WHAT_HELPED)
    if wrap_up.solved is Solved.LATER and not case.promised:
        found.append(Missing.PROMISE)
    return tuple(found)
