"""The decision itself: which waiting work is next, and which of the free agents gets it."""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from routing.agents import AgentRecord
from routing.classes import Entry, Group, Line
from routing.lines import Lines
from routing.match import preferred_skills, wants_calm
from routing.receipts import Candidate, Reason, Receipt, RunnerUp
from routing.work import Work

#: So many of the best free agents are named on a receipt.
_NAMED = 5
_TURN = operator.attrgetter("turn")


class _Look(NamedTuple):
    """The line whose head has the highest score, the head of another line that comes next, and how many wait."""

    best: Line | None
    other: Line | None
    total: int


class Chooser:
    """Looks at the floor, changes nothing."""

    def __init__(
        self,
        lines: Lines,
        agents: Mapping[str, AgentRecord],
        ready: Mapping[str, AgentRecord],
        version: str,
    ) -> None:
        self._lines = lines
        self._agents = agents
        self._ready = ready
        self._version = version

    def decide(self, now: datetime) -> tuple[Entry, AgentRecord, Receipt] | None:
        """The work with the highest score that some free agent may serve, the agent for it, and why; arrival breaks
        ties. None when nothing waits for those who are free."""
        seen = self._look(self._ready, now)
        line = seen.best
        if line is None:
            return None
        entry = line.heap[0][4]
        work = entry.work
        best, free = self._preferred(work, line.group, now)
        record = self._agents[best[0].agent]
        if len(self._ready) > 1:
            seen = self._look((record.id,), now)
        terms = entry.standing.terms(now)
        receipt = Receipt(
            at=now,
            work=work.id,
            kind=work.kind,
            tier=work.tier,
            urgency=work.urgency,
            waited=(now - work.since).total_seconds(),
            agent=record.id,
            score=sum(terms.values()),
            terms=terms,
            runner_up=self._runner_up(line, seen.other, now),
            ahead_of=seen.total - 1,
            ring=entry.ring,
            skills=tuple([(skill, record.spec.skills[skill]) for skill, _ in work.needs.skills]),
            considered=tuple(best),
            free=free,
            reason=_reason(best, work),
            file_version=self._version,
        )
        return entry, record, receipt

    def _look(self, free: Collection[str], now: datetime) -> _Look:
        """What these agents may serve. Only the heads of the lines are compared."""
        seconds = (now - self._lines.start(now)).total_seconds()
        best: Line | None = None
        other: Line | None = None
        best_score = other_score = -math.inf
        total = 0
        for group in self._lines.served_by(free):
            total += group.waiting
            for pace, line in group.lines.items():
                score = pace * seconds - line.lead
                if score > best_score or (score == best_score and _came_before(line, best)):
                    other, other_score = best, best_score
                    best, best_score = line, score
                elif score > other_score or (score == other_score and _came_before(line, other)):
                    other, other_score = line, score
        return _Look(best, other, total)

    def _runner_up(self, line: Line, other: Line | None, now: datetime) -> RunnerUp | None:
        """The next in the best line, or the head of another."""
        rival = line.second()
        score = -math.inf if rival is None else rival.standing.score(now)
        if other is not None:
            head = other.heap[0][4]
            its_score = head.standing.score(now)
            if rival is None or its_score > score or (its_score == score and head.place < rival.place):
                rival, score = head, its_score
        return None if rival is None else RunnerUp(rival.work.id, score)

    def _preferred(self, work: Work, group: Group, now: datetime) -> tuple[list[Candidate], int]:
        """The best of the free agents who can serve, best first, and how many those are."""
        free = [record for name, record in self._ready.items() if name in group.agents]
        if len(free) > 1:
            calm_counts = wants_calm(work.mood)
            plain = not (calm_counts or work.preferred or work.own_agent or work.needs.skills)

            def order(record: AgentRecord) -> tuple[bool, int, int, bool, tuple[datetime, str]]:
                return (
                    record.id != work.own_agent,
                    -preferred_skills(record.spec, work.preferred),
                    -group.levels[record.id],
                    calm_counts and not record.spec.calm,
                    record.turn,
                )

            # `_ready` is nearly in order of turns already, and sorting what is in order costs next to nothing.
            free.sort(key=_TURN if plain else order)
        return [_candidate(record, work, group, now) for record in free[:_NAMED]], len(free)


def _candidate(record: AgentRecord, work: Work, group: Group, now: datetime) -> Candidate:
    return Candidate(
        agent=record.id,
        levels=group.levels[record.id],
        idle=(now - (record.idle_since or now)).total_seconds(),
        calm=record.spec.calm,
        preferred=preferred_skills(record.spec, work.preferred),
    )


def _came_before(line: Line, other: Line | None) -> bool:
    """Whether the head of one line arrived before that of another."""
    return other is not None and line.heap[0][4].place < other.heap[0][4].place


def _reason(best: list[Candidate], work: Work) -> Reason:
    first = best[0]
    if first.agent == work.own_agent:
        return Reason.OWN_AGENT
    if len(best) == 1:
        return Reason.ONLY_ONE_FREE
    if first.preferred != best[1].preferred:
        return Reason.PREFERRED_SKILL
    if first.levels != best[1].levels:
        return Reason.HIGHER_LEVEL
    if wants_calm(work.mood) and first.calm != best[1].calm:
        return Reason.CALM
    return Reason.LONGEST_IDLE
