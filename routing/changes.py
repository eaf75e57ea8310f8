"""What can happen to the floor: the values that `Floor.feed` takes.

A change that comes too late (a caller hung up while the agent pressed *take*) is not an error: the floor lets it
pass. Only an agent whom the hotline file does not know is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from routing.work import Work


class FailedWhy(StrEnum):
    """Why an offer did not lead to a conversation."""

    NO_ANSWER = "no-answer"  # the agent becomes unreachable
    DECLINED = "declined"  # the agent is paused: the same work would come back at once otherwise
    UNREACHABLE = "unreachable"  # the agent's phone could not be reached; the agent becomes unreachable
    WITHDRAWN = "withdrawn"  # nobody's fault: the agent keeps their place among the idle


class LeftWhy(StrEnum):
    """Why work left the floor before its end."""

    HUNG_UP = "hung-up"  # the caller gave up: counts as abandoned while they were waiting
    PROMISED = "promised"  # the caller took a promise instead of waiting
    STOOD_DOWN = "stood-down"  # the promise need not be kept now: the contact rang in, or it was withdrawn
    LOST = "lost"  # the node that had the call is gone, and the call with it
    NOT_DUE = "not-due"  # its agent did not take the promise: the ledger says when it is due again


@dataclass(frozen=True, slots=True)
class WorkArrived:
    """A caller is queued or a promise fell due. Told twice, it counts once."""

    work: Work


@dataclass(frozen=True, slots=True)
class WorkLeft:
    """The work is no longer there, wherever it was."""

    work_id: str
    why: LeftWhy = LeftWhy.HUNG_UP


@dataclass(frozen=True, slots=True)
class WorkClaimed:
    """An agent takes work by hand: a promise that waits on the floor, or one that has not fallen due yet; or is found
    to have a call in hand that began in another process."""

    agent: str
    work: Work


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """The agent's shift begins, paused."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentSeated:
    """The agent sits at another phone than the hotline file says, until the end of the shift; empty: not any more."""

    agent: str
    station: str


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """The agent goes; a conversation and its wrap-up are finished first."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """The agent takes no more work; a conversation and its wrap-up are finished first."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgentReady:
    """The agent takes work from now on; ends a pause, a wrap-up or being unreachable."""

    agent: str


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """The agent accepts: from now on the agent and the work belong together. `work` is its id."""

    agent: str
    work: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The agent and the work did not come together, before or after the agent accepted. `work` is its id.

    A caller waits on at their old place. A promise leaves the floor: the attempt counts in its ledger, which says when
    it is due again.
    """

    agent: str
    work: str
    why: FailedWhy


@dataclass(frozen=True, slots=True)
class WorkEnded:
    """The conversation is over. `work` is its id."""

    agent: str
    work: str


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The agent has finished the wrap-up before its time."""

    agent: str


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened but time: see `Floor.next_moment`."""


AgentChange = (
    AgentSignedIn
    | AgentSeated
    | AgentSignedOut
    | AgentPaused
    | AgentReady
    | OfferTaken
    | OfferFailed
    | WorkEnded
    | WrapUpEnded
    | WorkClaimed
)
Change = WorkArrived | WorkLeft | TimePassed | AgentChange
