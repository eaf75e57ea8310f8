"""The floor: who is here, what waits, and the decisions. Pure; time comes in as `now`.

After each `feed` no free agent and waiting work that match stand beside each other. Every piece of work is in one
place (waiting, offered, taken) and every agent in one state. Changes that come too late are let pass.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from config.errors import NotFound
from config.hotline_file import HotlineFile
from routing.agents import AgentOnFloor, AgentRecord, AgentState, Trigger
from routing.changes import (
    AgentPaused,
    AgentReady,
    AgentSeated,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    FailedWhy,
    LeftWhy,
    OfferFailed,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkClaimed,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.choice import Chooser
from routing.classes import Entry, WaitingWork
from routing.lines import Lines
from routing.moments import Moments
from routing.outcomes import (
    AgentChanged,
    OfferEnded,
    OfferMade,
    Outcome,
    WorkGone,
    WorkQueued,
    WorkReturned,
    WorkStarted,
)
from routing.tier_rates import with_rates
from routing.work import Work, WorkKind

_OF_NO_AGENT = (WorkArrived, WorkLeft, TimePassed)

_TRIGGER_OF = {
    FailedWhy.UNREACHABLE: Trigger.MISS,
    FailedWhy.DECLINED: Trigger.DECLINE,
    FailedWhy.WITHDRAWN: Trigger.WITHDRAW,
}


class Floor:
    """The live state of who serves whom, under one version of the hotline file."""

    def __init__(self, file: HotlineFile, version: str) -> None:
        self._adopting: tuple[HotlineFile, str] | None = None
        self._agents = {name: AgentRecord(name, spec) for name, spec in file.agents.items()}
        self._ready: dict[str, AgentRecord] = {}  # in the order in which they became ready
        self._entries: dict[str, Entry] = {}
        self._sequence = itertools.count()
        self._entry_moments = Moments[Entry]()
        self._agent_moments = Moments[AgentRecord]()
        self._outcomes: list[Outcome] = []
        self._go_by(file, version)

    @property
    def file(self) -> HotlineFile:
        """The hotline file in force, with the tiers' rates solved where it says so."""
        return self._file

    @property
    def version(self) -> str:
        """The version of the hotline file in force."""
        return self._version

    def feed(self, change: Change, now: datetime) -> tuple[Outcome, ...]:
        """Take a change in and decide. `now` must not be before that of an earlier feed.

        Raises `config.errors.NotFound` for an agent whom the hotline file does not know; nothing has changed then.
        """
        if not isinstance(change, _OF_NO_AGENT) and change.agent not in self._agents:
            raise NotFound(
                f"no agent is called {change.agent!r}", where="agents", remedy="name one of the hotline file"
            )
        self._outcomes = []
        if self._adopting is not None:
            self._take_over_file(*self._adopting, now)
        self._catch_up(now)
        self._apply(change, now)
        self._serve(now)
        return tuple(self._outcomes)

    def waiting(self, now: datetime) -> tuple[WaitingWork, ...]:
        """What waits, in the order of score; the arrival breaks ties. Work on offer is not waiting."""
        queued = [(entry.standing.score(now), entry) for entry in self._entries.values() if entry.line is not None]
        queued.sort(key=lambda item: (-item[0], item[1].place))
        return tuple(WaitingWork(entry.work, score) for score, entry in queued)

    def agents(self) -> tuple[AgentOnFloor, ...]:
        """Every agent of the hotline file, signed in or not, in the file's order."""
        return tuple(record.seen() for record in self._agents.values())

    def next_moment(self, now: datetime) -> datetime | None:
        """When `TimePassed` should be fed, if nothing happens before; after a feed always later than `now`."""
        if self._adopting is not None:
            return now
        moments = [at for at in (self._entry_moments.next(), self._agent_moments.next()) if at is not None]
        return min(moments, default=None)

    def adopt(self, file: HotlineFile, version: str) -> None:
        """Go by a newly published file from the next feed on. Agents who are no longer in it finish what they have."""
        self._adopting = (file, version)

    # --- changes -------------------------------------------------------------------------------------------------

    def _apply(self, change: Change, now: datetime) -> None:
        match change:
            case WorkArrived(work):
                self._arrive(work, now)
            case WorkLeft(work_id, why):
                self._leave(work_id, why, now)
            case WorkClaimed(agent, work):
                self._claim(self._agents[agent], work, now)
            case AgentSignedIn(agent):
                self._move(self._agents[agent], Trigger.SIGN_IN, now, "signed in")
            case AgentSeated(agent, station):
                self._agents[agent].station = station
            case AgentSignedOut(agent):
                self._step_back(self._agents[agent], Trigger.SIGN_OUT, now, "")
            case AgentPaused(agent, reason):
                self._step_back(self._agents[agent], Trigger.PAUSE, now, reason)
            case AgentReady(agent):
                if agent in self._file.agents:
                    self._move(self._agents[agent], Trigger.GET_READY, now)
            case OfferTaken(agent, work_id):
                self._take(self._agents[agent], work_id, now)
            case OfferFailed(agent, work_id, why):
                if self._holds(self._agents[agent], work_id):
                    self._part(self._agents[agent], why, now)
            case WorkEnded(agent, work_id):
                if self._holds(self._agents[agent], work_id) and self._agents[agent].state is AgentState.TALKING:
                    self._end(self._agents[agent], None, now)
            case WrapUpEnded(agent):
                self._move(self._agents[agent], Trigger.FINISH, now)
            case TimePassed():
                pass

    def _arrive(self, work: Work, now: datetime) -> None:
        if work.id in self._entries:
            return
        entry = Entry(work, next(self._sequence))
        self._entries[work.id] = entry
        self._queue(entry, now)
        self._outcomes.append(WorkQueued(work))

    def _leave(self, work_id: str, why: LeftWhy, now: datetime) -> None:
        entry = self._entries.get(work_id)
        if entry is None:
            return
        if entry.holder is None:
            self._forget(entry, None, why)
            return
        record = self._agents[entry.holder]
        if record.state is AgentState.TALKING:
            self._end(record, why, now)
            return
        record.entry = None
        self._outcomes.append(OfferEnded(work_id, record.id, FailedWhy.WITHDRAWN))
        self._move(record, Trigger.WITHDRAW, now)
        self._forget(entry, None, why)

    def _claim(self, record: AgentRecord, work: Work, now: datetime) -> None:
        entry = self._entries.get(work.id)
        if entry is not None and entry.holder is not None:
            self._take(record, work.id, now)
            return
        if not self._move(record, Trigger.CLAIM, now):
            return
        if entry is None:
            entry = self._entries[work.id] = Entry(work, next(self._sequence))
        self._lines.take(entry)
        self._hand(entry, record)
        self._outcomes.append(WorkStarted(entry.work, record.id))

    def _take(self, record: AgentRecord, work_id: str, now: datetime) -> None:
        if self._holds(record, work_id) and self._move(record, Trigger.TAKE, now):
            self._outcomes.append(WorkStarted(self._entries[work_id].work, record.id))

    def _step_back(self, record: AgentRecord, trigger: Trigger, now: datetime, reason: str) -> None:
        """Pause or sign out; an offer that is not taken yet goes back."""
        if record.state is AgentState.OFFERED:
            self._part(record, FailedWhy.DECLINED, now, trigger, reason)
        else:
            self._move(record, trigger, now, reason)

    def _part(
        self, record: AgentRecord, why: FailedWhy, now: datetime, trigger: Trigger | None = None, reason: str = ""
    ) -> None:
        """Agent and work separate: a caller goes back to their old place, a promise to its ledger."""
        entry = record.entry
        if entry is None:
            return
        record.entry, entry.holder = None, None
        self._outcomes.append(OfferEnded(entry.work.id, record.id, why))
        blame = "" if why is FailedWhy.WITHDRAWN else str(why)
        self._move(record, trigger or self._trigger_of(why, record), now, reason or blame)
        if entry.work.kind is WorkKind.CALL:
            self._queue(entry, now)
            self._outcomes.append(WorkReturned(entry.work.id))
        else:
            self._forget(entry, None, LeftWhy.NOT_DUE)

    def _trigger_of(self, why: FailedWhy, record: AgentRecord) -> Trigger:
        """What the failure of an offer does to the agent; who often does not answer is taken for unreachable."""
        if why is not FailedWhy.NO_ANSWER:
            return _TRIGGER_OF[why]
        record.unanswered += 1
        return Trigger.MISS if record.unanswered >= self._file.scoring.unreachable_after else Trigger.SKIP

    def _end(self, record: AgentRecord, why: LeftWhy | None, now: datetime) -> None:
        """The conversation is over: wrap-up, or straight back to work where none is foreseen."""
        entry = record.entry
        if entry is None:
            return
        record.entry = None
        record.pull(Trigger.END, now)
        if record.spec.wrap_up > 0:
            self._agent_moments.add(now + timedelta(seconds=record.spec.wrap_up), record)
            self._tell(record, now)
        else:
            self._move(record, Trigger.FINISH, now)
        self._forget(entry, record.id, why)

    # --- time ----------------------------------------------------------------------------------------------------

    def _catch_up(self, now: datetime) -> None:
        """Whatever fell due since the last feed."""
        while (entry := self._entry_moments.pop_due(now)) is not None:
            self._queue(entry, now)
        while (record := self._agent_moments.pop_due(now)) is not None:
            if record.state is AgentState.OFFERED:
                self._part(record, FailedWhy.NO_ANSWER, now)
            else:
                self._move(record, Trigger.FINISH, now)

    def _go_by(self, file: HotlineFile, version: str) -> None:
        self._file = file = with_rates(file)
        self._version = version
        self._lines = Lines(file)
        self._chooser = Chooser(self._lines, self._agents, self._ready, version)
        self._offer_timeout = timedelta(seconds=file.scoring.offer_timeout)

    def _take_over_file(self, file: HotlineFile, version: str, now: datetime) -> None:
        self._adopting = None
        gone = self._agents
        self._agents = {}
        for name, spec in file.agents.items():
            record = gone.pop(name) if name in gone else AgentRecord(name, spec)
            record.spec = spec
            self._agents[name] = record
        leaving = {name: record for name, record in gone.items() if record.state is not AgentState.SIGNED_OUT}
        self._agents |= leaving
        waiting = [entry for entry in self._entries.values() if entry.line is not None]
        for entry in waiting:
            self._lines.take(entry)
        self._go_by(file, version)
        for record in self._agents.values():
            self._lines.note(record.id, record.state.is_serving)
        for entry in waiting:
            self._queue(entry, now)
        for record in leaving.values():
            self._step_back(record, Trigger.SIGN_OUT, now, "")

    # --- decisions -----------------------------------------------------------------------------------------------

    def _serve(self, now: datetime) -> None:
        """Offer work as long as some waiting work matches a free agent."""
        while self._ready and self._lines.waiting:
            decision = self._chooser.decide(now)
            if decision is None:
                return
            entry, record, receipt = decision
            self._lines.take(entry)
            self._hand(entry, record)
            self._move(record, Trigger.OFFER, now)
            self._agent_moments.add(now + self._offer_timeout, record)
            self._outcomes.append(OfferMade(entry.work, record.id, receipt))

    # --- places --------------------------------------------------------------------------------------------------

    @staticmethod
    def _holds(record: AgentRecord, work_id: str) -> bool:
        return record.entry is not None and record.entry.work.id == work_id

    @staticmethod
    def _hand(entry: Entry, record: AgentRecord) -> None:
        entry.holder, record.entry = record.id, entry

    def _queue(self, entry: Entry, now: datetime) -> None:
        """Put the work where it belongs now, wherever it stood."""
        self._lines.take(entry)
        changes_at = self._lines.put(entry, now)
        if changes_at is not None:
            self._entry_moments.add(changes_at, entry)

    def _forget(self, entry: Entry, agent: str | None, why: LeftWhy | None) -> None:
        self._lines.take(entry)
        del self._entries[entry.work.id]
        self._outcomes.append(WorkGone(entry.work, agent, why))

    def _move(self, record: AgentRecord, trigger: Trigger, now: datetime, reason: str = "") -> bool:
        moved = record.pull(trigger, now, reason)
        if moved:
            self._tell(record, now)
        return moved

    def _tell(self, record: AgentRecord, now: datetime) -> None:
        if record.state is AgentState.READY:
            self._ready[record.id] = record
        else:
            self._ready.pop(record.id, None)
        for entry in self._lines.note(record.id, record.state.is_serving):
            self._queue(entry, now)
        self._outcomes.append(AgentChanged(record.id, record.state, record.reason))
        if record.state is AgentState.SIGNED_OUT and record.id not in self._file.agents:
            del self._agents[record.id]
