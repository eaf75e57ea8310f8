"""What a decision of the floor costs: an agent becomes free, and the best of the waiting work is offered.

Times are processor time of this process, taken in several windows, of which the quietest counts: neighbours on the
machine empty its caches, and so can only make a decision look slower than it is.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from hotline.bench.bench_floor import TIERS, bench_file, skill_names
from hotline.bench.row import Row
from routing.changes import AgentReady, AgentSignedIn, OfferTaken, TimePassed, WorkArrived, WorkEnded
from routing.floor import Floor
from routing.outcomes import OfferMade, Outcome
from routing.work import Needs, Work, WorkKind

_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_AGENTS, _SKILLS = 1_000, 50
_WINDOWS, _DECISIONS = 15, 1_000
_FEW, _USUAL, _MANY = 1_000, 10_000, 100_000
_RUSH = timedelta(minutes=10)
_PAUSE = timedelta(milliseconds=20)
_TARGET_P99 = 100.0
#: A hundred times the waiting work may cost so many times as much: the classes fill up, and heaps grow by a logarithm.
_TARGET_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds a decision, and kilobytes a waiting call."""

    mean: float
    p50: float
    p99: float
    memory: float


def rows() -> Iterator[Row]:
    """Measure with few, usual and many callers waiting."""
    few, usual, many = measure(_FEW), measure(_USUAL), measure(_MANY)
    yield Row("routing", f"decisions a second, {_USUAL} waiting", 1e6 / usual.mean, "1/s", None, None)
    yield Row("routing", f"decision p50, {_USUAL} waiting", usual.p50, "us", None, None)
    yield Row("routing", f"decision p99, {_USUAL} waiting", usual.p99, "us", _TARGET_P99, usual.p99 <= _TARGET_P99)
    yield Row("routing", f"decision p50, {_MANY} waiting", many.p50, "us", None, None)
    growth = many.p50 / few.p50
    label = f"decision p50, {_MANY} against {_FEW} waiting"
    yield Row("routing", label, growth, "times", _TARGET_GROWTH, growth <= _TARGET_GROWTH)
    yield Row("routing", "memory of a waiting call", many.memory, "kB", None, None)


def measure(waiting: int) -> Cost:
    """Decide again and again on a floor where everyone is busy and so much work waits."""
    dice = random.Random(waiting)
    floor = Floor(_hotline(dice), "bench")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    now = _START
    for number in range(waiting):
        now += _RUSH / waiting
        floor.feed(WorkArrived(_work(dice, number, now)), now)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / waiting
    in_hand: dict[str, str] = {}
    for agent in floor.file.agents:
        floor.feed(AgentSignedIn(agent), now)
        in_hand |= _taken(floor, floor.feed(AgentReady(agent), now), now)
    windows = []
    for window in range(_WINDOWS):
        numbers = range(waiting + window * _DECISIONS, waiting + (window + 1) * _DECISIONS)
        windows.append(_window(floor, dice, numbers, now, in_hand))
        now += len(numbers) * _PAUSE
    times = min(windows, key=lambda window: window[len(window) * 99 // 100])
    return Cost(sum(times) / len(times), times[len(times) // 2], times[len(times) * 99 // 100], memory)


def _window(floor: Floor, dice: random.Random, numbers: range, now: datetime, in_hand: dict[str, str]) -> list[float]:
    """Someone becomes free, is offered work and takes it, and another caller comes, again and again: what each
    decision cost, in microseconds, in order of size. What falls due by itself is fed apart, as `FloorService` does."""
    times = []
    for number in numbers:
        now += _PAUSE
        if (moment := floor.next_moment(now)) is not None and moment <= now:
            floor.feed(TimePassed(), now)
        agent = dice.choice(list(in_hand))
        change = WorkEnded(agent, in_hand.pop(agent))
        began = time.process_time()
        outcomes = floor.feed(change, now)
        times.append((time.process_time() - began) * 1e6)
        in_hand |= _taken(floor, outcomes, now)
        floor.feed(WorkArrived(_work(dice, number, now)), now)
    return sorted(times)


def _taken(floor: Floor, outcomes: tuple[Outcome, ...], now: datetime) -> dict[str, str]:
    made = {outcome.agent: outcome.work.id for outcome in outcomes if isinstance(outcome, OfferMade)}
    for agent, work in made.items():
        floor.feed(OfferTaken(agent, work), now)
    return made


def _work(dice: random.Random, number: int, since: datetime) -> Work:
    return Work(
        id=str(number),
        kind=WorkKind.CALL,
        needs=Needs("general", "en", ((f"skill-{dice.randrange(_SKILLS)}", dice.randint(1, 3)),)),
        tier=dice.choice(TIERS),
        urgency=dice.choice(tuple(Urgency)),
        since=since,
    )


def _hotline(dice: random.Random) -> HotlineFile:
    skills = skill_names(_SKILLS)
    levels = ({skill: dice.randint(1, 5) for skill in dice.sample(skills, 3)} for _ in range(_AGENTS))
    return bench_file(skills, levels, wrap_up=0)
