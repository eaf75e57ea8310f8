"""Which node has brought which work: it alone carries out what is decided about it."""

from __future__ import annotations

from routing.changes import Change, WorkArrived, WorkClaimed
from routing.outcomes import AgentChanged, OfferEnded, Outcome, WorkGone, WorkReturned, WorkStarted
from routing.work import Work


class Whose:
    """Works on the floor by node."""

    def __init__(self) -> None:
        self._works: dict[str, tuple[str, Work]] = {}

    def sort(self, change: Change, by: str, outcomes: tuple[Outcome, ...], node: str) -> tuple[Outcome, ...]:
        """Note what this change, told `by` a node, means for who has what; gives the outcomes that are for `node`."""
        if isinstance(change, WorkArrived) and outcomes and change.work.id not in self._works:
            self._works[change.work.id] = by, change.work
        if isinstance(change, WorkClaimed) and any(
            isinstance(outcome, WorkStarted) and outcome.work.id == change.work.id for outcome in outcomes
        ):
            self._works[change.work.id] = by, change.work
        mine = tuple(outcome for outcome in outcomes if self._is_for(node, outcome))
        for outcome in outcomes:
            if isinstance(outcome, WorkGone):
                self._works.pop(outcome.work.id, None)
        return mine

    def node_of(self, work: str) -> str:
        """Who has it; empty for what is not on the floor."""
        return self._works[work][0] if work in self._works else ""

    def nodes(self) -> frozenset[str]:
        """Everybody who has work on the floor."""
        return frozenset(node for node, _ in self._works.values())

    def works_of(self, node: str) -> tuple[Work, ...]:
        """What the node has on the floor, in the order in which it came."""
        return tuple(work for owner, work in self._works.values() if owner == node)

    def _is_for(self, node: str, outcome: Outcome) -> bool:
        work = _work_id(outcome)
        return work is None or (work in self._works and self._works[work][0] == node)


def _work_id(outcome: Outcome) -> str | None:
    """What the outcome is about; None for an agent alone."""
    match outcome:
        case AgentChanged():
            return None
        case OfferEnded(work_id=work_id) | WorkReturned(work_id=work_id):
            return work_id
        case _:
            return outcome.work.id
