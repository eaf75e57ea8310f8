"""What can be written into the ledger of a promise. Entries are facts: never changed, never removed.

`by` says who: an agent's id, `call:<id>` for something a caller said or did, or `hotline` for the program itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from callbacks.model import AttemptOutcome, PromiseKind
from config.urgency import Urgency

HOTLINE = "hotline"


class EntryKind(StrEnum):
    """The names under which entries are stored."""

    MADE = "made"
    FELL_DUE = "fell-due"
    OFFERED = "offered"
    OFFER_WITHDRAWN = "offer-withdrawn"
    STOOD_DOWN = "stood-down"
    ATTEMPT_STARTED = "attempt-started"
    ATTEMPT_ENDED = "attempt-ended"
    KEPT = "kept"
    CORRECTED = "corrected"
    RENEGOTIATED = "renegotiated"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    CLAIMED = "claimed"
    WINDOW_SET = "window-set"
    URGENCY_RAISED = "urgency-raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(_Entry):
    """The promise was given. `follows` is the promise it replaces after a renegotiation."""

    id: str
    reference: str
    promise_kind: PromiseKind
    contact: str
    case: str | None
    problem: str | None
    tier: str
    urgency: Urgency
    language: str
    queue: str
    skills: tuple[tuple[str, int], ...]
    opens: datetime | None
    due: datetime | None
    owner: str | None
    note: str
    follows: str | None
    kind: Literal[EntryKind.MADE] = EntryKind.MADE


@dataclass(frozen=True, slots=True, kw_only=True)
class FellDue(_Entry):
    """Its time came: it waits for an agent now."""

    kind: Literal[EntryKind.FELL_DUE] = EntryKind.FELL_DUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(_Entry):
    """It was put to an agent."""

    agent: str
    kind: Literal[EntryKind.OFFERED] = EntryKind.OFFERED


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(_Entry):
    """The agent declined, or did not answer in time."""

    kind: Literal[EntryKind.OFFER_WITHDRAWN] = EntryKind.OFFER_WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDown(_Entry):
    """The contact rang in, in call `call`: nobody dials them meanwhile."""

    call: str
    kind: Literal[EntryKind.STOOD_DOWN] = EntryKind.STOOD_DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(_Entry):
    """Written before anything is dialled. An attempt without an end is taken for lost at `lease_until`."""

    attempt: str
    agent: str
    lease_until: datetime
    kind: Literal[EntryKind.ATTEMPT_STARTED] = EntryKind.ATTEMPT_STARTED


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded(_Entry):
    """How the try ended. `not_before` is set when another one follows."""

    attempt: str
    outcome: AttemptOutcome
    not_before: datetime | None
    note: str
    kind: Literal[EntryKind.ATTEMPT_ENDED] = EntryKind.ATTEMPT_ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(_Entry):
    """Kept by our own attempt, or by a call in which the contact was served."""

    attempt: str | None
    call: str | None
    kind: Literal[EntryKind.KEPT] = EntryKind.KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(_Entry):
    """An agent says that the attempt that seemed to keep the promise did not reach the person."""

    attempt: str
    outcome: AttemptOutcome
    not_before: datetime | None
    kind: Literal[EntryKind.CORRECTED] = EntryKind.CORRECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Renegotiated(_Entry):
    """Another window was agreed on before this one was missed; `successor` is the promise that holds now."""

    successor: str
    opens: datetime
    due: datetime
    reason: str
    kind: Literal[EntryKind.RENEGOTIATED] = EntryKind.RENEGOTIATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(_Entry):
    """We did not do what we said."""

    reason: str
    kind: Literal[EntryKind.BROKEN] = EntryKind.BROKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(_Entry):
    """The contact no longer wants it, or it lost its object."""

    reason: str
    kind: Literal[EntryKind.WITHDRAWN] = EntryKind.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(_Entry):
    """An agent made it their own."""

    agent: str
    kind: Literal[EntryKind.CLAIMED] = EntryKind.CLAIMED


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSet(_Entry):
    """The problem is solved: a when-fixed promise got its window."""

    opens: datetime
    due: datetime
    kind: Literal[EntryKind.WINDOW_SET] = EntryKind.WINDOW_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRaised(_Entry):
    """The matter turned out to be graver than when the promise was made."""

    urgency: Urgency
    kind: Literal[EntryKind.URGENCY_RAISED] = EntryKind.URGENCY_RAISED


Entry = (
    Made
    | FellDue
    | Offered
    | OfferWithdrawn
    | StoodDown
    | AttemptStarted
    | AttemptEnded
    | Kept
    | Corrected
    | Renegotiated
    | Broken
    | Withdrawn
    | Claimed
    | WindowSet
    | UrgencyRaised
)
