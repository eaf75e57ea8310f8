"""A random day on the floor, as it would be recorded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor, AgentState
from routing.changes import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    FailedWhy,
    OfferFailed,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.floor import Floor
from routing.outcomes import OfferMade
from routing.receipts import Receipt
from routing.replay import FileAdopted, FloorOpened, Recorded
from routing.work import Mood, Needs, Work, WorkKind
from tests.routing.floors import START, agent, hotline

#: Two versions of a hotline file.
FILES = {
    "1": hotline(
        {
            "kim": agent("en", "ko", safety=5, calm=True),
            "lee": agent("en", safety=2, money=3, wrap_up=0),
            "park": agent("ko", money=1, queues=("general",)),
            "choi": agent("en", "ko", queues=("spares",)),
        }
    ),
    "2": hotline(
        {
            "lee": agent("en", "ko", safety=1, money=3),
            "kim": agent("en", safety=5),
            "yoon": agent("ko", "zh", safety=4, money=1, wrap_up=5),
        },
        scoring={"offer_timeout": 10, "relax_after": (90,), "affinity_hold": 60, "unreachable_after": 2},
    ),
}


class Day:
    """Draws what is told to a floor, feeds it, and keeps what was told and what was decided."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._now = START
        self._works = 0
        self._floor = Floor(FILES["1"], "1")
        self.recording = [Recorded(FloorOpened("1"), START)]
        self.receipts: list[Receipt] = []

    def go_on(self, changes: int) -> None:
        """So many changes more."""
        for _ in range(changes):
            self._now += timedelta(microseconds=self._dice.choice((0, 1, 700_003, 4_000_000, 20_000_000)))
            self._tell(self._draw())

    def adopt(self, version: str) -> None:
        """A new version is published."""
        self._floor.adopt(FILES[version], version)
        self.recording.append(Recorded(FileAdopted(version), self._now))

    def _tell(self, change: Change) -> None:
        self.recording.append(Recorded(change, self._now))
        outcomes = self._floor.feed(change, self._now)
        self.receipts.extend(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))

    def _draw(self) -> Change:
        seen = self._dice.choice(self._floor.agents())
        if self._dice.random() < 0.3:
            return WorkArrived(self._work(self._floor.file))
        if seen.work is not None and self._dice.random() < 0.8:
            return self._about(seen, seen.work)
        waiting = self._floor.waiting(self._now)
        if waiting and self._dice.random() < 0.1:
            return WorkLeft(self._dice.choice(waiting).work.id)
        if seen.state is AgentState.SIGNED_OUT:
            return AgentSignedIn(seen.id)
        if seen.state is AgentState.WRAP_UP:
            return WrapUpEnded(seen.id)
        if seen.state in (AgentState.PAUSED, AgentState.UNREACHABLE):
            return AgentReady(seen.id)
        return self._dice.choice((TimePassed(), TimePassed(), AgentPaused(seen.id, "tea"), AgentSignedOut(seen.id)))

    def _about(self, seen: AgentOnFloor, work: str) -> Change:
        if self._dice.random() < 0.15:
            return OfferFailed(seen.id, work, self._dice.choice(tuple(FailedWhy)))
        return OfferTaken(seen.id, work) if seen.state is AgentState.OFFERED else WorkEnded(seen.id, work)

    def _work(self, file: HotlineFile) -> Work:
        self._works += 1
        promised = self._dice.random() < 0.3
        opens = self._now - timedelta(seconds=self._dice.choice((0, 20, 500)))
        return Work(
            id=f"w{self._works}",
            kind=WorkKind.PROMISE if promised else WorkKind.CALL,
            needs=Needs("general", self._dice.choice(("en", "ko")), self._dice.choice(((), (("safety", 3),)))),
            tier=self._dice.choice(("vip", "standard")),
            urgency=self._dice.choice(tuple(Urgency)),
            since=self._now,
            opens=opens if promised else None,
            due=opens + timedelta(seconds=self._dice.choice((60, 600))) if promised else None,
            own_agent=self._dice.choice((None, None, *file.agents)),
            repeat=self._dice.random() < 0.2,
            mood=self._dice.choice(tuple(Mood)),
            preferred=self._dice.choice(((), (("money", 2),))),
        )


def random_days(count: int) -> Iterator[Day]:
    """Days of 2,000 changes each, with a new version published at noon."""
    for seed in range(count):
        day = Day(seed)
        day.go_on(1_000)
        day.adopt("2")
        day.go_on(1_000)
        yield day
