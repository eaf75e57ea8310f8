"""Who waits, gathered by queue: a page shows a row for each queue and a few more, however many wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.urgency import Urgency
from ivr.desk import WaitingView
from routing.work import WorkKind


@dataclass(frozen=True, slots=True)
class QueueWaiting:
    """One queue: how many calls and due promises wait in it, since when the first of either, and their urgencies and
    tiers, the gravest and the most frequent first."""

    queue: str
    calls: int
    promises: int
    longest_call: datetime | None
    longest_promise: datetime | None
    urgencies: tuple[tuple[Urgency, int], ...]
    tiers: tuple[tuple[str, int], ...]


def by_queue(lines: Sequence[WaitingView]) -> tuple[QueueWaiting, ...]:
    """The queues in which anybody waits, that of the longest waiting caller first; those without callers last."""
    queues: dict[str, list[WaitingView]] = {}
    for one in lines:
        queues.setdefault(one.queue, []).append(one)
    found = [_queue(name, of_queue) for name, of_queue in queues.items()]
    return tuple(sorted(found, key=lambda one: (one.longest_call is None, one.longest_call or one.longest_promise,
                                                one.queue)))  # fmt: skip


def longest_first(lines: Sequence[WaitingView], limit: int) -> tuple[WaitingView, ...]:
    """Callers before promises, who hold no line; of each the longest waiting first."""
    return tuple(sorted(lines, key=lambda one: (one.kind is not WorkKind.CALL, one.since, one.work))[:limit])


def _queue(name: str, lines: Sequence[WaitingView]) -> QueueWaiting:
    calls = [one.since for one in lines if one.kind is WorkKind.CALL]
    promises = [one.since for one in lines if one.kind is not WorkKind.CALL]
    urgencies = Counter(one.urgency for one in lines)
    tiers = Counter(one.tier for one in lines)
    return QueueWaiting(
        name,
        len(calls),
        len(promises),
        min(calls, default=None),
        min(promises, default=None),
        tuple(sorted(urgencies.items(), key=lambda item: -item[0].rank)),
        tuple(sorted(tiers.items(), key=lambda item: (-item[1], item[0]))),
    )
