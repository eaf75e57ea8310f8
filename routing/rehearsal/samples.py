"""From the log of one run to samples: what each stretch of time adds to each figure, for each class and overall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from routing.match import ability, relaxed
from routing.rehearsal.controls import EACH, controls
from routing.rehearsal.log import Fate, Log
from routing.rehearsal.traffic import Flags, Floats, Integers

OVERALL = "overall"
_HOURS = 24
_HIGHEST_LEVEL = 5


@dataclass(frozen=True, slots=True)
class RowSamples:
    """What one line of the report is made from. Arrays have one item for each stretch unless said otherwise.

    `ratios` pairs a numerator with its denominator. `waits` has the calls' own waits in seconds, but for those who took
    a promise instead of waiting; `stretch` tells which stretch each of them belongs to. `by_hour` has 24 hours of the
    day by (calls, seconds waited). `target` is the wait that the service level is about, None where classes differ.
    """

    name: str
    target: float | None
    counts: Mapping[str, int]
    ratios: Mapping[str, tuple[Floats, Floats]]
    waits: Floats
    stretch: Integers
    by_hour: Floats
    controls: Floats | None


def rows(log: Log, warm_up: float, batches: int) -> tuple[RowSamples, ...]:
    """Each class in its order, then all of them. Calls count in the stretch they arrived in, after the warm-up."""
    edges = np.linspace(warm_up, log.setting.length, batches + 1)
    view = _View(log, edges)
    count = len(log.traffic.classes)
    markov = log.traffic.markov
    measured = controls(log, markov, _servers(log), edges) if markov is not None else None
    found = []
    for place, kind in enumerate(log.traffic.classes):
        own = _beside(measured, [place]) if measured is not None else None
        found.append(view.row(kind.name, log.traffic.which == place, view.targets[place], own))
    if count > 1:
        whole = _beside(measured, range(count)) if measured is not None else None
        target = view.targets[0] if len(set(view.targets)) == 1 else None
        found.append(view.row(OVERALL, np.ones(len(log.traffic), dtype=np.bool_), target, whole))
    return tuple(found)


def _beside(measured: Floats, places: Iterable[int]) -> Floats:
    """The control variates of all calls, and the sum of those of the classes at these places."""
    each = measured.reshape(len(measured), -1, EACH)
    return np.concatenate(
        [each[:, 0], sum((each[:, 1 + place] for place in places), np.zeros_like(each[:, 0]))], axis=1
    )


class _View:
    """The log's columns, prepared."""

    def __init__(self, log: Log, edges: Floats) -> None:
        self._log, self._edges = log, edges
        traffic, file = log.traffic, log.setting.file
        self.targets = [
            (file.tiers.get(kind.tier) or file.tiers[file.default_tier]).target_wait for kind in traffic.classes
        ]
        end = np.nanmax(np.concatenate([log.left, log.ended, [log.setting.length]]))
        self._waited = np.where(np.isnan(log.left), end, log.left) - traffic.arrival
        self._in_time = self._waited <= np.array(self.targets)[traffic.which]
        self._stretch = np.searchsorted(edges, traffic.arrival, side="right") - 1
        self._counted = (self._stretch >= 0) & (self._stretch < len(edges) - 1) & (log.fate != Fate.CLOSED)
        began_at = log.setting.start.astimezone(ZoneInfo(file.hotline.zone))
        offset = began_at.hour * 3600 + began_at.minute * 60 + began_at.second
        self._hour = ((traffic.arrival + offset) // 3600).astype(np.int64) % _HOURS
        wrap_up = np.array([agent.wrap_up for agent in file.agents.values()])[log.agent]
        began = np.where(np.isnan(log.called), log.left, log.called)
        served = log.agent >= 0
        self._began = np.where(served, began, 0.0)
        self._busy = np.where(served, log.ended + wrap_up - began, 0.0)
        self._staffed = np.zeros(len(edges))
        for shifts in log.setting.shifts.values():
            for shift in shifts:
                self._staffed += np.clip(edges - shift.begins, 0, shift.ends - shift.begins)

    def row(self, name: str, theirs: Flags, target: float | None, measured: Floats | None) -> RowSamples:
        log = self._log
        chosen = theirs & self._counted
        offered = self._sum(chosen)
        made = ~np.isnan(log.due) & chosen
        late = made & (np.where(np.isnan(log.called), np.inf, log.called) > log.due)
        stayed = chosen & (log.fate != Fate.PROMISED)
        answered = chosen & (log.fate == Fate.ANSWERED)
        abandoned = chosen & (log.fate == Fate.ABANDONED)
        lasting = np.diff(self._edges)
        in_queue = self._integral(log.traffic.arrival, self._waited, theirs & (log.fate != Fate.CLOSED))
        # In the long run both are the same (Little's law), and what lies within the stretch goes with its controls.
        waiting = self._sum(stayed, self._waited) if measured is None else in_queue
        ratios = {
            "waited": (self._sum(chosen & (self._waited > 0)), offered),
            "abandoned": (self._sum(abandoned), offered),
            "mean_wait": (waiting, self._sum(stayed)),
            "mean_queue": (in_queue, lasting),
            "service_level": (self._sum(answered & self._in_time), offered),
            "occupancy": (self._integral(self._began, self._busy, theirs), np.diff(self._staffed)),
            "late": (self._sum(late), self._sum(made)),
        }
        groups = np.array(_like(log), dtype=np.int64)[log.traffic.which] if name == OVERALL else log.traffic.which
        counts = {
            "offered": chosen,
            "answered": answered,
            "abandoned": abandoned,
            "promised": chosen & (log.fate == Fate.PROMISED),
            "unserved": chosen & (log.fate == Fate.WAITING),
            "closed": theirs & (log.fate == Fate.CLOSED),
            "promises_made": made,
            "promises_kept": made & ~late,
            "promises_late": late,
            "overtaken": chosen & _overtaken(log.traffic.arrival, log.left, log.fate, groups, theirs),
        }
        by_hour = np.stack(
            [
                np.bincount(self._hour[stayed], minlength=_HOURS).astype(np.float64),
                np.bincount(self._hour[stayed], weights=self._waited[stayed], minlength=_HOURS),
            ],
            axis=1,
        )
        return RowSamples(
            name=name,
            target=target,
            counts={key: int(flags.sum()) for key, flags in counts.items()},
            ratios=ratios,
            waits=self._waited[stayed],
            stretch=self._stretch[stayed],
            by_hour=by_hour,
            controls=measured,
        )

    def _sum(self, chosen: Flags, weights: Floats | None = None) -> Floats:
        counted = chosen & self._counted
        each = np.ones(int(counted.sum())) if weights is None else weights[counted]
        return np.bincount(self._stretch[counted], weights=each, minlength=len(self._edges) - 1).astype(np.float64)

    def _integral(self, begins: Floats, lasting: Floats, chosen: Flags) -> Floats:
        """How much of the chosen spans lies in each stretch, seconds."""
        begins, lasting = begins[chosen], lasting[chosen]
        return np.diff([float(np.clip(edge - begins, 0, lasting).sum()) for edge in self._edges])


def _servers(log: Log) -> tuple[int, ...]:
    """How many agents can serve each class at last, and how many there are."""
    agents = log.setting.file.agents
    able = [len(ability(agents, relaxed(kind.needs, _HIGHEST_LEVEL)).agents) for kind in log.traffic.classes]
    return (*able, len(agents))


def _like(log: Log) -> list[int]:
    """For each class the first one with the same needs: only among those can a caller be said to be overtaken."""
    needs = [kind.needs for kind in log.traffic.classes]
    return [needs.index(each) for each in needs]


def _overtaken(arrival: Floats, left: Floats, fate: Integers, groups: Integers, theirs: Flags) -> Flags:
    """Who was still waiting when a caller of the same group who came later was answered."""
    found = np.zeros(len(arrival), dtype=np.bool_)
    answered = np.where((fate == Fate.ANSWERED) & theirs, left, np.inf)
    for group in np.unique(groups[theirs]):
        members = np.flatnonzero(theirs & (groups == group) & (fate != Fate.CLOSED))
        soonest = np.minimum.accumulate(answered[members][::-1])[::-1]  # among this one and all who came later
        until = np.where(np.isnan(left[members]), np.inf, left[members])
        found[members[:-1]] = soonest[1:] < until[:-1]
    return found
