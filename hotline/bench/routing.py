"""What a decision of the floor costs: an agent becomes free, and the best of the waiting work is offered.

Times are processor time of this process, so that neighbours on the machine do not count.
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
from hotline.bench.row import Row
from routing.changes import AgentReady, AgentSignedIn, OfferTaken, WorkArrived, WorkEnded
from routing.floor import Floor
from routing.outcomes import OfferMade, Outcome
from routing.work import Needs, Work, WorkKind

_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_AGENTS, _SKILLS, _DECISIONS = 1_000, 50, 3_000
_FEW, _USUAL, _MANY = 1_000, 10_000, 100_000
_TARGET_P99 = 100.0
#: A hundred times the waiting work may cost so many times as much: the classes fill up, and heaps grow by a logarithm.
_TARGET_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds a decision, and kilobytes a waiting call."""

    p50: float
    p99: float
    memory: float


def rows() -> Iterator[Row]:
    """Measure with few, usual and many callers waiting."""
    few, usual, many = measure(_FEW), measure(_USUAL), measure(_MANY)
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
    for number in range(waiting):
        floor.feed(WorkArrived(_work(dice, number, _START)), _START)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / waiting
    now = _START + timedelta(minutes=10)
    in_hand: dict[str, str] = {}
    for agent in floor.file.agents:
        floor.feed(AgentSignedIn(agent), now)
        in_hand |= _taken(floor, floor.feed(AgentReady(agent), now), now)
    times = []
    for number in range(_DECISIONS):
        now += timedelta(milliseconds=20)
        agent = dice.choice(list(in_hand))
        change = WorkEnded(agent, in_hand.pop(agent))
        began = time.process_time()
        outcomes = floor.feed(change, now)
        times.append((time.process_time() - began) * 1e6)
        in_hand |= _taken(floor, outcomes, now)
        floor.feed(WorkArrived(_work(dice, waiting + number, now)), now)
    times.sort()
    return Cost(times[len(times) // 2], times[len(times) * 99 // 100], memory)


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
        tier=dice.choice(("vip", "standard")),
        urgency=dice.choice(tuple(Urgency)),
        since=since,
    )


def _hotline(dice: random.Random) -> HotlineFile:
    skills = [f"skill-{number}" for number in range(_SKILLS)]
    agents = {
        f"agent-{number}": {
            "name": f"Agent {number}",
            "station": f"sip:{number}@127.0.0.1",
            "skills": {skill: dice.randint(1, 5) for skill in dice.sample(skills, 3)},
            "languages": ["en"],
            "wrap_up": 0,
        }
        for number in range(_AGENTS)
    }
    return HotlineFile.model_validate(
        {
            "hotline": {"name": "Bench"},
            "languages": ["en"],
            "numbers": {"1000": {"language": "en"}},
            "tiers": {"vip": {"priority_rate": 4.0}, "standard": {}},
            "default_tier": "standard",
            "skills": skills,
            "queues": {"general": {}},
            "agents": agents,
            "categories": {"other": {"queue": "general", "titles": {"en": "Other"}}},
            "flow": {"start": "greet", "steps": {"greet": {"kind": "greet"}}},
        }
    )
