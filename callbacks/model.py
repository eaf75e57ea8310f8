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


class CaseStep(StrEnum):
    """What has to happen to a case next, each with a time limit (lesson 9): intake -> classify -> hand-over ->
    feed-back -> done."""

    INTAKE = "intake"  # write down what the caller complains of
    CLASSIFY = "classify"  # say what it is and how urgent
    HAND_OVER = "hand-over"  # find the person who solves it
    FEED_BACK = "feed-back"  # solve it and tell the caller
    DONE = "done"


class Channel(StrEnum):
    """How a contact likes to be told (lesson 26)."""

    PHONE = "phone"
    MAIL = "mail"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who calls, known by telephone numbers in E.164.

    `number` is the one we dial first, empty when the caller withheld it; `other_numbers` are further ones. `mail` is
    an address, empty when none is known.
    """

    id: str
    number: str
    tier: str
    language: str | None = None
    name: str = ""
    do_not_call: bool = False
    notes: str = ""
    channel: Channel = Channel.PHONE
    mail: str = ""
    other_numbers: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number of the contact, the one we dial first before the others."""
        return ((self.number,) if self.number else ()) + self.other_numbers

    @property
    def can_be_rung(self) -> bool:
        """Whether there is a number to ring, and the contact allows it."""
        return bool(self.numbers) and not self.do_not_call


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint or request. `repeat`: the contact complained about the same matter before.

    `step` is what has to happen next, by `step_due` (None: no limit); `escalations` counts the steps that were missed.
    """

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
    step: CaseStep = CaseStep.INTAKE
    step_due: datetime | None = None
    escalations: int = 0


class ProblemState(StrEnum):
    """proposed -> open or dismissed; open -> solved."""

    PROPOSED = "proposed"
    OPEN = "open"
    SOLVED = "solved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class CaseException:
    """What was granted once in a case and is no rule, why, and by whom (lesson 22)."""

    case: str
    at: datetime
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault behind several cases (lesson 1). `workaround` is told to callers; `root_cause`, `correction` and
    `prevention` are empty until a person has stated them."""

    id: str
    title: str
    category: str
    opened_at: datetime
    product: str | None = None
    workaround: str = ""
    solved_at: datetime | None = None
    state: ProblemState = ProblemState.OPEN
    root_cause: str = ""
    correction: str = ""
    prevention: str = ""


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
