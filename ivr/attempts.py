"""Keeping a promise by a call: the agent's phone, then the contact's.

The attempt is committed before any phone rings, so that a crash leaves a visible, leased attempt and never a silent
second call; it ends as answered at the moment both sides can hear each other (ADR 6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import structlog

from callbacks.calls import CallChanges, CallRecord
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseKind
from config.errors import DatabaseFault, NotFound, Refused
from ivr.bridge_note import BridgeNote
from ivr.desk import Recording, Stage
from ivr.engagement import AgentSide, Engagement, why_hung_up
from ivr.messages import Bridge, DetectAnswerer, EndedBy, Record
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.services import Services
from ivr.transfers import Transfers, first_to_end
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import phrase
from routing.changes import FailedWhy, OfferFailed

log = structlog.get_logger(__name__)

# Final SIP statuses (RFC 3261 section 21) by what they tell of the contact.
_OUTCOMES = (
    dict.fromkeys((486, 600), AttemptOutcome.BUSY)
    | dict.fromkeys((408, 480, 487), AttemptOutcome.NO_ANSWER)
    | dict.fromkeys((404, 410, 484, 604), AttemptOutcome.WRONG_NUMBER)
    | {603: AttemptOutcome.REJECTED}
)
#: Request Terminated: nobody picked up before it was taken back.
_CANCELLED = 487
_HELLO = {PromiseKind.WHEN_FIXED: "when-fixed-hello"}
_BY_THEM = frozenset({AttemptOutcome.BUSY, AttemptOutcome.REJECTED, AttemptOutcome.WRONG_NUMBER})


def outcome_of(status: int) -> AttemptOutcome:
    """What a final SIP status says of an attempt; anything unlisted is a failure on the way."""
    return _OUTCOMES.get(status, AttemptOutcome.FAILED)


class PromiseCalls:
    """Carries out what the floor decided about a promise."""

    def __init__(self, services: Services, lines: OutboundLines, agent_side: AgentSide, transfers: Transfers) -> None:
        self._services = services
        self._lines = lines
        self._agent_side = agent_side
        self._transfers = transfers

    async def serve(self, engagement: Engagement) -> None:
        """From the offer to the wrap-up. Cancelled, it leaves the attempt as `ivr.dispatch.Dispatcher.stop` says."""
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
            engagement.hang_up()
            await self._finish(promise, engagement, ended_by)
        if engagement.refused is not None:
            await floor.feed(OfferFailed(agent, work.id, engagement.refused))
        elif not engagement.handed_on:
            await self._agent_side.ended(engagement)

    async def _attempt(self, engagement: Engagement, promise: Promise) -> EndedBy:
        """From the first ring to the last word; who ended the call to the contact, or kept it from coming about."""
        outcome: AttemptOutcome | None = AttemptOutcome.FAILED
        try:
            contact = await self._services.book.contact(promise.contact)
            await self._begin_record(engagement, promise, contact)
            outcome = await self._connect(engagement, promise, contact)
        except asyncio.CancelledError:  # see `ivr.dispatch.Dispatcher.stop`
            outcome = None if len(engagement.lines) > 1 else AttemptOutcome.STOOD_DOWN
            raise
        finally:
            if engagement.stood_down:
                outcome = AttemptOutcome.STOOD_DOWN
            if outcome is not None:
                engagement.promise = await self._end_attempt(promise, outcome)
        if outcome is AttemptOutcome.ANSWERED:
            await self._write(self._services.calls.update(promise.attempt or "", bridged_at=self._services.clock.now()))
            await self._talk(engagement, promise)
        return _ended_by(engagement, outcome)

    async def _talk(self, engagement: Engagement, promise: Promise) -> None:
        """Until the contact's conversation is over, with the agent or with whom the agent has put them through to."""
        agents_line, contact_line = engagement.lines
        note = _note_of(engagement, promise)
        third = await self._transfers.until_agent_left(agents_line, contact_line.leg, contact_line.ended, note)
        if third is not None:
            engagement.handed_on = True
            await self._agent_side.ended(engagement)
            await first_to_end(third.ended, contact_line.ended)
            third.hang_up()

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
        line = await self._agent_side.ring(engagement)
        if isinstance(line, FailedWhy):
            engagement.refused = line
            return AttemptOutcome.AGENT_UNREACHABLE
        case = await services.book.case(promise.case) if promise.case else None
        if case is not None:
            await line.play(self._agent_side.clips(phrase("whisper-promise", category=case.category), promise.language))
        if line.ended.is_set():
            engagement.refused = why_hung_up(line)
            return AttemptOutcome.AGENT_UNREACHABLE
        line.play_on(HOLD_MUSIC)
        ring_seconds = services.edition().file.callbacks.ring_seconds
        contact_line = self._lines.dial(contact.number, services.caller_number, ring_seconds)
        engagement.lines.append(contact_line)
        agent_waits = asyncio.ensure_future(_hang_up_after(line, contact_line))
        try:
            await contact_line.answer()
            services.edge.send(DetectAnswerer(contact_line.leg))
            await self._answered(engagement, promise, contact_line)
            hello = phrase(_HELLO.get(promise.kind, "callback-hello"), reference=promise.reference)
            await contact_line.play(self._agent_side.clips(hello, promise.language))
        except UnansweredError as fault:
            was_taken_back = fault.status == _CANCELLED and line.ended.is_set()
            return AttemptOutcome.AGENT_UNREACHABLE if was_taken_back else outcome_of(fault.status)
        finally:
            agent_waits.cancel()
        if line.ended.is_set():
            return AttemptOutcome.AGENT_UNREACHABLE
        if contact_line.ended.is_set():
            return AttemptOutcome.REJECTED
        line.stop_playing()
        services.edge.send(Bridge(line.leg, contact_line.leg, _note_of(engagement, promise).text()))
        return AttemptOutcome.ANSWERED

    async def _begin_record(self, engagement: Engagement, promise: Promise, contact: Contact) -> None:
        attempt, calls, tier = promise.attempt or "", self._services.calls, promise.tier
        known = CallChanges(agent=engagement.agent, receipt=engagement.why, promise=promise.id, queue=promise.queue)
        known |= CallChanges(urgency=promise.urgency.value, language=promise.language)
        if promise.case is not None:
            known["case"] = promise.case
        await self._write(calls.begin(attempt, contact=contact.id, dialled=contact.number, tier=tier, **known))

    async def _answered(self, engagement: Engagement, promise: Promise, line: Line) -> None:
        known: CallChanges = {"answered_at": self._services.clock.now()}
        file, folder = self._services.edition().file, self._services.recordings
        tier = file.tiers.get(promise.tier, file.tiers[file.default_tier])
        if folder is not None and tier.record:
            path = folder / f"{promise.attempt}.wav"
            self._services.edge.send(Record(line.leg, str(path)))
            known["recording"] = path.name
            engagement.recording = Recording.ON
        await self._write(self._services.calls.update(promise.attempt or "", **known))

    async def _finish(self, promise: Promise, engagement: Engagement, ended_by: EndedBy) -> None:
        """The call to the contact, or the try to place it, is over."""
        quality = CallChanges()
        if len(engagement.lines) > 1:
            contact_line = engagement.lines[1]
            await contact_line.ended.wait()  # told at once of a leg that is hung up, and only then with its packets
            quality = contact_line.quality
        await self._write(self._services.calls.finish(promise.attempt or "", ended_by.value, **quality))

    async def _write(self, change: Awaitable[CallRecord]) -> None:
        """A record that cannot be written must not end the call that it is about."""
        try:
            await change
        except (DatabaseFault, NotFound) as fault:
            log.warning("record_not_kept", fault=str(fault))


def _note_of(engagement: Engagement, promise: Promise) -> BridgeNote:
    agents_leg = engagement.lines[0].leg
    return BridgeNote(promise.attempt or "", agent=engagement.agent, agents_leg=agents_leg, promise=promise.id)


def _ended_by(engagement: Engagement, outcome: AttemptOutcome | None) -> EndedBy:
    if outcome is AttemptOutcome.FAILED:
        return EndedBy.FAULT
    if outcome is AttemptOutcome.ANSWERED and not (engagement.called_off or engagement.lines[0].ended.is_set()):
        return EndedBy.THEM
    return EndedBy.THEM if outcome in _BY_THEM else EndedBy.US


async def _hang_up_after(line: Line, other: Line) -> None:
    await line.ended.wait()
    other.hang_up()
