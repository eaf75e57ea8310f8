"""Carries out what the floor decides: rings the agent's phone for a caller, or for a promise that fell due.

For a promise the attempt is committed before any phone rings, so that a crash leaves a visible, leased attempt and
never a silent second call; the agent's phone comes first, then the contact's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from callbacks.calls import CallChanges, CallRecord
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseKind
from config.errors import DatabaseFault, NotFound, Refused
from ivr.desk import Stage
from ivr.events import WorkMovedOn
from ivr.flow.events import AgentAnswered, AgentLeft, TransferFailed
from ivr.messages import Bridge, EndedBy, Record
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.services import Services
from ivr.session import HOLD_MUSIC, CallSession
from prompts.phrase import Phrase, phrase
from routing.agents import AgentState
from routing.changes import FailedWhy, OfferFailed, OfferTaken, WorkEnded, WorkLeft
from routing.outcomes import AgentChanged, OfferEnded, OfferMade, Outcome, WorkStarted
from routing.receipts import explain
from routing.work import Mood, Work, WorkKind

log = structlog.get_logger(__name__)

# Final SIP statuses (RFC 3261 section 21) by what they tell of the contact.
_OUTCOMES = (
    dict.fromkeys((486, 600), AttemptOutcome.BUSY)
    | dict.fromkeys((408, 480, 487), AttemptOutcome.NO_ANSWER)
    | dict.fromkeys((404, 410, 484, 604), AttemptOutcome.WRONG_NUMBER)
    | {603: AttemptOutcome.REJECTED}
)
_HELLO = {PromiseKind.WHEN_FIXED: "when-fixed-hello"}
_AT_WORK = frozenset({AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})
_DECLINED = frozenset({486, 600, 603})
_BY_THEM = frozenset({AttemptOutcome.BUSY, AttemptOutcome.REJECTED, AttemptOutcome.WRONG_NUMBER})


def outcome_of(status: int) -> AttemptOutcome:
    """What a final SIP status says of an attempt; anything unlisted is a failure on the way."""
    return _OUTCOMES.get(status, AttemptOutcome.FAILED)


@dataclass(slots=True)
class Engagement:
    """One agent and the work they are offered, have in hand, or wrap up. `why` is the receipt, for people.

    `called_off`: no phone may ring for it any more. `refused`: why the agent and the work did not come together.
    `noted`: the agent has said how it went. `lines`: the agent's, then the contact's.
    """

    agent: str
    work: Work
    why: str
    stage: Stage
    since: datetime
    session: CallSession | None = None
    promise: Promise | None = None
    lines: list[Line] = field(default_factory=list)
    refused: FailedWhy | None = None
    called_off: bool = False
    stood_down: bool = False
    noted: bool = False


class Dispatcher:
    """Keeps one engagement for each agent at work."""

    def __init__(self, services: Services, lines: OutboundLines, sessions: dict[str, CallSession]) -> None:
        self._services = services
        self._lines = lines
        self._sessions = sessions
        self._engagements: dict[str, Engagement] = {}
        self._finished: dict[str, Engagement] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def engagement(self, agent: str) -> Engagement | None:
        """What the agent is offered or has in hand."""
        return self._engagements.get(agent)

    def finished(self, agent: str) -> Engagement | None:
        """What the agent had in hand last, if nothing is noted of it and nothing else was offered to them since."""
        over = self._finished.get(agent)
        return None if over is None or over.noted else over

    async def on_outcome(self, outcome: Outcome) -> None:
        """Listen to the floor."""
        match outcome:
            case OfferMade(work=work, agent=agent, receipt=receipt):
                self._engage(agent, work, explain(receipt), Stage.OFFERED)
            case WorkStarted(work=work, agent=agent):
                engagement = self._engagements.get(agent)
                if engagement is None or engagement.work.id != work.id or engagement.stage is Stage.WRAP_UP:
                    self._engage(agent, work, "claimed by hand", Stage.RINGING)
            case OfferEnded(work_id=work_id, agent=agent, why=why):
                engagement = self._engagements.get(agent)
                if engagement is not None and engagement.work.id == work_id and engagement.stage is not Stage.TALKING:
                    engagement.refused = why
                    _hang_up(engagement)
            case AgentChanged(agent=agent, state=state) if state not in _AT_WORK:
                over = self._engagements.pop(agent, None)
                if over is not None and over.stage is Stage.WRAP_UP and over.refused is None:
                    self._finished[agent] = over
            case _:
                pass

    def _engage(self, agent: str, work: Work, why: str, stage: Stage) -> None:
        session = self._sessions.get(work.id)
        engagement = Engagement(agent, work, why, stage, self._services.clock.now(), session)
        self._engagements[agent] = engagement
        self._finished.pop(agent, None)
        serve = self._serve_call if work.kind is WorkKind.CALL else self._serve_promise
        task = asyncio.ensure_future(self._guarded(serve, engagement))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Carry nothing out any more. To be called before the telephones stop, or their end looks like people's doing.

        An attempt that has only rung the agent stands down: it does not count, and is due at once at the next start.
        One that has rung the contact is left to its lease, which ends as lost, with the next try a minute later: as
        soon as any true outcome allows, and never a second ring at once. Who rings back meanwhile is served.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang_up(self, agent: str) -> None:
        """End the agent's conversation, or take back the ringing."""
        engagement = self._engagements.get(agent)
        if engagement is not None:
            _hang_up(engagement)

    def stand_down(self, promise: str) -> bool:
        """The contact of this promise rings in: the outbound attempt ends. False when no agent has it in hand."""
        found = [engagement for engagement in self._engagements.values() if engagement.work.id == promise]
        for engagement in found:
            engagement.stood_down = True
            _hang_up(engagement)
        return bool(found)

    def is_on_the_line(self, contact: str) -> bool:
        """Whether the contact is calling us now."""
        return any(session.contact.id == contact for session in self._sessions.values())

    def caller_left(self, call: str) -> None:
        """The caller hung up: whoever talked or was being rung for them is free."""
        for engagement in self._engagements.values():
            if engagement.work.id == call:
                _hang_up(engagement)

    async def _guarded(self, serve: Callable[[Engagement], Awaitable[None]], engagement: Engagement) -> None:
        try:
            await serve(engagement)
        except Exception:
            # The agent must come free and the work must go on whatever went wrong with this one engagement.
            log.exception("engagement_failed", agent=engagement.agent, work=engagement.work.id)
            _hang_up(engagement)
            await self._services.floor.feed(WorkEnded(engagement.agent, engagement.work.id))

    # --- a caller on the line ---------------------------------------------------------------------------------------

    async def _serve_call(self, engagement: Engagement) -> None:
        floor, agent, work = self._services.floor, engagement.agent, engagement.work
        session = engagement.session
        if session is None:
            await floor.feed(WorkLeft(work.id))
            return
        session.why_this_agent = engagement.why
        if self._services.edition().file.agents[agent].connect == "refer":
            await self._refer(engagement, session)
            return
        line = await self._ring_agent(engagement)
        if isinstance(line, FailedWhy):
            await floor.feed(OfferFailed(agent, work.id, line))
            return
        await line.play(self._clips(phrase("whisper-call", category=session.category), session.spoken_language))
        if line.ended.is_set():  # the agent or the caller hung up: these two have not talked
            await self._at(engagement, Stage.WRAP_UP)
            await floor.feed(OfferFailed(agent, work.id, FailedWhy.DECLINED))
            return
        session.tell(AgentAnswered(agent, line.leg))
        await line.ended.wait()
        session.tell(AgentLeft())
        await self._ended(engagement)

    async def _refer(self, engagement: Engagement, session: CallSession) -> None:
        await self._taken(engagement)
        session.tell(AgentAnswered(engagement.agent, None))
        status = await session.referred.get()
        log.info("call_referred", call=session.call, agent=engagement.agent, status=status)
        if status is None:  # the caller hung up
            await self._ended(engagement)
        elif status < 300:
            await session.connected(engagement.agent)
            session.hang_up()
            await self._ended(engagement)
        else:  # the caller waits on at their place, for another agent
            session.tell(TransferFailed())
            await self._at(engagement, Stage.WRAP_UP)
            await self._services.floor.feed(OfferFailed(engagement.agent, engagement.work.id, FailedWhy.UNREACHABLE))

    async def _ring_agent(self, engagement: Engagement) -> Line | FailedWhy:
        """The agent's phone, answered, or why it was not."""
        if engagement.called_off:
            return FailedWhy.WITHDRAWN
        file = self._services.edition().file
        station, seconds = file.agents[engagement.agent].station, file.scoring.offer_timeout
        line = self._lines.dial(station, self._services.caller_number, seconds)
        engagement.lines.append(line)
        await self._at(engagement, Stage.RINGING)
        try:
            await line.answer()
        except UnansweredError as fault:
            log.info("agent_did_not_answer", agent=engagement.agent, status=fault.status)
            return FailedWhy.DECLINED if fault.status in _DECLINED else FailedWhy.NO_ANSWER
        await self._taken(engagement)
        if not self._has(engagement):  # the offer ended at the very moment the phone was picked up
            line.hang_up()
            return FailedWhy.WITHDRAWN
        return line

    def _has(self, engagement: Engagement) -> bool:
        """Whether the floor agrees that the agent has this work."""
        agent, work = engagement.agent, engagement.work.id
        return any(one.id == agent and one.work == work for one in self._services.floor.agents())

    async def _taken(self, engagement: Engagement) -> None:
        await self._at(engagement, Stage.TALKING)
        await self._services.floor.feed(OfferTaken(engagement.agent, engagement.work.id))

    async def _ended(self, engagement: Engagement) -> None:
        await self._at(engagement, Stage.WRAP_UP)
        await self._services.floor.feed(WorkEnded(engagement.agent, engagement.work.id))

    async def _at(self, engagement: Engagement, stage: Stage) -> None:
        now = self._services.clock.now()
        engagement.stage, engagement.since = stage, now
        moved = WorkMovedOn(subject=engagement.agent, at=now, work=engagement.work.id, stage=stage.value)
        await self._services.events.publish(moved)

    # --- a promise that fell due ------------------------------------------------------------------------------------

    async def _serve_promise(self, engagement: Engagement) -> None:
        book, floor = self._services.book, self._services.floor
        agent, work = engagement.agent, engagement.work
        try:
            if engagement.stage is Stage.OFFERED:
                await book.offer(work.id, agent)
            promise = engagement.promise = await book.start_attempt(work.id, agent)
        except Refused as refusal:
            log.info("attempt_refused", promise=work.id, why=str(refusal))
            await floor.feed(OfferFailed(agent, work.id, FailedWhy.WITHDRAWN))
            return
        ended_by = EndedBy.FAULT
        try:
            ended_by = await self._attempt(engagement, promise)
        except asyncio.CancelledError:  # the hotline stops
            ended_by = EndedBy.US
            raise
        finally:
            await self._write(self._services.calls.finish(promise.attempt or "", ended_by.value))
        _hang_up(engagement)
        if engagement.refused is None:
            await self._ended(engagement)
        else:
            await floor.feed(OfferFailed(agent, work.id, engagement.refused))

    async def _attempt(self, engagement: Engagement, promise: Promise) -> EndedBy:
        """From the first ring to the last word; who ended the call to the contact, or kept it from coming about."""
        outcome: AttemptOutcome | None = AttemptOutcome.FAILED
        try:
            contact = await self._services.book.contact(promise.contact)
            await self._begin_record(engagement, promise, contact)
            outcome = await self._connect(engagement, promise, contact)
        except asyncio.CancelledError:  # see `stop`
            outcome = None if len(engagement.lines) > 1 else AttemptOutcome.STOOD_DOWN
            raise
        finally:
            if engagement.stood_down:
                outcome = AttemptOutcome.STOOD_DOWN
            if outcome is not None:
                engagement.promise = await self._end_attempt(promise, outcome)
        if outcome is AttemptOutcome.ANSWERED:
            await self._write(self._services.calls.update(promise.attempt or "", bridged_at=self._services.clock.now()))
            await _first_to_end(engagement.lines)
        return _ended_by(engagement, outcome)

    async def _end_attempt(self, promise: Promise, outcome: AttemptOutcome) -> Promise:
        """Write down how it went; the promise as it stands now. It may have been closed, or its lease have run out,
        meanwhile: then the book knows better, and the people who talk are left alone."""
        book = self._services.book
        try:
            ended = await book.end_attempt(promise.id, promise.attempt or "", outcome)
        except Refused as refusal:
            log.warning("attempt_over_already", promise=promise.id, outcome=outcome, why=str(refusal))
            return await book.promise(promise.id)
        log.info("attempt_ended", promise=promise.id, outcome=outcome, state=ended.state)
        return ended

    async def _connect(self, engagement: Engagement, promise: Promise, contact: Contact) -> AttemptOutcome:
        """Ring the agent, then the contact, and let them talk; `ANSWERED` once they can hear each other."""
        services = self._services
        line = await self._ring_agent(engagement)
        if isinstance(line, FailedWhy):
            engagement.refused = line
            return AttemptOutcome.AGENT_UNREACHABLE
        case = await services.book.case(promise.case) if promise.case else None
        if case is not None:
            await line.play(self._clips(phrase("whisper-promise", category=case.category), promise.language))
        if line.ended.is_set():
            engagement.refused = FailedWhy.DECLINED
            return AttemptOutcome.AGENT_UNREACHABLE
        line.play_on(HOLD_MUSIC)
        ring_seconds = services.edition().file.callbacks.ring_seconds
        contact_line = self._lines.dial(contact.number, services.caller_number, ring_seconds)
        engagement.lines.append(contact_line)
        agent_waits = asyncio.ensure_future(_hang_up_after(line, contact_line))
        try:
            await contact_line.answer()
            await self._answered(promise, contact_line)
            hello = phrase(_HELLO.get(promise.kind, "callback-hello"), reference=promise.reference)
            await contact_line.play(self._clips(hello, promise.language))
        except UnansweredError as fault:
            return AttemptOutcome.AGENT_UNREACHABLE if line.ended.is_set() else outcome_of(fault.status)
        finally:
            agent_waits.cancel()
        if line.ended.is_set():
            return AttemptOutcome.AGENT_UNREACHABLE
        if contact_line.ended.is_set():
            return AttemptOutcome.REJECTED
        line.stop_playing()
        services.edge.send(Bridge(line.leg, contact_line.leg))
        return AttemptOutcome.ANSWERED

    async def _begin_record(self, engagement: Engagement, promise: Promise, contact: Contact) -> None:
        attempt, calls, tier = promise.attempt or "", self._services.calls, promise.tier
        known = CallChanges(agent=engagement.agent, receipt=engagement.why, promise=promise.id, queue=promise.queue)
        known |= CallChanges(urgency=promise.urgency.value, language=promise.language)
        if promise.case is not None:
            known["case"] = promise.case
        await self._write(calls.begin(attempt, contact=contact.id, dialled=contact.number, tier=tier, **known))

    async def _answered(self, promise: Promise, line: Line) -> None:
        known: CallChanges = {"answered_at": self._services.clock.now()}
        file, folder = self._services.edition().file, self._services.recordings
        tier = file.tiers.get(promise.tier, file.tiers[file.default_tier])
        if folder is not None and tier.record:
            path = folder / f"{promise.attempt}.wav"
            self._services.edge.send(Record(line.leg, str(path)))
            known["recording"] = path.name
        await self._write(self._services.calls.update(promise.attempt or "", **known))

    async def _write(self, change: Awaitable[CallRecord]) -> None:
        """A record that cannot be written must not end the call that it is about."""
        try:
            await change
        except (DatabaseFault, NotFound) as fault:
            log.warning("record_not_kept", fault=str(fault))

    def _clips(self, words: Phrase, language: str) -> tuple[str, ...]:
        edition = self._services.edition()
        now = self._services.clock.now()
        return edition.prompts.clips(words, language, Mood.CALM, now, edition.zone)


def _hang_up(engagement: Engagement) -> None:
    engagement.called_off = True
    for line in engagement.lines:
        line.hang_up()


def _ended_by(engagement: Engagement, outcome: AttemptOutcome | None) -> EndedBy:
    if outcome is AttemptOutcome.FAILED:
        return EndedBy.FAULT
    if outcome is AttemptOutcome.ANSWERED and not (engagement.called_off or engagement.lines[0].ended.is_set()):
        return EndedBy.THEM
    return EndedBy.THEM if outcome in _BY_THEM else EndedBy.US


async def _hang_up_after(line: Line, other: Line) -> None:
    await line.ended.wait()
    other.hang_up()


async def _first_to_end(lines: Iterable[Line]) -> None:
    waits = [asyncio.ensure_future(line.ended.wait()) for line in lines]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
