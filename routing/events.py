"""What the floor tells the world: nouns `work` and `agent`. Never a phone number, never what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from config.events import Event
from routing.outcomes import (
    AgentChanged,
    OfferEnded,
    OfferMade,
    Outcome,
    WorkGone,
    WorkQueued,
    WorkReturned,
    WorkStarted,
)
from routing.receipts import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEnqueued(Event):
    """A caller or a due promise waits. The subject of every `work` event is the call's or the promise's id."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "enqueued"
    kind: str
    queue: str
    language: str
    tier: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOffered(Event):
    """The work was put to an agent; `why` is the receipt in one line, `waited` seconds."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "offered"
    agent: str
    score: float
    waited: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEndedUntaken(Event):
    """The offer came to nothing."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "offer-ended"
    agent: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRequeued(Event):
    """The work waits again, at its old place."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "requeued"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTaken(Event):
    """An agent has it; `waited` is the seconds since it was queued."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "taken"
    agent: str
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLeftFloor(Event):
    """It is over: by conversation with `agent` (`why` is empty), or before (`agent` may be empty)."""

    noun: ClassVar[str] = "work"
    verb: ClassVar[str] = "left"
    agent: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged(Event):
    """The subject is the agent's name in the hotline file."""

    noun: ClassVar[str] = "agent"
    verb: ClassVar[str] = "state-changed"
    state: str
    reason: str


def told_by(outcome: Outcome, at: datetime) -> Event:
    """The event that tells of an outcome."""
    match outcome:
        case WorkQueued(work):
            return WorkEnqueued(
                subject=work.id,
                at=at,
                kind=work.kind,
                queue=work.needs.queue,
                language=work.needs.language,
                tier=work.tier,
                urgency=work.urgency,
            )
        case OfferMade(work, agent, receipt):
            return WorkOffered(
                subject=work.id, at=at, agent=agent, score=receipt.score, waited=receipt.waited, why=explain(receipt)
            )
        case OfferEnded(work_id, agent, why):
            return OfferEndedUntaken(subject=work_id, at=at, agent=agent, why=why)
        case WorkReturned(work_id):
            return WorkRequeued(subject=work_id, at=at)
        case WorkStarted(work, agent):
            return WorkTaken(subject=work.id, at=at, agent=agent, waited=(at - work.since).total_seconds())
        case WorkGone(work, agent, reason):
            return WorkLeftFloor(subject=work.id, at=at, agent=agent or "", why=reason or "")
        case AgentChanged(agent, state, reason):
            return AgentStateChanged(subject=agent, at=at, state=state, reason=reason)
