"""Practice: simulated calls on the real desk, for people who are new. What it needs, and what is said of it at the end.

Nothing of it counts: a run has a book, a floor and a desk of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from callbacks.model import AttemptOutcome
from config.clock import Clock
from config.errors import Refused
from config.events import Events
from config.urgency import Urgency
from console.errors import Forbidden
from console.identity.users import User
from ivr.casedesk import CaseDesk
from ivr.desk import Conversations, Desk


class PhoneState(StrEnum):
    """What the trainee's telephone is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"


class Voice(StrEnum):
    """Whose words they are."""

    CALLER = "caller"
    AGENT = "agent"
    HOTLINE = "hotline"  # what only the agent hears, before they are connected


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """Something said on the telephone. `sound` names its recording ("en/smoke.opus"); empty where there is none."""

    voice: Voice
    text: str
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One exercise. `sounds`: how many of its sentences were recorded."""

    id: str
    language: str
    is_callback: bool
    turns: int
    sounds: int


class Verdict(StrEnum):
    """How something went."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"  # there was nothing to judge


class PromiseWanted(StrEnum):
    """What a scenario asks of promises."""

    NEEDED = "needed"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What handling a scenario well means. `urgency`: at least so grave, None where any is right; `outcome`: how the
    callback is to be said to have gone."""

    urgency: Urgency | None = None
    promise: PromiseWanted = PromiseWanted.POSSIBLE
    outcome: AttemptOutcome | None = None


@dataclass(frozen=True, slots=True)
class MadePromise:
    """A promise that the trainee made. `can_be_kept`: its window is inside the tier's deadline and in nobody's night;
    `is_owned`: somebody stands for it by name."""

    can_be_kept: bool
    is_owned: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened. `talked` and `budget` are seconds, `talked` None where nobody talked; `urgency` that of the case
    at the end, None without a case; `is_solved`: the case, as the trainee says; `outcome` as they corrected it."""

    talked: float | None
    budget: float
    urgency: Urgency | None
    noted: bool
    is_solved: bool
    outcome: AttemptOutcome | None
    promises: tuple[MadePromise, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said about a run: `subject` is budget, urgency, outcome, promise or note; `why` tells which of its
    sentences."""

    subject: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The telephone and where the exercise stands."""

    scenario: Scenario
    state: PhoneState
    lines: tuple[PhoneLine, ...]
    has_more: bool  # the caller has something to say yet
    is_over: bool
    remarks: tuple[Remark, ...]
    talked: float | None
    budget: float


class Run(Protocol):
    """One trainee's exercise, while it lasts and until it is closed."""

    @property
    def agent(self) -> str:
        """The agent that the trainee is."""

    @property
    def desk(self) -> Desk:
        """The run's own."""

    @property
    def conversations(self) -> Conversations:
        """The run's own."""

    @property
    def cases(self) -> CaseDesk:
        """The run's own."""

    @property
    def events(self) -> Events:
        """The run's own."""

    @property
    def clock(self) -> Clock:
        """Of the run: an exercise begins in the morning."""

    def view(self) -> PhoneView:
        """What is so now."""

    def pick_up(self) -> None:
        """The trainee's phone is picked up. Raises `Refused` when it does not ring."""

    def say(self, text: str) -> None:
        """The trainee says something; the caller answers. Raises `Refused` when nobody is on the line."""

    async def finish(self) -> None:
        """It is over now, however far it came."""


class Practice(Protocol):
    """Runs, one for each trainee."""

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every exercise in every language of the hotline file."""

    async def begin(self, who: str, agent: str, scenario: str, language: str) -> Run:
        """A new run in place of the trainee's earlier one. Raises `NotFound`, and `Refused` when there are too many."""

    def of(self, who: str) -> Run | None:
        """The trainee's run, unless it was closed or nobody touched it for long."""

    async def close(self, who: str) -> None:
        """It is gone."""


class PracticeService:
    """Practice behind the table of rights: for those who serve callers."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def scenarios(self, user: User) -> tuple[Scenario, ...]:
        """Every exercise."""
        _agent_of(user)
        return self._practice.scenarios()

    async def begin(self, user: User, scenario: str, language: str) -> Run:
        """Begin an exercise."""
        return await self._practice.begin(user.id, _agent_of(user), scenario, language)

    def run(self, user: User) -> Run | None:
        """The trainee's exercise."""
        _agent_of(user)
        return self._practice.of(user.id)

    def need_run(self, user: User) -> Run:
        """The same; raises `Refused` when there is none."""
        run = self.run(user)
        if run is None:
            raise Refused("this exercise is over", remedy="choose another one")
        return run

    async def close(self, user: User) -> None:
        """End it."""
        await self._practice.close(user.id)


def feedback(wanted: Wanted, facts: Facts) -> tuple[Remark, ...]:
    """What is said at the end, the same for the same facts."""
    remarks = [_budget(facts), _urgency(wanted, facts), _promise(wanted, facts), _note(facts)]
    if wanted.outcome is not None:
        is_right = facts.outcome is wanted.outcome
        remarks.insert(1, Remark("outcome", *((Verdict.GOOD, "right") if is_right else (Verdict.BAD, "wrong"))))
    return tuple(remarks)


def _budget(facts: Facts) -> Remark:
    if facts.talked is None:
        return Remark("budget", Verdict.OPEN, "not-talked")
    within = facts.talked <= facts.budget
    return Remark("budget", Verdict.GOOD, "within") if within else Remark("budget", Verdict.BAD, "over")


def _urgency(wanted: Wanted, facts: Facts) -> Remark:
    if facts.urgency is None:
        return Remark("urgency", Verdict.OPEN, "no-case")
    if wanted.urgency is None or facts.urgency.rank >= wanted.urgency.rank:
        return Remark("urgency", Verdict.GOOD, "right")
    return Remark("urgency", Verdict.BAD, "too-low")


def _promise(wanted: Wanted, facts: Facts) -> Remark:
    if wanted.promise is PromiseWanted.NONE:
        made = bool(facts.promises)
        return Remark("promise", Verdict.BAD, "needless") if made else Remark("promise", Verdict.GOOD, "none-needed")
    if not facts.promises:
        if wanted.promise is PromiseWanted.NEEDED and not facts.is_solved:
            return Remark("promise", Verdict.BAD, "missing")
        return Remark("promise", Verdict.OPEN, "none")
    if not all(promise.can_be_kept for promise in facts.promises):
        return Remark("promise", Verdict.BAD, "too-late")
    if wanted.promise is PromiseWanted.NEEDED and not any(promise.is_owned for promise in facts.promises):
        return Remark("promise", Verdict.BAD, "nobody's")
    return Remark("promise", Verdict.GOOD, "can-be-kept")


def _note(facts: Facts) -> Remark:
    if facts.noted:
        return Remark("note", Verdict.GOOD, "written")
    if facts.urgency is None:
        return Remark("note", Verdict.OPEN, "no-case")
    return Remark("note", Verdict.BAD, "missing")


def _agent_of(user: User) -> str:
    if user.agent is None:
        raise Forbidden("practice is for those who serve callers", remedy="ask an admin to name the agent that you are")
    return user.agent
