"""Calls that come and go: each lives for a random time and does what callers and networks do meanwhile."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import count

import numpy as np

from hotline.bench.edge.callers import Call, State
from hotline.bench.edge.peer import Peer

#: Of the mean life.
_SHORTEST_LIFE, _LONGEST_LIFE = 0.1, 6.0
#: Seconds after INVITE at which a caller thinks better of it: before, while and after the hotline answers.
_CANCELLED = 0.1
#: A key is pressed so long before the call ends at the latest; a call so long must have heard something.
_KEY_MARGIN, _HEARD_AFTER = 0.2, 0.5
_KEYS = 10


class Kind(Enum):
    """What is special about a call."""

    PLAIN = "plain"
    KEYS = "keys"  # a key is pressed twice a second
    CHANGED = "changed"  # the caller re-INVITEs half-way
    CANCELLED = "cancelled"  # the caller gives up before, or just as, the hotline answers
    DEAF = "deaf"  # the first 200 is lost, and with it the ACK


#: How often each comes, in a hundred.
_WEIGHTS = {Kind.PLAIN: 45, Kind.KEYS: 30, Kind.CHANGED: 10, Kind.CANCELLED: 10, Kind.DEAF: 5}


@dataclass(slots=True)
class Tally:
    """What became of the calls: how many were made, by kind; how many failed, and why."""

    made: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    failed: int = 0
    keys: int = 0
    waits: list[float] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        return sum(self.made.values())

    def fail(self, reason: str) -> None:
        """A call was not served as it should be."""
        self.failed += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


@dataclass(slots=True)
class _Life:
    kind: Kind
    seconds: float
    heard_before: int = 0


class Lives:
    """Leads the calls of `peer`, which last for `mean` seconds; the same seed leads the same lives."""

    def __init__(self, peer: Peer, mean: float, seed: int) -> None:
        self.tally = Tally()
        self._peer = peer
        self._mean = mean
        self._random = random.Random(seed)
        self._lives: dict[str, _Life] = {}
        self._plans: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()

    def begin(self, now: float) -> None:
        """One more call."""
        kind = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        call = self._peer.place(now, deaf=kind is Kind.DEAF)
        life = self._mean * min(max(self._random.expovariate(1), _SHORTEST_LIFE), _LONGEST_LIFE)
        self._lives[call.dialog.name] = _Life(kind, life)
        self.tally.made[kind] += 1
        if kind is Kind.CANCELLED:
            self._plan(now + self._random.uniform(0, _CANCELLED), lambda later: self._cancel(call, later))

    def step(self, now: float, changed: list[Call]) -> None:
        """Take note of the calls that came up or ended, and do what is due."""
        for call in changed:
            if call.state is State.UP:
                self._up(call, now)
            else:
                self._over(call)
        while self._plans and self._plans[0][0] <= now:
            heapq.heappop(self._plans)[2](now)

    def _plan(self, moment: float, action: Callable[[float], None]) -> None:
        heapq.heappush(self._plans, (moment, next(self._order), action))

    def _up(self, call: Call, now: float) -> None:
        life = self._lives[call.dialog.name]
        life.heard_before = self._peer.heard(call)
        if life.kind is not Kind.DEAF:
            self.tally.waits.append(call.answered - call.began)
        if life.kind is Kind.CANCELLED:
            life.seconds = 0.0  # the answer crossed the CANCEL
        end = now + life.seconds
        if life.kind is Kind.CHANGED:
            self._plan(now + life.seconds / 2, lambda later: self._change(call, later))
        if life.kind is Kind.KEYS:
            for moment in np.arange(_KEY_MARGIN, life.seconds - _KEY_MARGIN, 0.5):
                self._plan(now + float(moment), lambda later: self._press(call, end - later))
        self._plan(end, lambda later: self._hang_up(call, later))

    def _over(self, call: Call) -> None:
        life = self._lives.pop(call.dialog.name)
        if call.unanswered:
            self.tally.fail(f"{call.unanswered[0]} not answered")
        elif call.ended_by_them:
            self.tally.fail("ended unasked")
        elif call.status != 200 and not (life.kind is Kind.CANCELLED and call.status == 487):
            self.tally.fail(f"status {call.status}")
        elif life.seconds > _HEARD_AFTER and call.media and self._peer.heard(call) == life.heard_before:
            self.tally.fail("nothing heard")

    def _cancel(self, call: Call, now: float) -> None:
        if call.state is State.CALLING:
            self._peer.callers.cancel(call, now)

    def _change(self, call: Call, now: float) -> None:
        if call.state is State.UP:
            self._peer.callers.change(call, now)

    def _press(self, call: Call, left: float) -> None:
        if call.state is State.UP and left > _KEY_MARGIN / 2:  # else we are late, and it could come after the BYE
            self._peer.bank_of(call).press(call.media, self._random.randrange(_KEYS))
            self.tally.keys += 1

    def _hang_up(self, call: Call, now: float) -> None:
        if call.state is State.UP:
            self._peer.callers.hang_up(call, now)
