"""What may be asked of a promise. `callbacks.ledger.decide` answers with entries, or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, PromiseKind
from callbacks.retry import RetryRules
from config.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """Give a promise. `opens` and `due` may be missing only when it waits for a problem to be solved."""

    id: str
    reference: str
    kind: PromiseKind
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
    owner: str | None = None
    note: str = ""
    follows: str | None = None
    by: str = HOTLINE


@dataclass(frozen=True, slots=True)
class FallDue:
    """Its time has come."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Put it to an agent."""

    agent: str


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """Take the offer back; the promise stays due."""

    by: str = HOTLINE


@dataclass(frozen=True, slots=True)
class StandDown:
    """The contact is on the line, in call `call`."""

    call: str


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """Begin to dial. `attempt` is a new id; the lease covers both phones' ringing."""

    attempt: str
    agent: str
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class OtherWindow:
    """When the contact is called instead; `successor` is the id of the promise that will hold it."""

    successor: str
    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class EndAttempt:
    """The try is over. `LOST` is accepted only once the lease has run out, or when `legs_are_over`: the telephones say
    that nothing it has dialled is up any more. Where the rules leave no further try, the promise is renegotiated into
    `instead`, and broken when there is none."""

    attempt: str
    outcome: AttemptOutcome
    rules: RetryRules
    note: str = ""
    by: str = HOTLINE
    legs_are_over: bool = False
    instead: OtherWindow | None = None


@dataclass(frozen=True, slots=True)
class Correct:
    """The kept promise was not: it was a voicemail, a wrong number. Only shortly after it was kept."""

    outcome: AttemptOutcome
    rules: RetryRules
    by: str


@dataclass(frozen=True, slots=True)
class KeepByCall:
    """The contact rang in and was served."""

    call: str


@dataclass(frozen=True, slots=True)
class Renegotiate:
    """Agree on another window; `successor` is the id of the promise that will hold it."""

    successor: str
    opens: datetime
    due: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Break:
    """Admit that it was not kept."""

    reason: str
    by: str = HOTLINE


@dataclass(frozen=True, slots=True)
class Withdraw:
    """It is no longer wanted."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent makes it their own, or is given it by somebody else."""

    agent: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class SetWindow:
    """The problem is solved: say from when to when the contact will be rung."""

    opens: datetime
    due: datetime
    by: str = HOTLINE


@dataclass(frozen=True, slots=True)
class RaiseUrgency:
    """The matter is graver than thought. A lesser urgency changes nothing."""

    urgency: Urgency
    by: str = HOTLINE


Command = (
    Make
    | FallDue
    | Offer
    | WithdrawOffer
    | StandDown
    | StartAttempt
    | EndAttempt
    | Correct
    | KeepByCall
    | Renegotiate
    | Break
    | Withdraw
    | Claim
    | SetWindow
    | RaiseUrgency
)
