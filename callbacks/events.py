"""What the promise book tells: no telephone number, no word of a transcript. The subject is the promise's, case's,
problem's or call's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from callbacks import entries
from callbacks.entries import Entry
from callbacks.model import Promise
from config.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _PromiseEvent(Event):
    noun: ClassVar[str] = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(_PromiseEvent):
    """We owe something now."""

    verb: ClassVar[str] = "made"
    kind: str
    contact: str
    tier: str
    urgency: str
    queue: str
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFellDue(_PromiseEvent):
    """It waits for an agent."""

    verb: ClassVar[str] = "fell-due"
    queue: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOffered(_PromiseEvent):
    """It was put to an agent."""

    verb: ClassVar[str] = "offered"
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseStoodDown(_PromiseEvent):
    """Its contact is on the line: whoever holds it as work must let it go."""

    verb: ClassVar[str] = "stood-down"
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(_PromiseEvent):
    """Phones are about to ring."""

    verb: ClassVar[str] = "attempt-started"
    attempt: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded(_PromiseEvent):
    """The try came to an end. `not_before`: when the next one may follow."""

    verb: ClassVar[str] = "attempt-ended"
    attempt: str
    outcome: str
    not_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(_PromiseEvent):
    """We did what we said, `by` our own attempt or in the contact's call."""

    verb: ClassVar[str] = "kept"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseReopened(_PromiseEvent):
    """It was taken for kept and was not."""

    verb: ClassVar[str] = "reopened"
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRenegotiated(_PromiseEvent):
    """Another promise stands in for it."""

    verb: ClassVar[str] = "renegotiated"
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(_PromiseEvent):
    """We did not do what we said."""

    verb: ClassVar[str] = "broken"
    contact: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWithdrawn(_PromiseEvent):
    """It is no longer wanted."""

    verb: ClassVar[str] = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A complaint or request was taken in."""

    noun: ClassVar[str] = "case"
    verb: ClassVar[str] = "opened"
    category: str
    urgency: str
    repeat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSolved(Event):
    """The case is solved, says `by`."""

    noun: ClassVar[str] = "case"
    verb: ClassVar[str] = "solved"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(Event):
    """A step of the case was not done in time, for the `times`th time in this case; `owner` answers for it."""

    noun: ClassVar[str] = "case"
    verb: ClassVar[str] = "escalated"
    step: str
    owner: str | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionMade(Event):
    """Something was granted once that is no rule, by `by`."""

    noun: ClassVar[str] = "case"
    verb: ClassVar[str] = "exception-made"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """The case was taken for solved and is not, says `by`."""

    noun: ClassVar[str] = "case"
    verb: ClassVar[str] = "reopened"
    by: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOpened(Event):
    """A known root cause was declared, `cases` cases were linked to it."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "opened"
    category: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemProposed(Event):
    """More cases of a kind than expected: an admin should look, `cases` came where `expected` were usual."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "proposed"
    category: str
    product: str | None
    cases: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDismissed(Event):
    """The proposed problem is none, says `by`."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "dismissed"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSolved(Event):
    """The problem is solved; so many promises got their window."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "solved"
    promises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Event):
    """A call is over and its record is complete. Times are seconds; `wait` is None for one that nobody took."""

    noun: ClassVar[str] = "call"
    verb: ClassVar[str] = "ended"
    queue: str | None
    agent: str | None
    category: str | None
    ended_by: str
    wait: float | None
    duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTransferred(Event):
    """The agent has handed the other side on to somebody else. The subject is that of the floor's events: the call's
    id, or the promise's."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "transferred"
    agent: str


def event_of(promise: Promise, entry: Entry) -> Event | None:
    """The event that tells of the entry; `promise` is as the entry left it. Some entries are our own affair."""
    name, at = promise.id, entry.at
    match entry:
        case entries.Made():
            return PromiseMade(
                subject=name,
                at=at,
                kind=promise.kind,
                contact=promise.contact,
                tier=promise.tier,
                urgency=promise.urgency,
                queue=promise.queue,
                due=promise.due,
            )
        case entries.FellDue():
            return PromiseFellDue(subject=name, at=at, queue=promise.queue, urgency=promise.urgency)
        case entries.Offered():
            return PromiseOffered(subject=name, at=at, agent=entry.agent)
        case entries.StoodDown():
            return PromiseStoodDown(subject=name, at=at, call=entry.call)
        case entries.AttemptStarted():
            return AttemptStarted(subject=name, at=at, attempt=entry.attempt, agent=entry.agent)
        case entries.AttemptEnded():
            return AttemptEnded(
                subject=name, at=at, attempt=entry.attempt, outcome=entry.outcome, not_before=entry.not_before
            )
        case entries.Kept():
            return PromiseKept(subject=name, at=at, by=entry.by)
        case entries.Corrected():
            return PromiseReopened(subject=name, at=at, outcome=entry.outcome)
        case entries.Renegotiated():
            return PromiseRenegotiated(subject=name, at=at, successor=entry.successor)
        case entries.Broken():
            return PromiseBroken(subject=name, at=at, contact=promise.contact, reason=entry.reason)
        case entries.Withdrawn():
            return PromiseWithdrawn(subject=name, at=at)
        case _:
            return None
