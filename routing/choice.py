"""The decision itself: which waiting work is next, and which of the free agents gets it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple

from config.hotline_file import HotlineFile
from routing.agents import AgentRecord
from routing.classes import Entry, Line, Lines
from routing.match import Ability, wants_calm
from routing.receipts import Candidate, Reason, Receipt, RunnerUp

#: So many of the best free agents are named on a receipt.
_NAMED = 5


class _Look(NamedTuple):
    """The two pieces of waiting work with the highest scores, and how many there are."""

    best: Entry | None
    second: Entry | None
    total: int


class Chooser:
    """Looks at the floor, changes nothing."""

    def __init__(
        self,
        lines: Lines,
        agents: Mapping[str, AgentRecord],
        ready: AbstractSet[str],
        file: HotlineFile,
        version: str,
    ) -> None:
        self._lines = lines
        self._agents = agents
        self._ready = ready
        self._file = file
        self._version = version
        self._seen = _Look(None, None, 0)

    def next_work(self, now: datetime) -> Entry | None:
        """The work with the highest score that some free agent may serve; arrival breaks ties."""
        self._seen = self._look(self._ready, now)
        return self._seen.best

    def agent_for(self, entry: Entry, now: datetime) -> tuple[AgentRecord, Receipt]:
        """The agent for the waiting work that `next_work` gave, and why."""
        line = entry.line
        if line is None:
            raise ValueError("only waiting work can be matched")
        ability = self._lines.ability_for(line)
        best, free = self._preferred(entry, line, ability, now)
        record = self._agents[best[0].agent]
        seen = self._seen if len(self._ready) == 1 else self._look({record.id}, now)
        runner_up = seen.second
        terms = entry.standing.terms(now)
        receipt = Receipt(
            at=now,
            work=entry.work.id,
            kind=entry.work.kind,
            tier=entry.work.tier,
            urgency=entry.work.urgency,
            waited=(now - entry.work.since).total_seconds(),
            agent=record.id,
            score=entry.standing.score(now),
            terms=terms,
            runner_up=RunnerUp(runner_up.work.id, runner_up.standing.score(now)) if runner_up is not None else None,
            ahead_of=seen.total - 1,
            ring=entry.ring(now, self._file),
            skills=tuple((skill, record.spec.skills[skill]) for skill, _ in entry.work.needs.skills),
            considered=tuple(best),
            free=free,
            reason=_reason(best, entry),
            file_version=self._version,
        )
        return record, receipt

    def _look(self, free: AbstractSet[str], now: datetime) -> _Look:
        """What these agents may serve. Only the heads of the classes are compared."""
        best: Entry | None = None
        second: Entry | None = None
        best_score = second_score = -math.inf
        total = 0
        for group in self._lines.groups():
            if group.ability.agents.isdisjoint(free):
                continue
            for line in group.lines.values():
                if line.key.own_agent is not None and not self._may_serve(line, group.ability, free):
                    continue
                total += line.waiting
                head = line.head()
                score = head.standing.score(now)
                if score < second_score:
                    continue
                if _before(score, head, best_score, best):
                    second, second_score = best, best_score
                    best, best_score = head, score
                elif _before(score, head, second_score, second):
                    second, second_score = head, score
        follower = best.line.second() if best is not None and best.line is not None else None
        if follower is not None and _before(follower.standing.score(now), follower, second_score, second):
            second = follower
        return _Look(best, second, total)

    def _may_serve(self, line: Line, ability: Ability, free: AbstractSet[str]) -> bool:
        """Whether the own agent of this line's work takes it, or leaves it to one of `free`."""
        own = line.key.own_agent
        if own is None or own not in ability.agents:
            return True
        if own in self._ready:
            return own in free
        return not (line.key.held and self._agents[own].state.is_busy)

    def _preferred(self, entry: Entry, line: Line, ability: Ability, now: datetime) -> tuple[list[Candidate], int]:
        """The best of the free agents who can serve, best first, and how many those are."""
        own = line.key.own_agent
        calm_counts = wants_calm(entry.work.mood)

        def order(name: str) -> tuple[bool, int, bool, datetime, str]:
            record = self._agents[name]
            calm_first = calm_counts and not record.spec.calm
            return (name != own, -ability.levels[name], calm_first, record.idle_since or now, name)

        free = self._ready & ability.agents
        candidates = []
        for name in heapq.nsmallest(_NAMED, free, key=order):
            record = self._agents[name]
            idle = (now - (record.idle_since or now)).total_seconds()
            candidates.append(Candidate(name, ability.levels[name], idle, record.spec.calm))
        return candidates, len(free)


def _before(score: float, entry: Entry, than_score: float, than: Entry | None) -> bool:
    return than is None or score > than_score or (score == than_score and entry.place < than.place)


def _reason(best: list[Candidate], entry: Entry) -> Reason:
    first = best[0]
    if first.agent == entry.work.own_agent:
        return Reason.OWN_AGENT
    if len(best) == 1:
        return Reason.ONLY_ONE_FREE
    if first.levels != best[1].levels:
        return Reason.HIGHER_LEVEL
    if wants_calm(entry.work.mood) and first.calm != best[1].calm:
        return Reason.CALM
    return Reason.LONGEST_IDLE
