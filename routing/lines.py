"""Who waits, by who may serve them: a decision about one agent looks only at the lines that this agent may serve.

Sets of groups are integers, one bit a group: those with waiting work, and those each agent may serve.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from config.hotline_file import HotlineFile
from routing.classes import Entry, Group, Line
from routing.match import ability, relaxed, rings_that_matter
from routing.score import standing
from routing.work import Needs


class _Ladder(NamedTuple):
    """The rings of one need: after each of the waits in `limits` the work moves to the next of `groups`."""

    limits: tuple[timedelta, ...]
    groups: tuple[Group, ...]


class Lines:
    """All waiting work under one hotline file.

    What would bend a score (a promise that begins to press) or change who may serve (a ring of relaxation, the end of
    the hold for the own agent) moves the work to another line at that moment; `put` tells when.
    """

    def __init__(self, file: HotlineFile) -> None:
        self.waiting = 0
        self._file = file
        self._rings = sorted(file.scoring.relax_after)
        self._hold = timedelta(seconds=file.scoring.affinity_hold)
        self._start: datetime | None = None
        self._ladders: dict[Needs, _Ladder] = {}
        self._groups: list[Group] = []
        self._free_bits: list[int] = []
        self._open: dict[Needs, Group] = {}
        self._reserved: dict[tuple[Needs, str], Group] = {}
        self._occupied = 0
        self._may_serve = dict.fromkeys(file.agents, 0)
        self._at_work: set[str] = set()
        self._held: dict[str, dict[str, Entry]] = {}

    def put(self, entry: Entry, now: datetime) -> datetime | None:
        """Queue the work where it belongs now. The moment at which it must be put anew, or None."""
        start = self._start
        if start is None:
            start = self._start = now
        work = entry.work
        ladder = self._ladders.get(work.needs) or self._ladder(work.needs)
        ring, changes_at = 0, None
        for limit in ladder.limits:
            if now < work.since + limit:
                changes_at = work.since + limit
                break
            ring += 1
        entry.ring = ring
        group = ladder.groups[ring]
        own = work.own_agent
        if own is not None and own in group.agents and now < work.since + self._hold:
            self._held.setdefault(own, {})[work.id] = entry
            if own in self._at_work:
                group = self._group_of(group, own)
                released = work.since + self._hold
                changes_at = released if changes_at is None else min(changes_at, released)
        entry.standing = standing(work, self._file)
        rise = entry.standing.rise
        if rise is not None and now < rise.starts:
            changes_at = rise.starts if changes_at is None else min(changes_at, rise.starts)
        slope = entry.standing.slope(now, start)
        line = group.lines.get(slope.pace)
        if line is None:
            line = group.lines[slope.pace] = Line(group, slope.pace)
        line.put(entry, slope)
        group.waiting += 1
        self._occupied |= 1 << group.bit
        self.waiting += 1
        return changes_at

    def take(self, entry: Entry) -> None:
        """Take the work out of its line, if it is in one."""
        line = entry.line
        if line is None:
            return
        line.take(entry)
        group = line.group
        group.waiting -= 1
        self.waiting -= 1
        if not line.waiting:
            del group.lines[line.pace]
        if not group.waiting:
            self._occupied ^= 1 << group.bit
            if group.reserved is not None:
                self._give_up(group, group.reserved)
        own = entry.work.own_agent
        if own in self._held:
            self._held[own].pop(entry.work.id, None)

    def note(self, agent: str, at_work: bool) -> tuple[Entry, ...]:
        """Whether work is to be held for the agent from now on. The waiting work that must be put anew for it."""
        if at_work == (agent in self._at_work):
            return ()
        if at_work:
            self._at_work.add(agent)
        else:
            self._at_work.discard(agent)
        return tuple(self._held.get(agent, {}).values())

    def served_by(self, agents: Collection[str]) -> list[Group]:
        """The groups with waiting work that some of these agents may serve."""
        bits = self._occupied
        if len(agents) > bits.bit_count():
            return [group for group in self._groups_of(bits) if not group.agents.isdisjoint(agents)]
        served = 0
        for agent in agents:
            served |= self._may_serve[agent]
        return self._groups_of(bits & served)

    def _groups_of(self, bits: int) -> list[Group]:
        groups = []
        while bits:
            bit = bits & -bits
            bits ^= bit
            groups.append(self._groups[bit.bit_length() - 1])
        return groups

    def start(self, now: datetime) -> datetime:
        """The moment from which the seconds of a line's pace and leads are counted."""
        return self._start or now

    def _ladder(self, needs: Needs) -> _Ladder:
        """Groups of work for everybody are kept for good: there are as many as kinds of needs in the hotline file."""
        count = rings_that_matter(needs, len(self._rings))
        groups = tuple(self._open_group(relaxed(needs, ring)) for ring in range(count + 1))
        ladder = _Ladder(tuple(timedelta(seconds=limit) for limit in self._rings[:count]), groups)
        self._ladders[needs] = ladder
        return ladder

    def _open_group(self, requirement: Needs) -> Group:
        group = self._open.get(requirement)
        if group is None:
            able = ability(self._file.agents, requirement)
            group = self._open[requirement] = self._add(requirement, able.levels, None)
        return group

    def _group_of(self, group: Group, agent: str) -> Group:
        """Where work of this group stands that is held for the agent."""
        key = (group.requirement, agent)
        reserved = self._reserved.get(key)
        if reserved is None:
            reserved = self._reserved[key] = self._add(group.requirement, group.levels, agent)
        return reserved

    def _add(self, requirement: Needs, levels: Mapping[str, int], reserved: str | None) -> Group:
        if self._free_bits:
            group = Group(requirement, levels, self._free_bits.pop(), reserved)
            self._groups[group.bit] = group
        else:
            group = Group(requirement, levels, len(self._groups), reserved)
            self._groups.append(group)
        for agent in group.agents:
            self._may_serve[agent] |= 1 << group.bit
        return group

    def _give_up(self, group: Group, agent: str) -> None:
        del self._reserved[group.requirement, agent]
        self._free_bits.append(group.bit)
        self._may_serve[agent] ^= 1 << group.bit
