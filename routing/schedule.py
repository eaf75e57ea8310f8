"""Earliest due date: whether a set of jobs can all be done in time.

On one server that may interrupt a job, serving the job with the earliest due date finishes every job in time whenever
any order does (Jackson 1955 for equal release times; Horn 1974 with release times). A group of agents is taken as one
server of their joint speed, which is right as long as one job is short beside its window.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """All in seconds of working time: when it may begin, when it is due, how long one server needs for it."""

    release: float
    due: float
    length: float


#: A finish may be this many seconds after the due time and still be in time: rounding, not lateness.
_TOLERANCE = 1e-6


def late_jobs(jobs: Sequence[Job], speed: float) -> frozenset[int]:
    """The positions of the jobs that the earliest-due-date schedule finishes late, at `speed` servers' joint pace."""
    if speed <= 0:
        return frozenset(range(len(jobs)))
    coming = sorted(range(len(jobs)), key=lambda n: jobs[n].release, reverse=True)
    started: list[tuple[float, int]] = []
    left = [job.length / speed for job in jobs]
    late = set()
    now = 0.0
    while coming or started:
        if not started:
            now = max(now, jobs[coming[-1]].release)
        while coming and jobs[coming[-1]].release <= now:
            n = coming.pop()
            heapq.heappush(started, (jobs[n].due, n))
        until = jobs[coming[-1]].release if coming else math.inf
        due, n = started[0]
        if now + left[n] > until:
            left[n] -= until - now
            now = until
            continue
        now += left[n]
        heapq.heappop(started)
        if now > due + _TOLERANCE:
            late.add(n)
    return frozenset(late)
