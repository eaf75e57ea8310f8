"""Waiting work, one first-in-first-out line per class, so that a decision looks at classes and never at every caller.

Within a class the scores are parallel straight lines: whoever is ahead stays ahead, and only heads are compared. What
would bend a line (a promise that begins to press) or change who may serve (a ring of relaxation, the end of the hold
for the own agent) moves the work to another class at that moment.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.match import Ability, ability, relaxed, ring_at, rings_that_matter
from routing.score import Standing, standing
from routing.work import Needs, Work

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """A piece of waiting work and its score at the moment asked for."""

    work: Work
    score: float


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """What waiting work has in common. `requirement` is the needs after relaxation.

    `own_agent` is who should serve it; while `held`, nobody else may as long as that agent is at work. `pressing` is
    the length of the window of promises whose score has begun to rise.
    """

    requirement: Needs
    tier: str
    urgency: Urgency
    repeat: bool
    own_agent: str | None
    held: bool
    pressing: timedelta | None


class Entry:
    """A piece of work on the floor, waiting or in someone's hands. `sequence` is the order of arrival; `holder` is the
    agent who is offered it or has taken it.
    """

    __slots__ = ("holder", "line", "sequence", "stamp", "standing", "work")

    def __init__(self, work: Work, sequence: int) -> None:
        self.work = work
        self.sequence = sequence
        self.standing: Standing
        self.line: Line | None = None
        self.holder: str | None = None
        self.stamp = 0

    @property
    def place(self) -> tuple[datetime, int]:
        """Breaks ties of score: arrival."""
        return (self.work.since, self.sequence)

    def ring(self, now: datetime, file: HotlineFile) -> int:
        """How far the needs are relaxed by now."""
        return ring_at(self.work.since, now, file.scoring.relax_after)

    def judge(self, now: datetime, file: HotlineFile) -> tuple[ServiceClass, datetime | None]:
        """The class the work belongs to now, and the moment at which that may change."""
        work, scoring = self.work, file.scoring
        own = work.own_agent if work.own_agent in file.agents else None
        hold_ends = work.since + timedelta(seconds=scoring.affinity_hold)
        held = own is not None and now < hold_ends
        rise = self.standing.rise
        pressing = rise is not None and now >= rise.starts
        changes = [
            work.since + timedelta(seconds=limit)
            for limit in sorted(scoring.relax_after)[: rings_that_matter(work.needs, len(scoring.relax_after))]
        ]
        if held:
            changes.append(hold_ends)
        if rise is not None:
            changes.append(rise.starts)
        key = ServiceClass(
            requirement=relaxed(work.needs, self.ring(now, file)),
            tier=work.tier,
            urgency=work.urgency,
            repeat=work.repeat,
            own_agent=own,
            held=held,
            pressing=work.due - (work.opens or work.since) if pressing and work.due is not None else None,
        )
        return key, min((moment for moment in changes if moment > now), default=None)

    def lead(self) -> float:
        """Orders a class whose promises press: the constant part of the score line, smaller is further ahead."""
        rise = self.standing.rise
        if rise is None:
            return 0.0
        since = (self.work.since - _EPOCH).total_seconds()
        starts = (rise.starts - _EPOCH).total_seconds()
        return round(self.standing.rate * since + rise.per_second * starts, 6)


class Line:
    """One class's waiting work. Removal is lazy: what has left is dropped when it comes to the head."""

    def __init__(self, key: ServiceClass) -> None:
        self.key = key
        self.waiting = 0
        self._heap: list[tuple[float, datetime, int, int, Entry]] = []

    def put(self, entry: Entry) -> None:
        """Add the work at its place, which does not depend on when it is added."""
        entry.stamp += 1
        entry.line = self
        lead = entry.lead() if self.key.pressing is not None else 0.0
        heapq.heappush(self._heap, (lead, *entry.place, entry.stamp, entry))
        self.waiting += 1

    def take(self, entry: Entry) -> None:
        """Remove the work, wherever it stands."""
        entry.stamp += 1
        entry.line = None
        self.waiting -= 1
        if len(self._heap) > 2 * self.waiting + 16:
            self._heap = [item for item in self._heap if item[3] == item[4].stamp]
            heapq.heapify(self._heap)

    def head(self) -> Entry:
        """The work to be served first; the line must not be empty."""
        while self._heap[0][3] != self._heap[0][4].stamp:
            heapq.heappop(self._heap)
        return self._heap[0][4]

    def second(self) -> Entry | None:
        """The work after the head."""
        if self.waiting < 2:
            return None
        self.head()
        first = heapq.heappop(self._heap)
        second = self.head()
        heapq.heappush(self._heap, first)
        return second


@dataclass(slots=True)
class Group:
    """The classes of one requirement, and who can serve them."""

    ability: Ability
    lines: dict[ServiceClass, Line]


class Lines:
    """All classes with waiting work under one hotline file, grouped by what they require."""

    def __init__(self, file: HotlineFile) -> None:
        self.waiting = 0
        self._file = file
        self._groups: dict[Needs, Group] = {}
        self._abilities: dict[Needs, Ability] = {}

    def put(self, entry: Entry, now: datetime) -> datetime | None:
        """Queue the work in the class it belongs to now. The moment at which it must be put anew, or None."""
        entry.standing = standing(entry.work, self._file)
        key, changes_at = entry.judge(now, self._file)
        group = self._groups.get(key.requirement)
        if group is None:
            group = self._groups[key.requirement] = Group(self._ability(key.requirement), {})
        line = group.lines.get(key)
        if line is None:
            line = group.lines[key] = Line(key)
        line.put(entry)
        self.waiting += 1
        return changes_at

    def take(self, entry: Entry) -> None:
        """Take the work out of its line, if it is in one."""
        line = entry.line
        if line is None:
            return
        line.take(entry)
        self.waiting -= 1
        if line.waiting == 0:
            group = self._groups[line.key.requirement]
            del group.lines[line.key]
            if not group.lines:
                del self._groups[line.key.requirement]

    def ability_for(self, line: Line) -> Ability:
        """Who can serve the line."""
        return self._groups[line.key.requirement].ability

    def groups(self) -> Iterable[Group]:
        """The groups with waiting work; no line in them is empty."""
        return self._groups.values()

    def _ability(self, requirement: Needs) -> Ability:
        known = self._abilities.get(requirement)
        if known is None:
            known = self._abilities[requirement] = ability(self._file.agents, requirement)
        return known
