"""Waiting work in first-in-first-out lines, so that a decision looks at the heads of lines and never at every caller.

A class (requirement, tier, urgency, language) is first in, first out. Classes with one requirement whose scores grow
at one pace are parallel straight lines: whoever is ahead stays ahead, so that they share one `Line`, in order of score.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from routing.score import Slope, Standing
from routing.work import Needs, Work


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """A piece of waiting work and its score at the moment asked for."""

    work: Work
    score: float


class Entry:
    """A piece of work on the floor, waiting or in someone's hands. `sequence` is the order of arrival; `holder` is the
    agent who is offered it or has taken it; `ring` is how often the levels it asks for were relaxed.
    """

    __slots__ = ("holder", "line", "ring", "sequence", "stamp", "standing", "work")

    def __init__(self, work: Work, sequence: int) -> None:
        self.work = work
        self.sequence = sequence
        self.standing: Standing
        self.line: Line | None = None
        self.holder: str | None = None
        self.ring = 0
        self.stamp = 0

    @property
    def place(self) -> tuple[datetime, int]:
        """Breaks ties of score: arrival."""
        return (self.work.since, self.sequence)


class Group:
    """The lines of one requirement, and who may serve them: all who can (`levels` by agent: the sum of each one's
    levels in the skills required), or the one agent for whom the work is `reserved`. `bit` is its place in sets of
    groups.
    """

    __slots__ = ("agents", "bit", "levels", "lines", "requirement", "reserved", "waiting")

    def __init__(self, requirement: Needs, levels: Mapping[str, int], bit: int, reserved: str | None = None) -> None:
        self.requirement = requirement
        self.levels = levels
        self.bit = bit
        self.reserved = reserved
        self.agents = frozenset(levels) if reserved is None else frozenset((reserved,))
        self.lines: dict[float, Line] = {}
        self.waiting = 0


#: The place of an entry in its line: lead, since, sequence of arrival; the stamp tells whether it still stands there.
Place = tuple[float, datetime, int, int, Entry]


class Line:
    """Work of one requirement whose scores grow at one pace, best first. It is dropped when it is empty.

    Removal is lazy: what has left is dropped when it comes to the head, so that `heap[0]` always still waits. `lead` is
    the head's.
    """

    __slots__ = ("group", "heap", "lead", "pace", "waiting")

    def __init__(self, group: Group, pace: float) -> None:
        self.group = group
        self.pace = pace
        self.heap: list[Place] = []
        self.lead = math.inf
        self.waiting = 0

    def put(self, entry: Entry, slope: Slope) -> None:
        """Add the work at its place, which does not depend on when it is added."""
        entry.stamp += 1
        entry.line = self
        heapq.heappush(self.heap, (slope.lead, entry.work.since, entry.sequence, entry.stamp, entry))
        self.lead = self.heap[0][0]
        self.waiting += 1

    def take(self, entry: Entry) -> None:
        """Remove the work, wherever it stands."""
        entry.stamp += 1
        entry.line = None
        self.waiting -= 1
        if len(self.heap) > 2 * self.waiting + 16:
            self.heap = [place for place in self.heap if place[3] == place[4].stamp]
            heapq.heapify(self.heap)
        self._drop_who_left()
        self.lead = self.heap[0][0] if self.heap else math.inf

    def second(self) -> Entry | None:
        """The work after the head."""
        if self.waiting < 2:
            return None
        first = heapq.heappop(self.heap)
        self._drop_who_left()
        second = self.heap[0][4]
        heapq.heappush(self.heap, first)
        return second

    def _drop_who_left(self) -> None:
        heap = self.heap
        while heap and heap[0][3] != heap[0][4].stamp:
            heapq.heappop(heap)
