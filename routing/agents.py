"""The states of an agent. The two tables below own every transition; `AgentRecord` only looks them up.

signed-out -> paused -> ready -> offered -> talking -> wrap-up -> ready
offered or talking -> unreachable (no answer), paused (declined), ready (withdrawn; no answer, but not too often yet)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.hotline_file import Agent
from routing.classes import Entry


class AgentState(StrEnum):
    """What an agent is doing. `talking` begins when the work is accepted, so it covers the ringing of phones."""

    SIGNED_OUT = "signed-out"
    PAUSED = "paused"
    READY = "ready"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    UNREACHABLE = "unreachable"

    @property
    def is_busy(self) -> bool:
        """At work, and free again before long."""
        return self in _BUSY

    @property
    def is_serving(self) -> bool:
        """Adds to what the floor can carry: ready or at work, not paused, gone or unreachable."""
        return self in _SERVING


_BUSY = frozenset((AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP))
_SERVING = _BUSY | {AgentState.READY}


class Trigger(StrEnum):
    """What moves an agent from state to state."""

    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    PAUSE = "pause"
    GET_READY = "get-ready"
    OFFER = "offer"
    TAKE = "take"
    CLAIM = "claim"
    DECLINE = "decline"
    MISS = "miss"  # no answer too often, or the phone is not there
    SKIP = "skip"  # no answer, but not too often yet
    WITHDRAW = "withdraw"
    END = "end"
    FINISH = "finish"  # of the wrap-up


_S, _T = AgentState, Trigger

TRANSITIONS: dict[tuple[AgentState, Trigger], AgentState] = {
    (_S.SIGNED_OUT, _T.SIGN_IN): _S.PAUSED,
    (_S.PAUSED, _T.GET_READY): _S.READY,
    (_S.PAUSED, _T.PAUSE): _S.PAUSED,
    (_S.PAUSED, _T.SIGN_OUT): _S.SIGNED_OUT,
    (_S.PAUSED, _T.CLAIM): _S.TALKING,
    (_S.READY, _T.PAUSE): _S.PAUSED,
    (_S.READY, _T.SIGN_OUT): _S.SIGNED_OUT,
    (_S.READY, _T.OFFER): _S.OFFERED,
    (_S.READY, _T.CLAIM): _S.TALKING,
    (_S.OFFERED, _T.TAKE): _S.TALKING,
    (_S.OFFERED, _T.DECLINE): _S.PAUSED,
    (_S.OFFERED, _T.MISS): _S.UNREACHABLE,
    (_S.OFFERED, _T.SKIP): _S.READY,
    (_S.OFFERED, _T.WITHDRAW): _S.READY,
    (_S.OFFERED, _T.PAUSE): _S.PAUSED,
    (_S.OFFERED, _T.SIGN_OUT): _S.SIGNED_OUT,
    (_S.TALKING, _T.DECLINE): _S.PAUSED,
    (_S.TALKING, _T.MISS): _S.UNREACHABLE,
    (_S.TALKING, _T.SKIP): _S.READY,
    (_S.TALKING, _T.WITHDRAW): _S.READY,
    (_S.TALKING, _T.END): _S.WRAP_UP,
    (_S.WRAP_UP, _T.FINISH): _S.READY,
    (_S.WRAP_UP, _T.GET_READY): _S.READY,
    (_S.WRAP_UP, _T.CLAIM): _S.TALKING,
    (_S.UNREACHABLE, _T.GET_READY): _S.READY,
    (_S.UNREACHABLE, _T.PAUSE): _S.PAUSED,
    (_S.UNREACHABLE, _T.SIGN_OUT): _S.SIGNED_OUT,
    (_S.UNREACHABLE, _T.CLAIM): _S.TALKING,
}

#: Wishes that wait until the agent's hands are free; a later wish replaces an earlier one.
DEFERRED: dict[tuple[AgentState, Trigger], AgentState] = {
    (_S.TALKING, _T.PAUSE): _S.PAUSED,
    (_S.TALKING, _T.SIGN_OUT): _S.SIGNED_OUT,
    (_S.TALKING, _T.GET_READY): _S.READY,
    (_S.WRAP_UP, _T.PAUSE): _S.PAUSED,
    (_S.WRAP_UP, _T.SIGN_OUT): _S.SIGNED_OUT,
}

#: The triggers by which an agent's hands become free, so that a deferred wish comes true.
_FREEING = (_T.DECLINE, _T.MISS, _T.SKIP, _T.WITHDRAW, _T.FINISH)

#: The triggers that show that the agent is there: unanswered offers are counted from nought.
_SHOWING = (_T.SIGN_IN, _T.GET_READY, _T.END, _T.CLAIM)


@dataclass(frozen=True, slots=True)
class AgentOnFloor:
    """An agent as others may see them. `work` is the id of what they are offered or have in hand; `station` where they
    sit in this shift, where that is not what the hotline file says."""

    id: str
    state: AgentState
    reason: str
    since: datetime | None
    work: str | None
    station: str = ""


class AgentRecord:
    """An agent's place in the tables. `stamp` counts the changes, so that timers of an earlier state can be told;
    `unanswered` the offers in a row that were not answered; `turn` is smaller for who is idle longer."""

    __slots__ = (
        "deferred",
        "entry",
        "id",
        "idle_since",
        "reason",
        "since",
        "spec",
        "stamp",
        "state",
        "station",
        "turn",
        "unanswered",
    )

    def __init__(self, agent_id: str, spec: Agent) -> None:
        self.id = agent_id
        self.spec = spec
        self.state = AgentState.SIGNED_OUT
        self.reason = ""
        self.since: datetime | None = None
        self.idle_since: datetime | None = None
        self.turn: tuple[datetime, str]
        self.entry: Entry | None = None
        self.deferred: tuple[AgentState, str] | None = None
        self.stamp = 0
        self.unanswered = 0
        self.station = ""

    def pull(self, trigger: Trigger, now: datetime, reason: str = "") -> bool:
        """Move as the tables say; False when they say nothing. A wish that must wait is noted, and is no move."""
        before = self.state
        wish = DEFERRED.get((before, trigger))
        if wish is not None:
            self.deferred = None if wish is AgentState.READY else (wish, reason)
            return False
        after = TRANSITIONS.get((before, trigger))
        if after is None:
            return False
        if trigger in _FREEING and self.deferred is not None:
            after, reason = self.deferred
        if not after.is_busy:
            self.deferred = None
        if after is AgentState.READY and trigger is not Trigger.WITHDRAW:
            self.idle_since = now
            self.turn = (now, self.id)
        if trigger in _SHOWING:
            self.unanswered = 0
        if after is AgentState.SIGNED_OUT:
            self.station = ""
        self.state, self.reason, self.since = after, reason, now
        self.stamp += 1
        return True

    def seen(self) -> AgentOnFloor:
        """The agent for others."""
        work = self.entry.work.id if self.entry is not None else None
        return AgentOnFloor(self.id, self.state, self.reason, self.since, work, self.station)
