"""How things stand, as retained messages for wallboards: counts and agents, never who calls.

Moments are told, not seconds, so that a state changes only when something happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from callbacks.calls.lookback import Lookback
from callbacks.service import PromiseBook
from config.clock import Clock
from config.hotline_file import HotlineFile
from config.retained_states import ReadState
from config.urgency import Urgency
from console.paced import Paced
from routing.agents import AgentState
from routing.classes import WaitingWork
from routing.live_floor import LiveFloor
from routing.work import WorkKind

_HOURS_AHEAD = 12
#: Seconds that what the database is asked for may be old.
_FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class QueueState:
    """Who waits in one queue: calls and promises that are due, since when the first call does, and how many of all are
    of which urgency."""

    queue: str
    calls: int
    promises: int
    longest_call_since: datetime | None
    urgencies: dict[Urgency, int]


@dataclass(frozen=True, slots=True)
class QueuesState:
    """Every queue of the hotline file, and the calls since midnight: how many wanted an agent, got one, got one within
    the time that is promised to their tier, and hung up before."""

    queues: tuple[QueueState, ...]
    offered: int
    answered: int
    answered_in_time: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class OneAgent:
    """An agent by their name in the hotline file, what they do and since when."""

    agent: str
    state: AgentState
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AgentsState:
    """Every agent of the hotline file."""

    agents: tuple[OneAgent, ...]


@dataclass(frozen=True, slots=True)
class PromisesState:
    """What is owed. `waiting` are due and wait for an agent, the first window among them ends at `first_ends`;
    `opening` open within the next twelve hours; `kept_today` and `broken_today` ended since midnight."""

    waiting: int
    first_ends: datetime | None
    opening: int
    kept_today: int
    broken_today: int


#: What each topic below `hotline/<site>/state/` holds.
STATES: dict[str, type[QueuesState | AgentsState | PromisesState]] = {
    "queues": QueuesState,
    "agents": AgentsState,
    "promises": PromisesState,
}


def queues_state(floor: LiveFloor, file: HotlineFile) -> QueuesState:
    """As the floor is now."""
    waiting: dict[str, list[WaitingWork]] = {queue: [] for queue in file.queues}
    for one in floor.waiting():
        waiting.setdefault(one.work.needs.queue, []).append(one)
    today = floor.figures()
    return QueuesState(
        tuple(_queue(name, of_queue) for name, of_queue in waiting.items()),
        today.offered,
        today.answered,
        today.answered_in_time,
        today.abandoned,
    )


def agents_state(floor: LiveFloor) -> AgentsState:
    """As the floor is now."""
    return AgentsState(tuple(OneAgent(one.id, one.state, one.reason, one.since) for one in floor.agents()))


def wallboard_states(
    floor: LiveFloor, book: PromiseBook, lookback: Lookback, file: Callable[[], HotlineFile], clock: Clock
) -> dict[str, ReadState]:
    """What reads the state of each topic."""

    async def of_database(now: datetime) -> tuple[int, int, int]:
        zone = ZoneInfo(file().hotline.zone)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        kept = await lookback.kept_rate(midnight)
        opening = await book.promised_calls(now + timedelta(hours=_HOURS_AHEAD))
        return sum(one.count for one in opening), kept.kept, kept.broken

    asked = Paced(of_database, _FRESH_SECONDS, clock)

    async def queues() -> bytes:
        return TypeAdapter(QueuesState).dump_json(queues_state(floor, file()))

    async def agents() -> bytes:
        return TypeAdapter(AgentsState).dump_json(agents_state(floor))

    async def promises() -> bytes:
        due = [one.work.due for one in floor.waiting() if one.work.kind is WorkKind.PROMISE]
        first = min((moment for moment in due if moment is not None), default=None)
        _, counts = await asked.value()
        return TypeAdapter(PromisesState).dump_json(PromisesState(len(due), first, *counts))

    return {"queues": queues, "agents": agents, "promises": promises}


def _queue(name: str, waiting: Sequence[WaitingWork]) -> QueueState:
    calls = [one.work.since for one in waiting if one.work.kind is WorkKind.CALL]
    urgencies = [one.work.urgency for one in waiting]
    return QueueState(
        name,
        len(calls),
        len(waiting) - len(calls),
        min(calls, default=None),
        {urgency: urgencies.count(urgency) for urgency in Urgency if urgency in urgencies},
    )
