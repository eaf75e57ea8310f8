"""Traffic through the floor that serves live calls, on virtual time.

Nothing is decided here: who is served, by whom and when is what `Floor.feed` answers. Agents take what they are
offered at once, and stay through the conversation.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

import numpy as np

from routing.changes import (
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    LeftWhy,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkEnded,
    WorkLeft,
)
from routing.floor import Floor
from routing.outcomes import OfferMade
from routing.rehearsal.log import Fate, Log
from routing.rehearsal.setting import Setting
from routing.rehearsal.traffic import Flags, Traffic
from routing.work import Work, WorkKind

_NEVER = math.nan
#: So often is told how far the rehearsal has come, in calls.
_TELL_EVERY = 2_000
_PROMISE = "p"


class _What(IntEnum):
    """What is to happen; at one moment in this order, so that whoever comes is there before whoever goes."""

    SIGN_IN = 0
    CONVERSATION_ENDS = 1
    PATIENCE_ENDS = 2
    PROMISE_OPENS = 3
    QUEUE_CLOSES = 4
    SIGN_OUT = 5


def rehearse(setting: Setting, traffic: Traffic, tell: Callable[[float], None] | None = None) -> Log:
    """Let the traffic come in, and go on until everyone is served or nothing more can happen.

    `tell` is given the share of the calls that have come in, now and then.
    """
    return _Rehearsal(setting, traffic).run(tell)


class _Rehearsal:
    """One run. Columns are lists: reading single items of an array costs three times as much."""

    def __init__(self, setting: Setting, traffic: Traffic) -> None:
        self._setting, self._traffic = setting, traffic
        self._floor = Floor(setting.file, "rehearsal")
        self._places = {name: place for place, name in enumerate(setting.file.agents)}
        count = len(traffic)
        self._which: list[int] = traffic.which.tolist()
        self._service: list[float] = traffic.service.tolist()
        self._patience: list[float] = traffic.patience.tolist()
        self._takes_callback: list[bool] = traffic.takes_callback.tolist()
        self._fate = [Fate.WAITING] * count
        self._left, self._ended = [_NEVER] * count, [_NEVER] * count
        self._opens, self._due, self._called = [_NEVER] * count, [_NEVER] * count, [_NEVER] * count
        self._agent = [-1] * count
        self._events: list[tuple[float, int, int, int, str]] = []
        self._order = itertools.count()
        self._held: deque[int] = deque()
        self._live = 0
        self._now = 0.0

    def run(self, tell: Callable[[float], None] | None) -> Log:
        self._plan()
        arrival: list[float] = self._traffic.arrival.tolist()
        closed: list[bool] = turned_away(self._setting, self._traffic).tolist()
        for call, at in enumerate(arrival):
            self._until(at)
            if closed[call]:
                self._fate[call], self._left[call] = Fate.CLOSED, at
            else:
                self._arrive(call, at)
            if tell is not None and call % _TELL_EVERY == 0:
                tell(call / len(arrival))
        self._until(math.inf)
        if tell is not None:
            tell(1.0)
        return self._log()

    def _plan(self) -> None:
        length = self._setting.length
        for agent, shifts in self._setting.shifts.items():
            for shift in shifts:
                self._add(shift.begins, _What.SIGN_IN, -1, agent)
                if shift.ends < length:  # whoever is there in the end stays until all are served
                    self._add(shift.ends, _What.SIGN_OUT, -1, agent)
        for queue, stretches in self._setting.service.items():
            for stretch in stretches or ():
                self._add(stretch.ends, _What.QUEUE_CLOSES, -1, queue)

    # --- time ----------------------------------------------------------------------------------------------------

    def _until(self, at: float) -> None:
        """All that happens up to this moment, the floor's own timers in between."""
        events = self._events
        while True:
            coming = events[0][0] if events else math.inf
            timer = self._floor.next_moment(self._setting.moment(self._now))
            if timer is not None:
                due = max(self._now, (timer - self._setting.start).total_seconds())
                if due < coming and due < at:
                    self._free(TimePassed(), due, timer)
                    continue
            if coming > at or not events:
                return
            when, what, _, call, name = heapq.heappop(events)
            self._happen(when, what, call, name)

    def _add(self, at: float, what: _What, call: int, name: str) -> None:
        heapq.heappush(self._events, (at, what, next(self._order), call, name))

    def _happen(self, at: float, what: int, call: int, name: str) -> None:
        now = self._setting.moment(at)
        if what == _What.CONVERSATION_ENDS:
            work = str(call) if self._fate[call] is Fate.ANSWERED else f"{_PROMISE}{call}"
            self._free(WorkEnded(name, work), at, now)
        elif what == _What.PATIENCE_ENDS:
            if self._fate[call] is Fate.WAITING:
                self._leave(call, Fate.ABANDONED, LeftWhy.HUNG_UP, at)
        elif what == _What.PROMISE_OPENS:
            if self._setting.callbacks.live_limit is None:
                self._put_in(call, at, now)
            else:
                self._held.append(call)
                self._free(TimePassed(), at, now)
        elif what == _What.SIGN_IN:
            self._feed(AgentSignedIn(name), at, now)
            self._feed(AgentReady(name), at, now)
        elif what == _What.SIGN_OUT:
            self._feed(AgentSignedOut(name), at, now)
        else:
            self._close(name, at)

    # --- callers -------------------------------------------------------------------------------------------------

    def _arrive(self, call: int, at: float) -> None:
        now = self._setting.moment(at)
        kind = self._traffic.classes[self._which[call]]
        self._live += 1
        work = Work(str(call), WorkKind.CALL, kind.needs, kind.tier, kind.urgency, now)
        self._feed(WorkArrived(work), at, now)
        if self._fate[call] is not Fate.WAITING:
            return
        if self._takes_callback[call]:
            self._leave(call, Fate.PROMISED, LeftWhy.PROMISED, at)
            self._promise(call, at)
        elif self._patience[call] < math.inf:
            self._add(at + self._patience[call], _What.PATIENCE_ENDS, call, "")

    def _leave(self, call: int, fate: Fate, why: LeftWhy, at: float) -> None:
        self._fate[call], self._left[call] = fate, at
        self._live -= 1
        self._feed(WorkLeft(str(call), why), at, self._setting.moment(at))

    def _close(self, queue: str, at: float) -> None:
        """Callers who still wait are told that the queue has closed."""
        for waiting in self._floor.waiting(self._setting.moment(at)):
            if waiting.work.kind is WorkKind.CALL and waiting.work.needs.queue == queue:
                self._leave(int(waiting.work.id), Fate.CLOSED, LeftWhy.PROMISED, at)

    # --- promises ------------------------------------------------------------------------------------------------

    def _promise(self, call: int, at: float) -> None:
        opens = at + self._setting.callbacks.earliest_after
        self._opens[call], self._due[call] = opens, opens + self._setting.callbacks.window
        self._add(opens, _What.PROMISE_OPENS, call, "")

    def _free(self, change: Change, at: float, now: datetime) -> None:
        """A change that may leave an agent free. By the rule of a limit, the eldest promise held back may be served
        by whoever gets free; if it is not, it is held back further."""
        limit = self._setting.callbacks.live_limit
        if not self._held or limit is None or self._live >= limit:
            self._feed(change, at, now)
            return
        call = self._held[0]
        self._put_in(call, at, now)
        self._feed(change, at, now)
        if math.isnan(self._called[call]):
            self._feed(WorkLeft(f"{_PROMISE}{call}", LeftWhy.STOOD_DOWN), at, now)
        else:
            self._held.popleft()

    def _put_in(self, call: int, at: float, now: datetime) -> None:
        kind = self._traffic.classes[self._which[call]]
        opens, due = self._setting.moment(self._opens[call]), self._setting.moment(self._due[call])
        tier = self._setting.callbacks.tier or kind.tier
        work = Work(f"{_PROMISE}{call}", WorkKind.PROMISE, kind.needs, tier, kind.urgency, opens, opens, due)
        self._feed(WorkArrived(work), at, now)

    # --- the floor -----------------------------------------------------------------------------------------------

    def _feed(self, change: Change, at: float, now: datetime) -> None:
        self._now = at
        for outcome in self._floor.feed(change, now):
            if type(outcome) is OfferMade:
                self._begin(outcome.work, outcome.agent, at, now)

    def _begin(self, work: Work, agent: str, at: float, now: datetime) -> None:
        self._floor.feed(OfferTaken(agent, work.id), now)
        if work.kind is WorkKind.CALL:
            call = int(work.id)
            self._fate[call], self._left[call] = Fate.ANSWERED, at
            self._live -= 1
        else:
            call = int(work.id.removeprefix(_PROMISE))
            self._called[call] = at
        self._agent[call] = self._places[agent]
        ends = self._ended[call] = at + self._service[call]
        self._add(ends, _What.CONVERSATION_ENDS, call, agent)

    def _log(self) -> Log:
        return Log(
            setting=self._setting,
            traffic=self._traffic,
            fate=np.array(self._fate, dtype=np.int64),
            left=np.array(self._left),
            ended=np.array(self._ended),
            agent=np.array(self._agent, dtype=np.int64),
            opens=np.array(self._opens),
            due=np.array(self._due),
            called=np.array(self._called),
        )


def turned_away(setting: Setting, traffic: Traffic) -> Flags:
    """Which calls come while their queue is closed."""
    closed = np.zeros(len(traffic), dtype=np.bool_)
    for place, kind in enumerate(traffic.classes):
        stretches = setting.service.get(kind.needs.queue)
        if stretches is None:
            continue
        theirs = traffic.which == place
        served = np.zeros(len(traffic), dtype=np.bool_)
        for stretch in stretches:
            served |= (traffic.arrival >= stretch.begins) & (traffic.arrival < stretch.ends)
        closed |= theirs & ~served
    return closed
