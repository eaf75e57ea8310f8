"""What the call flow may ask for. All in the imperative, all frozen; carried out by `ivr.session`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.model import PromiseKind, Wish
from config.urgency import Urgency
from ivr.messages import Expecting
from prompts.phrase import Phrase
from routing.work import Mood, Needs


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak the phrases one after another in `language`; ends with `PromptFinished`."""

    turn: int
    phrases: tuple[Phrase, ...]
    language: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class PlayHoldMusic:
    """Music until the next `Say` or `StopPrompt`."""


@dataclass(frozen=True, slots=True)
class StopPrompt:
    """Fall silent at once."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear one utterance; silence counts from now. Ends with one of the `Caller…` events of this turn.

    `after_prompt` is False while the prompt is still playing: then silence is not counted yet.
    """

    turn: int
    language: str
    expecting: Expecting
    after_prompt: bool


@dataclass(frozen=True, slots=True)
class StopListening:
    """The utterance is no longer wanted."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire `TimerFired(turn)` after `seconds`."""

    turn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Write the case down; ends with `CaseOpened`."""

    category: str
    urgency: Urgency
    wish: Wish
    language: str
    summary: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class LookUpOpenCase:
    """Has the caller a case that is not solved? Ends with `OpenCaseFound`."""


@dataclass(frozen=True, slots=True)
class ComplainAgain:
    """The call is about this case of the caller's once more; ends with `CaseOpened`."""

    case: str


@dataclass(frozen=True, slots=True)
class LookUpProblem:
    """Is a known problem behind this category, or product? Ends with `ProblemLookedUp`."""

    category: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class LookUpTrouble:
    """What do many others call about? Ends with `TroubleFound`."""


@dataclass(frozen=True, slots=True)
class EstimateWait:
    """How long would the caller wait, and which callback window can be kept? Ends with `WaitEstimated`."""

    needs: Needs
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class FindWindow:
    """Which callback window from `wanted` on (None: the first of all) can be kept? Ends with `WindowFound`."""

    needs: Needs
    wanted: datetime | None


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Let the caller wait for an agent; ends with `AgentAnswered`, or the caller leaves. `about` is a promise that the
    caller wants served now."""

    needs: Needs
    urgency: Urgency
    repeat: bool
    mood: Mood
    about: str | None


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Wait no longer; the caller stays on the line."""


@dataclass(frozen=True, slots=True)
class MakePromise:
    """Promise something; ends with `PromiseMade` once it is committed."""

    kind: PromiseKind
    needs: Needs
    urgency: Urgency
    opens: datetime | None
    due: datetime | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Bridge:
    """Let caller and agent talk (we relay the media)."""

    agent: str
    leg: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Let the caller's own side call the agent's station (the PBX takes the media)."""

    agent: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Save the caller's rating, 1 to 5."""

    rating: int


@dataclass(frozen=True, slots=True)
class LookUpStatus:
    """Where does the matter of this reference stand? Ends with `StatusFound`."""

    reference: str


@dataclass(frozen=True, slots=True)
class AnswerFollowUp:
    """Save what the contact answered; ends with `FollowUpAnswered`. `promise` is the follow-up; `rating` is 1 to 5, or
    None where it was not given, or not yet."""

    promise: str
    solved: bool
    rating: int | None


@dataclass(frozen=True, slots=True)
class Renegotiate:
    """The contact agrees to another window for the promise; ends with `Renegotiated`."""

    promise: str
    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Effect = (
    Answer
    | Say
    | PlayHoldMusic
    | StopPrompt
    | Listen
    | StopListening
    | SetTimer
    | OpenCase
    | LookUpOpenCase
    | ComplainAgain
    | LookUpProblem
    | LookUpTrouble
    | EstimateWait
    | FindWindow
    | Enqueue
    | LeaveQueue
    | MakePromise
    | Bridge
    | Refer
    | Rate
    | LookUpStatus
    | AnswerFollowUp
    | Renegotiate
    | HangUp
)
