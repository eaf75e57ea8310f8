"""The words of the promise book: contacts, cases, problems, promises, attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.urgency import Urgency


class Wish(StrEnum):
    """What the caller wants (lesson 13)."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    APOLOGY = "apology"
    INFORMATION = "information"
    AGENT = "agent"
    MANAGER = "manager"
    CALLBACK = "callback"
    NONE = "none"


class PromiseKind(StrEnum):
    """What was promised."""

    CALLBACK = "callback"
    WHEN_FIXED = "when-fixed"
    PROGRESS = "progress"
    FOLLOW_UP = "follow-up"


class PromiseState(StrEnum):
    """owed -> due -> offered -> dialling -> kept, owed again, renegotiated or broken; withdrawn from any open state."""

    OWED = "owed"
    DUE = "due"
    OFFERED = "offered"
    DIALLING = "dialling"
    KEPT = "kept"
    RENEGOTIATED = "renegotiated"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self in (PromiseState.OWED, PromiseState.DUE, PromiseState.OFFERED, PromiseState.DIALLING)


class AttemptOutcome(StrEnum):
    """How one outbound try ended, by what happened on the line."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong-number"
    AGENT_UNREACHABLE = "agent-unreachable"
    FAILED = "failed"
    STOOD_DOWN = "stood-down"  # the contact rang in first
    LOST = "lost"  # the process died; found when the lease ran out


class CaseStatus(StrEnum):
    """Where a case stands (lesson 9)."""

    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who calls, known by one number in E.164; the number is empty when the caller withheld it."""

    id: str
    number: str
    tier: str
    language: str | None = None
    name: str = ""
    do_not_call: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint or request. `repeat`: the contact complained about the same matter before."""

    id: str
    reference: str
    contact: str
    category: str
    urgency: Urgency
    wish: Wish
    language: str
    status: CaseStatus
    opened_at: datetime
    owner: str | None = None
    product: str | None = None
    problem: str | None = None
    summary: str = ""
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A known root cause behind several cases (lesson 1). `workaround` is told to callers."""

    id: str
    title: str
    category: str
    opened_at: datetime
    product: str | None = None
    workaround: str = ""
    solved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What we owe a contact: the fold of its ledger entries.

    `opens` and `due` bound the window; both are None for a when-fixed promise whose problem is not solved yet.
    `version` counts the entries; `attempts` the outbound tries so far; `lease_until` guards a running attempt.
    `attempt` is the running attempt, or the one that kept the promise; `agent` who it is offered to or dialled for.
    `follows` is the renegotiated promise that this one stands in for.
    """

    id: str
    reference: str
    kind: PromiseKind
    state: PromiseState
    contact: str
    case: str | None
    problem: str | None
    tier: str
    urgency: Urgency
    language: str
    queue: str
    skills: tuple[tuple[str, int], ...]
    made_at: datetime
    opens: datetime | None
    due: datetime | None
    owner: str | None
    attempts: int
    version: int
    not_before: datetime | None = None
    attempt: str | None = None
    lease_until: datetime | None = None
    note: str = ""
    agent: str | None = None
    follows: str | None = None
    closed_at: datetime | None = None
