"""The busy hour of a million callers a day on the floor, by simulation on virtual time, and its log on three replicas.

An hour of 120,000 calls is what a day of 1,000,000 has at its worst if its busiest hour takes 12 %. They come at
random; agents, a few more than there are erlangs, talk and wrap up for random times. One floor decides and its changes
are the log, of which every part is put into JSON and read again, as the database has it; two more replicas are fed with
what was read, and have to come to the same decisions. Processor time of this process throughout.

What a live floor does beside deciding, the forecast of each caller's wait, grows with the agents and is measured apart.
"""

from __future__ import annotations

import heapq
import json
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from config.clock import VirtualClock
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from hotline.bench.bench_floor import bench_file, skill_names
from hotline.bench.row import Row
from routing.changes import (
    AgentReady,
    AgentSignedIn,
    Change,
    LeftWhy,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.outcomes import OfferMade, Outcome
from routing.replay import FileAdopted, FloorOpened, Recorded, as_json, from_json
from routing.service import FloorService
from routing.work import Needs, Work, WorkKind

CALLS = 120_000
_HOUR = 3600.0
_TALK, _WRAP_UP, _PATIENCE = 180.0, 20.0, 240.0
#: 120,000 x 200 s / 3600 s are 6,667 agents at work all the time.
_AGENTS = 6_750
_SKILLS = 10
_BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_FORECASTS = 200
_REPLICAS = 3


def rows() -> Iterator[Row]:
    """The hour, then what a forecast costs on that floor."""
    yield from _hour(CALLS, _AGENTS)
    yield Row("sizing", f"forecast of a caller's wait, {_AGENTS:,} agents", forecast(_AGENTS), "ms", None, None)


def _hour(calls: int, agents: int) -> Iterator[Row]:
    what = f"{calls:,} calls in an hour, {agents:,} agents"
    hour = BusyHour(calls, agents)
    hour.run()
    log = hour.log
    yield Row("sizing", f"calls answered, {what}", 100 * len(hour.served) / calls, "%", None, None)
    yield Row("sizing", f"changes a call, {what}", len(log) / calls, "", None, None)
    yield Row("sizing", f"changes a second, {what}", len(log) / _HOUR, "1/s", None, None)
    yield Row("sizing", f"processor time of the floor, {what}", hour.seconds, "s", None, hour.seconds < _HOUR)
    yield Row("sizing", f"a change decided, mean, {what}", 1e6 * hour.seconds / len(log), "us", None, None)
    began = time.process_time()
    lines = written(log)
    yield Row("sizing", "an entry of the log written as JSON", _us(began, len(log)), "us", None, None)
    yield Row("sizing", "an entry of the log", sum(map(len, lines)) / len(lines), "bytes", None, None)
    same = True
    for number in range(1, _REPLICAS):
        began = time.process_time()
        digest = replayed(hour.floor.file, lines)
        same = same and digest == hour.digest
        yield Row("sizing", f"an entry read and replayed, replica {number}", _us(began, len(log)), "us", None, same)


def _us(began: float, count: int) -> float:
    return 1e6 * (time.process_time() - began) / count


def forecast(agents: int) -> float:
    """Milliseconds of the processor to forecast one caller's wait, where all agents are busy."""
    file = hotline(agents)
    floor = Floor(file, "bench")
    live = FloorService(floor, MemoryReceipts(EventBus()), VirtualClock(_BEGINS))
    for number, agent in enumerate(file.agents):
        floor.feed(AgentSignedIn(agent), _BEGINS)
        floor.feed(AgentReady(agent), _BEGINS)
        _offer_taken(floor, floor.feed(WorkArrived(_work(random.Random(number), number, _BEGINS)), _BEGINS), _BEGINS)
    needs = Needs("general", "en")
    live.estimate_wait(needs, "standard", Urgency.SERVICE)
    began = time.process_time()
    for _ in range(_FORECASTS):
        live.estimate_wait(needs, "standard", Urgency.SERVICE)
    return 1000 * (time.process_time() - began) / _FORECASTS


def _offer_taken(floor: Floor, outcomes: tuple[Outcome, ...], now: datetime) -> None:
    for outcome in outcomes:
        if isinstance(outcome, OfferMade):
            floor.feed(OfferTaken(outcome.agent, outcome.work.id), now)


@dataclass(slots=True)
class BusyHour:
    """So many calls that come within an hour, and the log of what the floor was told. `seconds`: of the processor, the
    floor's own. `digest` stands for all decisions."""

    calls: int
    agents: int
    floor: Floor = field(init=False)
    log: list[Recorded] = field(default_factory=list)
    seconds: float = 0.0
    served: set[str] = field(default_factory=set)
    _dice: random.Random = field(default_factory=lambda: random.Random(1))
    _coming: list[tuple[datetime, int, Change]] = field(default_factory=list)
    _decided: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.floor = Floor(hotline(self.agents), "bench")

    @property
    def digest(self) -> str:
        """The same for two floors that decided the same."""
        return _digest(self._decided)

    def run(self) -> None:
        """Until everybody who came has been served or has given up."""
        for agent in self.floor.file.agents:
            self._feed(AgentSignedIn(agent), _BEGINS)
            self._feed(AgentReady(agent), _BEGINS)
        self.log.clear()  # of a shift, and not of calls
        self.seconds = 0.0
        arrivals = sorted(self._dice.uniform(0, _HOUR) for _ in range(self.calls))
        for number, at in enumerate(arrivals):
            now = _BEGINS + timedelta(seconds=at)
            self._until(now)
            self._feed(WorkArrived(_work(self._dice, number, now)), now)
            if str(number) not in self.served:
                self._add(now, self._dice.expovariate(1 / _PATIENCE), WorkLeft(str(number), LeftWhy.HUNG_UP))
        self._until(None)

    def _until(self, moment: datetime | None) -> None:
        """All that happens by then; None: all there is."""
        while self._coming and (moment is None or self._coming[0][0] <= moment):
            at, _, change = heapq.heappop(self._coming)
            if isinstance(change, WorkLeft) and change.work_id in self.served:
                continue
            self._time_passes(at)
            self._feed(change, at)
        if moment is not None:
            self._time_passes(moment)

    def _time_passes(self, until: datetime) -> None:
        now = self.log[-1].at if self.log else _BEGINS
        while (moment := self.floor.next_moment(now)) is not None and moment <= until:
            now = max(now, moment)
            self._feed(TimePassed(), now)

    def _add(self, now: datetime, seconds: float, change: Change) -> None:
        heapq.heappush(self._coming, (now + timedelta(seconds=seconds), len(self.log), change))

    def _feed(self, change: Change, now: datetime) -> None:
        began = time.process_time()
        outcomes = self.floor.feed(change, now)
        self.seconds += time.process_time() - began
        self.log.append(Recorded(change, now))
        for outcome in outcomes:
            if isinstance(outcome, OfferMade):
                self._decided.append(f"{outcome.work.id} {outcome.agent}")
                self.served.add(outcome.work.id)
                self._feed(OfferTaken(outcome.agent, outcome.work.id), now)
                talk = self._dice.expovariate(1 / _TALK)
                self._add(now, talk, WorkEnded(outcome.agent, outcome.work.id))
                self._add(now, talk + self._dice.expovariate(1 / _WRAP_UP), WrapUpEnded(outcome.agent))


def written(log: Iterable[Recorded]) -> list[str]:
    """The entries as the database has them."""
    return [json.dumps(as_json(entry)) for entry in log]


def replayed(file: HotlineFile, lines: list[str]) -> str:
    """What a replica decides that is fed with these entries."""
    floor = Floor(file, "bench")
    for agent in file.agents:
        floor.feed(AgentSignedIn(agent), _BEGINS)
        floor.feed(AgentReady(agent), _BEGINS)
    decided: list[str] = []
    for line in lines:
        recorded = from_json(json.loads(line))
        assert not isinstance(recorded.what, FloorOpened | FileAdopted)
        made = (outcome for outcome in floor.feed(recorded.what, recorded.at) if isinstance(outcome, OfferMade))
        decided += [f"{offer.work.id} {offer.agent}" for offer in made]
    return _digest(decided)


def _digest(decided: list[str]) -> str:
    return sha256("\n".join(decided).encode()).hexdigest()


def _work(dice: random.Random, number: int, since: datetime) -> Work:
    skills = ((f"skill-{dice.randrange(_SKILLS)}", 1),)
    tier = "vip" if dice.random() < 0.1 else "standard"
    return Work(str(number), WorkKind.CALL, Needs("general", "en", skills), tier, Urgency.SERVICE, since)


def hotline(agents: int) -> HotlineFile:
    """Agents with half of the skills each."""
    dice, skills = random.Random(agents), skill_names(_SKILLS)
    levels = (dict.fromkeys(dice.sample(skills, _SKILLS // 2), 3) for _ in range(agents))
    return bench_file(skills, levels, wrap_up=600)
