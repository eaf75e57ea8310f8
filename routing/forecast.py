"""What callers may be told: how long they will wait, and when we can call back.

The wait is estimated from the queue's length (the estimator QL of Ibrahim & Whitt 2009, "Real-time delay estimation
in overloaded multiserver queues with abandonments"): those ahead, and the caller, each take a mean handling time,
shared among the agents who can serve. It takes nobody to give up, so that it errs on the long side.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor, AgentState
from routing.classes import WaitingWork
from routing.hours import Spell, callback_spells
from routing.match import ability, relaxed
from routing.schedule import Job, late_jobs
from routing.score import priority_rate, urgency_points
from routing.work import Needs

#: The share of agents' time that promised calls may take; live callers have the rest (lesson 21).
CALLBACK_SHARE = 0.5

_HORIZON = timedelta(days=14)
_HIGHEST_LEVEL = 5


@dataclass(frozen=True, slots=True)
class FloorSnapshot:
    """The floor at one moment, as far as a forecast needs it."""

    file: HotlineFile
    agents: tuple[AgentOnFloor, ...]
    waiting: tuple[WaitingWork, ...]


class Promised(NamedTuple):
    """A call that is already promised. `service` is its expected handling time in seconds."""

    opens: datetime
    due: datetime
    service: float
    needs: Needs


class Window(NamedTuple):
    """When a promised call falls due: not before `opens`, not after `due`."""

    opens: datetime
    due: datetime


def estimate_wait(snapshot: FloorSnapshot, needs: Needs, tier: str, urgency: Urgency) -> timedelta | None:
    """How long a caller who is queued now is likely to wait; None when nobody at work now can ever serve them.

    Ahead are those with at least the caller's score, but for those of slower tiers whom the caller overtakes while the
    rest are being served.
    """
    file = snapshot.file
    at_work = {agent.id for agent in snapshot.agents if agent.state.is_serving}
    found = _first_serving(file, needs, at_work)
    if found is None:
        return None
    relaxed_after, serving = found
    queue = file.queues.get(needs.queue)
    service = queue.service_seconds if queue is not None else file.callbacks.service_seconds
    pace = service / len(serving)
    rate = priority_rate(tier, file)
    points = urgency_points(urgency, file.scoring)
    for_good, overtaken_after = 0, []
    for rival in _rivals(snapshot, serving):
        lead, gain = rival.score - points, rate - priority_rate(rival.work.tier, file)
        if lead >= 0 and gain <= 0:
            for_good += 1
        elif lead >= 0:
            overtaken_after.append(lead / gain)
    surely = (for_good + 1) * pace
    ahead = for_good + sum(1 for seconds in overtaken_after if seconds >= surely)
    idle = any(agent.id in serving and agent.state is AgentState.READY for agent in snapshot.agents)
    waits = 0.0 if idle and not ahead else (ahead + 1) * pace
    return timedelta(seconds=max(relaxed_after, waits))


def _first_serving(file: HotlineFile, needs: Needs, at_work: set[str]) -> tuple[float, frozenset[str]] | None:
    """Those at work who can serve the needs, relaxed no further than it takes, and the seconds that takes."""
    for ring, relaxed_after in enumerate((0.0, *sorted(file.scoring.relax_after))):
        serving = ability(file.agents, relaxed(needs, ring)).agents & at_work
        if serving:
            return relaxed_after, serving
    return None


def _rivals(snapshot: FloorSnapshot, serving: frozenset[str]) -> Iterator[WaitingWork]:
    """Waiting work that some of these agents may come to serve."""
    shared: dict[Needs, bool] = {}
    for waiting in snapshot.waiting:
        needs = waiting.work.needs
        if needs not in shared:
            able = ability(snapshot.file.agents, relaxed(needs, _HIGHEST_LEVEL)).agents
            shared[needs] = not serving.isdisjoint(able)
        if shared[needs]:
            yield waiting


def feasible_window(
    file: HotlineFile,
    promised: Sequence[Promised],
    needs: Needs,
    now: datetime,
    wanted_opens: datetime | None = None,
    window: timedelta | None = None,
    share: float = CALLBACK_SHARE,
) -> Window:
    """The first window from `wanted_opens` on that we can keep without breaking a promise made before.

    A window lies wholly within the queue's hours and outside quiet hours; where no stretch of those is as long as
    `window`, the stretch itself is the window. It is feasible when, for the agents with the skills needed and for each
    wider group that shares them, the earliest-due-date schedule finishes the new call in time and no other call late
    that was not late before. All the agents of the file count, at `share` of their time.

    There is always an answer: when nothing is feasible within two weeks, or nobody has the skills, the last, or the
    first, window within the hours; when the queue never opens, the wanted one. `wanted_opens` is by default
    `callbacks.earliest_after` from now, `window` is `callbacks.window`.
    """
    length = window if window is not None else timedelta(seconds=file.callbacks.window)
    wanted = max(now, wanted_opens or now + timedelta(seconds=file.callbacks.earliest_after))
    end = max(wanted, max((p.due for p in promised), default=now)) + _HORIZON
    spells = list(callback_spells(file, needs.queue, now, end))
    candidates = _candidates(spells, wanted, length)
    if not candidates:
        return Window(wanted, wanted + length)
    working_time = _WorkingTime(spells)
    groups = _groups(file, promised, needs, working_time, share)
    for candidate in candidates if groups else candidates[:1]:
        job = Job(
            working_time.until(candidate.opens), working_time.until(candidate.due), file.callbacks.service_seconds
        )
        if all(group.can_take(job) for group in groups):
            return candidate
    return candidates[-1 if groups else 0]


def _candidates(spells: Sequence[Spell], wanted: datetime, length: timedelta) -> list[Window]:
    """The windows to try, half a length apart; the end of a stretch that a whole window does not fit in is left out."""
    found = []
    for spell in spells:
        opens = max(spell.start, wanted)
        if spell.end - spell.start < length:
            if opens < spell.end:
                found.append(Window(opens, spell.end))
            continue
        while opens + length <= spell.end:
            found.append(Window(opens, opens + length))
            opens += length / 2
    return found


class _WorkingTime:
    """Turns moments into seconds of working time since the first spell began: the schedule knows no nights."""

    def __init__(self, spells: Sequence[Spell]) -> None:
        self._starts = [spell.start for spell in spells]
        self._spells = spells
        self._before = [0.0]
        for spell in spells:
            self._before.append(self._before[-1] + (spell.end - spell.start).total_seconds())

    def until(self, moment: datetime) -> float:
        """Seconds of working time before the moment."""
        n = bisect.bisect_right(self._starts, moment) - 1
        if n < 0:
            return 0.0
        spell = self._spells[n]
        return self._before[n] + (min(moment, spell.end) - spell.start).total_seconds()


class _Group:
    """Agents who share a load of promised calls."""

    def __init__(self, jobs: list[Job], speed: float) -> None:
        self._jobs = jobs
        self._speed = speed
        self._late = late_jobs(jobs, speed)

    def can_take(self, job: Job) -> bool:
        """Whether one more job fits in."""
        return late_jobs([*self._jobs, job], self._speed) <= self._late


def _groups(
    file: HotlineFile, promised: Sequence[Promised], needs: Needs, working_time: _WorkingTime, share: float
) -> list[_Group]:
    """The groups of agents that a call with these needs weighs on: those who can serve it, and each wider group that
    some promised call can be served by. A call weighs on a group when nobody outside can take it (Hall's condition)."""
    able: dict[Needs, frozenset[str]] = {}
    for each in (needs, *(p.needs for p in promised)):
        if each not in able:
            able[each] = ability(file.agents, relaxed(each, _HIGHEST_LEVEL)).agents
    ours = able[needs]
    if not ours:
        return []
    everyone = frozenset[str]().union(*able.values())
    wider = {group for group in able.values() if group >= ours} | {everyone}
    return [
        _Group(
            [
                Job(working_time.until(p.opens), working_time.until(p.due), p.service)
                for p in promised
                if able[p.needs] <= group
            ],
            speed=len(group) * share,
        )
        for group in wider
    ]
