"""What the floor answers: the values that `Floor.feed` returns, in the order in which they became true."""

from __future__ import annotations

from dataclasses import dataclass

from routing.agents import AgentState
from routing.changes import FailedWhy, LeftWhy
from routing.receipts import Receipt
from routing.work import Work


@dataclass(frozen=True, slots=True)
class WorkQueued:
    """The work now waits on the floor."""

    work: Work


@dataclass(frozen=True, slots=True)
class OfferMade:
    """The work is put to the agent: ring their phone, show it on their desk."""

    work: Work
    agent: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """The agent and the work will not come together: stop the ringing."""

    work_id: str
    agent: str
    why: FailedWhy


@dataclass(frozen=True, slots=True)
class WorkStarted:
    """The agent has taken the work, by accepting the offer or by claiming it."""

    work: Work
    agent: str


@dataclass(frozen=True, slots=True)
class WorkReturned:
    """The caller waits again, at their exact old place. A promise is never returned: see `LeftWhy.NOT_DUE`."""

    work_id: str


@dataclass(frozen=True, slots=True)
class WorkGone:
    """The work is off the floor. `agent` is who had taken it; `why` is None when the conversation simply ended."""

    work: Work
    agent: str | None
    why: LeftWhy | None


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """The agent is in another state, or paused for another reason."""

    agent: str
    state: AgentState
    reason: str


Outcome = WorkQueued | OfferMade | OfferEnded | WorkStarted | WorkReturned | WorkGone | AgentChanged
