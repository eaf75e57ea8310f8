"""What can happen to a call, as the call flow sees it. All in the past tense, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.model import Promise, PromiseKind
from callbacks.status.standing import Stage
from config.urgency import Urgency
from ivr.understanding.understanding import Understanding
from routing.work import Mood


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise still open to the caller, as it is told to them."""

    promise: str
    reference: str
    kind: PromiseKind
    queue: str
    skills: tuple[tuple[str, int], ...]
    urgency: Urgency
    opens: datetime | None

    @classmethod
    def of(cls, promise: Promise) -> Owed:
        """What the caller is told of the promise."""
        return cls(
            promise.id,
            promise.reference,
            promise.kind,
            promise.queue,
            promise.skills,
            promise.urgency,
            promise.opens,
        )


@dataclass(frozen=True, slots=True)
class CallArrived:
    """Someone rings. `language` is None when neither the number nor the contact tells it; who withholds their number
    cannot be called back."""

    call: str
    contact: str
    tier: str
    language: str | None
    owed: tuple[Owed, ...] = ()
    can_be_called: bool = True


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The line is open in both directions."""


@dataclass(frozen=True, slots=True)
class PromptFinished:
    """The caller has heard the prompt of this turn to its end."""

    turn: int


@dataclass(frozen=True, slots=True)
class CallerBegan:
    """The caller started to speak."""

    turn: int


@dataclass(frozen=True, slots=True)
class CallerSpoke:
    """An utterance was heard; `understanding` is its reading in the caller's language, `why` the reason that the
    hearing of `heard_by` stands, `voice` what the mood was told by (`ivr.speech.mood.Change`)."""

    turn: int
    text: str
    confidence: float
    heard_by: str
    mood: Mood
    understanding: Understanding
    why: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class CallerSilent:
    """Nothing was said in time."""

    turn: int


@dataclass(frozen=True, slots=True)
class SpeechUnavailable:
    """The ears cannot hear now; only keys are left."""

    turn: int


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key was pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer of this turn ran out."""

    turn: int


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The case is committed. `repeat`: the same contact complained about the same matter before."""

    case: str
    reference: str
    urgency: Urgency
    repeat: bool


@dataclass(frozen=True, slots=True)
class OpenCaseFound:
    """The caller's newest case that is not solved, or None."""

    case: str | None
    category: str = ""
    urgency: Urgency = Urgency.INFO


@dataclass(frozen=True, slots=True)
class ProblemLookedUp:
    """The known problem behind the case, or None, and what callers can do meanwhile, as people have written it."""

    problem: str | None
    workaround: str = ""


@dataclass(frozen=True, slots=True)
class TroubleFound:
    """The category of the newest known problem, or None."""

    category: str | None


@dataclass(frozen=True, slots=True)
class WaitEstimated:
    """The expected wait in seconds (None: nobody who could serve is there), whether the queue is open, and the window
    that the floor can keep for a callback."""

    seconds: float | None
    is_open: bool
    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class WindowFound:
    """The first window from the wanted moment on that the floor can keep."""

    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """The promise is committed; only now may it be spoken."""

    promise: str
    reference: str
    kind: PromiseKind
    opens: datetime | None


@dataclass(frozen=True, slots=True)
class StatusFound:
    """Where the matter stands (None: a reference that was never given). Only for the contact: when we call, under
    which reference, and the promise to do so."""

    reference: str
    stage: Stage | None
    opens: datetime | None = None
    promise: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpAnswered:
    """The answer is committed; the case is open again after a *no*."""

    case: str
    category: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Renegotiated:
    """Another window holds; `promise` is the one that is owed now."""

    promise: str
    opens: datetime


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """An agent took the call. `leg` is the agent's, to be bridged; None when the caller is to be referred."""

    agent: str
    leg: str | None


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The agent's side of the conversation is over; the caller is still on the line. `granted`: the agent has granted
    something in it that is no rule."""

    granted: bool = False


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """The caller could not be referred to the agent, and is still on our line."""


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """Something asked for could not be done; the fault is in the log."""


@dataclass(frozen=True, slots=True)
class HotlineStops:
    """The hotline is about to end, and can wait for this call no longer: time to say goodbye."""


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The call has lasted too long, or another call of the same caller waits in its place."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


Event = (
    CallArrived
    | CallAnswered
    | PromptFinished
    | CallerBegan
    | CallerSpoke
    | CallerSilent
    | SpeechUnavailable
    | DigitPressed
    | TimerFired
    | CaseOpened
    | OpenCaseFound
    | ProblemLookedUp
    | TroubleFound
    | WaitEstimated
    | WindowFound
    | PromiseMade
    | StatusFound
    | FollowUpAnswered
    | Renegotiated
    | AgentAnswered
    | AgentLeft
    | TransferFailed
    | ServiceFailed
    | HotlineStops
    | Dismissed
    | HungUp
)
