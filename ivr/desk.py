"""What an agent's or a supervisor's screen may see and do: the port that the console is written against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, Case, CaseException, Problem, Promise, PromiseState
from config.urgency import Urgency
from ivr.messages import Answerer, Supervision
from routing.forecast_error import ForecastError
from routing.work import Mood, WorkKind


class Stage(StrEnum):
    """How far an agent's current work has come."""

    OFFERED = "offered"  # the agent's phone rings, or is about to
    PREVIEW = "preview"  # the agent reads; nothing rings before they say so
    RINGING = "ringing"  # the agent has said yes; their phone rings, or the contact's
    TALKING = "talking"
    WRAP_UP = "wrap-up"


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent and what they are doing. `state` is one of routing's agent states, `since` when it began; `desk` the
    address of the desk that shows what they have in hand, where that is another node's."""

    id: str
    name: str
    state: str
    reason: str
    since: datetime
    station: str
    skills: dict[str, int]
    languages: tuple[str, ...]
    desk: str = ""


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One thing the caller said. `confidence` is 0 to 1, for shading."""

    text: str
    confidence: float
    at: datetime


class Recording(StrEnum):
    """Whether what is said now is kept."""

    OFF = "off"
    ON = "on"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class WorkView:
    """The work an agent is offered or has: everything needed to greet the person without asking twice."""

    work: str
    kind: WorkKind
    stage: Stage
    since: datetime
    why: str  # the receipt in one line
    contact: str
    name: str
    number: str
    tier: str
    language: str
    category: str
    urgency: Urgency
    mood: Mood
    transcript: tuple[HeardLine, ...]
    owed: tuple[Promise, ...]
    history: tuple[Case, ...]
    case: Case | None
    promise: Promise | None
    recording: Recording = Recording.OFF
    on_hold: bool = False  # the other side hears music, the agent silence; nothing is recorded meanwhile
    answerer: Answerer | None = None  # who seems to have picked up our callback
    mood_told_by: str = ""  # how the voice differs from the caller's first seconds: dB, semitones (st), times as fast
    budget: float = 0.0  # seconds that a conversation of this queue is meant to take; the others wait (lesson 21)
    exceptions: tuple[CaseException, ...] = ()  # what the contact was granted once and is no rule (lesson 22)


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One piece of work in the queue."""

    work: str
    kind: WorkKind
    queue: str
    tier: str
    urgency: Urgency
    language: str
    since: datetime
    due: datetime | None
    score: float


@dataclass(frozen=True, slots=True)
class Wallboard:
    """What a supervisor looks at. `promises` counts by final or open state; its sum is the number `made`, as the ledger
    has it, while `identity_holds`: no promise is lost, and none counted twice.

    `answered_in_time` / `offered` is the service level with the T of each caller's tier; abandoned are counted too.
    `forecasts` says how good the wait was that callers were told of late.
    """

    at: datetime
    waiting: tuple[WaitingView, ...]
    agents: tuple[AgentView, ...]
    promises: dict[PromiseState, int]
    made: int
    identity_holds: bool
    offered: int
    answered: int
    answered_in_time: int
    abandoned: int
    problems: tuple[Problem, ...]
    forecasts: tuple[ForecastError, ...]


class Conversations(Protocol):
    """What may be done with a conversation that goes on. Every method raises `config.errors.NotFound` for an unknown
    agent and `config.errors.Refused`, with a message for people, when the agent talks with nobody."""

    async def pause_recording(self, agent: str, on: bool) -> None:
        """Keep what is said (card numbers) out of the recording from now on, or no longer."""

    async def hold(self, agent: str, on: bool) -> None:
        """Let the other side hear music, and the agent nothing, or let them talk again. What is said meanwhile is kept
        out of the recording; a supervisor who takes part goes on hearing both."""

    async def press(self, agent: str, digits: str) -> None:
        """Press keys of the telephone towards the other side, for the menus of others."""

    async def transfer(self, agent: str, target: str) -> None:
        """Hand the other side on to a number that the dial plan allows, or a SIP URI; the agent is free once that
        phone is picked up, and talks on if it is not."""

    async def supervise(self, agent: str, phone: str, mode: Supervision) -> None:
        """Ring the supervisor's phone and let it take part; again with another mode to change that. Returns when the
        phone was picked up. It is hung up when the conversation ends."""

    async def stop_supervising(self, phone: str) -> None:
        """Hang the supervisor's phone up; nothing if it takes part in nothing."""


class Desk(Protocol):
    """Every method raises `config.errors.NotFound` for unknown ids and `config.errors.Refused` when the state of
    things does not allow it, with a message for people."""

    def stops_at(self) -> datetime | None:
        """When the hotline ends the last calls, once it has been told to stop; from then on no work is begun."""

    async def agent(self, agent: str) -> AgentView:
        """The agent and their state."""

    async def sign_in(self, agent: str) -> None:
        """Begin a shift: paused until ready."""

    async def ready(self, agent: str) -> None:
        """Take work from now on."""

    async def pause(self, agent: str, reason: str) -> None:
        """Take no more work, for a reason."""

    async def sign_out(self, agent: str) -> None:
        """End the shift."""

    async def current(self, agent: str) -> WorkView | None:
        """The work offered to, or in the hands of, the agent."""

    async def accept(self, agent: str, work: str) -> None:
        """Take the call that rings: the agent's phone answers by itself. `Refused` where it cannot."""

    async def decline(self, agent: str, work: str) -> None:
        """Give an offer back; it returns to its old place."""

    async def dial(self, agent: str, work: str) -> None:
        """The agent has read what they are shown and is ready: their phone rings, then the contact's."""

    async def claim(self, agent: str, promise: str) -> None:
        """Take a promise of the team in hand now: the agent's phone rings, then the contact's."""

    async def hang_up(self, agent: str) -> None:
        """End the conversation."""

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """End the wrap-up. `outcome` corrects how a callback went (voicemail, wrong number); `solved` ends the case."""

    async def mine(self, agent: str) -> tuple[Promise, ...]:
        """Open promises the agent owns, by due time."""

    async def team(self, agent: str) -> tuple[Promise, ...]:
        """Open promises the agent's skills allow them to claim, by due time."""

    async def renegotiate(self, agent: str, promise: str, opens: datetime, due: datetime, reason: str) -> None:
        """Agree on another window, before the old one is missed."""

    async def wallboard(self) -> Wallboard:
        """The floor and the ledger at this moment."""

    async def open_cases(self, category: str | None = None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first, at most 200."""

    async def problems(self) -> tuple[Problem, ...]:
        """Problems not solved yet."""

    async def open_problem(
        self, title: str, category: str, product: str | None, workaround: str, *, by: str = HOTLINE
    ) -> Problem:
        """Declare a known root cause; open cases of the category (and product) are linked, and each contact is owed
        a call when it is fixed."""

    async def link_case(self, problem: str, case: str, *, by: str = HOTLINE) -> Promise:
        """One more case has this root cause, whatever its category; its contact is owed a call when it is fixed."""

    async def solve_problem(self, problem: str, *, by: str = HOTLINE) -> int:
        """The problem is solved: every linked promise falls due. The number of those."""
