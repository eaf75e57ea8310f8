"""What callers may be told about their wait, by the estimators of `routing.estimators`.

The queue's length counts those ahead, and the caller, who each take a mean handling time of one of the agents who can
serve, unless they give up before. The head of the line is the wait so far of whoever is next of the caller's own
class. `routing.forecast_error` chooses between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor, AgentState
from routing.classes import WaitingWork
from routing.estimators import by_queue_length
from routing.match import ability, relaxed
from routing.score import priority_rate, urgency_points
from routing.work import Needs, WorkKind

_HIGHEST_LEVEL = 5


@dataclass(frozen=True, slots=True)
class FloorSnapshot:
    """The floor at the moment `now`, as far as a forecast needs it."""

    agents: tuple[AgentOnFloor, ...]
    waiting: tuple[WaitingWork, ...]
    now: datetime


class WaitEstimates(NamedTuple):
    """How long a caller is likely to wait. `by_head_of_line` is None where nobody of the class waits."""

    by_queue_length: timedelta
    by_head_of_line: timedelta | None


class WaitForecast:
    """Estimates waits under one hotline file. Who can serve what is worked out once for each requirement."""

    def __init__(self, file: HotlineFile) -> None:
        self.file = file
        self._abilities: dict[Needs, frozenset[str]] = {}

    def estimates(self, floor: FloorSnapshot, needs: Needs, tier: str, urgency: Urgency) -> WaitEstimates | None:
        """How long a caller who is queued now is likely to wait; None when nobody at work now can ever serve them.

        Ahead are those with at least the caller's score, but for those of slower tiers whom the caller overtakes while
        the rest are being served.
        """
        at_work = {agent.id for agent in floor.agents if agent.state.is_serving}
        found = self._first_serving(needs, at_work)
        if found is None:
            return None
        relaxed_after, serving = found
        queue = self.file.queues.get(needs.queue)
        service = queue.service_seconds if queue is not None else self.file.callbacks.service_seconds
        patience = queue.patience_seconds if queue is not None else None
        rate = priority_rate(tier, self.file)
        points = urgency_points(urgency, self.file.scoring)
        for_good, overtaken_after = 0, []
        for rival in self._rivals(floor.waiting, serving):
            lead = rival.score - points
            if lead < 0:
                continue
            gain = rate - priority_rate(rival.work.tier, self.file)
            if gain <= 0:
                for_good += 1
            else:
                overtaken_after.append(lead / gain)
        surely = by_queue_length(for_good, len(serving), service, patience)
        ahead = for_good + sum(1 for seconds in overtaken_after if seconds >= surely)
        if not ahead and any(agent.id in serving and agent.state is AgentState.READY for agent in floor.agents):
            return WaitEstimates(timedelta(seconds=relaxed_after), None)
        waits = by_queue_length(ahead, len(serving), service, patience)
        return WaitEstimates(
            by_queue_length=timedelta(seconds=max(relaxed_after, waits)),
            by_head_of_line=_head_of_line(floor, needs, tier, urgency),
        )

    def wait_of(self, floor: FloorSnapshot, work: str) -> timedelta | None:
        """How long work that waits already is likely to wait on, by those before it in the order of serving; None when
        nobody at work now can ever serve it. Work that does not wait has nothing to wait for."""
        place = next((place for place, each in enumerate(floor.waiting) if each.work.id == work), None)
        if place is None:
            return timedelta(0)
        needs = floor.waiting[place].work.needs
        found = self._first_serving(needs, {agent.id for agent in floor.agents if agent.state.is_serving})
        if found is None:
            return None
        serving = found[1]
        ahead = sum(1 for _ in self._rivals(floor.waiting[:place], serving))
        if not ahead and any(agent.id in serving and agent.state is AgentState.READY for agent in floor.agents):
            return timedelta(0)
        queue = self.file.queues.get(needs.queue)
        service = queue.service_seconds if queue is not None else self.file.callbacks.service_seconds
        return timedelta(seconds=by_queue_length(ahead, len(serving), service, None))

    def _first_serving(self, needs: Needs, at_work: set[str]) -> tuple[float, frozenset[str]] | None:
        """Those at work who can serve the needs, relaxed no further than it takes, and the seconds that takes."""
        for ring, relaxed_after in enumerate((0.0, *sorted(self.file.scoring.relax_after))):
            serving = self._able(relaxed(needs, ring)) & at_work
            if serving:
                return relaxed_after, serving
        return None

    def _rivals(self, waiting: Sequence[WaitingWork], serving: frozenset[str]) -> Iterator[WaitingWork]:
        """Waiting work that some of these agents may come to serve."""
        shared: dict[Needs, bool] = {}
        for each in waiting:
            needs = each.work.needs
            is_shared = shared.get(needs)
            if is_shared is None:
                is_shared = shared[needs] = not serving.isdisjoint(self._able(relaxed(needs, _HIGHEST_LEVEL)))
            if is_shared:
                yield each

    def _able(self, needs: Needs) -> frozenset[str]:
        able = self._abilities.get(needs)
        if able is None:
            able = self._abilities[needs] = ability(self.file.agents, needs).agents
        return able


def _head_of_line(floor: FloorSnapshot, needs: Needs, tier: str, urgency: Urgency) -> timedelta | None:
    """How long the next of the class has waited."""
    alike = (
        floor.now - waiting.work.since
        for waiting in floor.waiting
        if waiting.work.kind is WorkKind.CALL
        and waiting.work.tier == tier
        and waiting.work.urgency is urgency
        and waiting.work.needs == needs
    )
    return max(alike, default=None)
