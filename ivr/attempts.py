"""Keeping a promise by a call, from the offer to an agent to the wrap-up.

The attempt is committed before any phone rings, so that a crash leaves a visible, leased attempt and never a silent
second call; it ends as answered at the moment both sides can hear each other (ADR 6). Who is rung first is a matter of
`ivr.ways_of_dialling`.
"""

from __future__ import annotations

import asyncio

import structlog

from callbacks.model import AttemptOutcome, Promise
from config.errors import Refused
from ivr.desk import Stage
from ivr.engagement import AgentSide, Engagement
from ivr.messages import EndedBy
from ivr.outbound import OutboundLines
from ivr.recorded_attempt import RecordedAttempts
from ivr.services import Services
from ivr.transfers import Transfers, first_to_end
from ivr.ways_of_dialling import WaysOfDialling, note_of
from routing.changes import FailedWhy, OfferFailed

log = structlog.get_logger(__name__)

_BY_THEM = frozenset({AttemptOutcome.BUSY, AttemptOutcome.REJECTED, AttemptOutcome.WRONG_NUMBER})


class PromiseCalls:
    """Carries out what the floor decided about a promise."""

    def __init__(self, services: Services, lines: OutboundLines, agent_side: AgentSide, transfers: Transfers) -> None:
        self._services = services
        self._lines = lines
        self._agent_side = agent_side
        self._transfers = transfers
        self._records = RecordedAttempts(services)
        self._ways = WaysOfDialling(services, lines, agent_side, self._records)

    async def serve(self, engagement: Engagement) -> None:
        """From the offer to the wrap-up. Cancelled, it leaves the attempt as `ivr.dispatch.Dispatcher.stop` says."""
        floor, agent, work = self._services.floor, engagement.agent, engagement.work
        try:
            promise = await self._begun(engagement)
        except Refused as refusal:
            log.info("attempt_refused", promise=work.id, why=str(refusal))
            await floor.feed(OfferFailed(agent, work.id, FailedWhy.WITHDRAWN))
            return
        if promise is None:
            await floor.feed(OfferFailed(agent, work.id, engagement.refused or FailedWhy.DECLINED))
            return
        ended_by = EndedBy.FAULT
        try:
            ended_by = await self._attempt(engagement, promise)
        except asyncio.CancelledError:  # the hotline stops
            ended_by = EndedBy.STOP
            raise
        finally:
            engagement.hang_up()
            await self._records.over(promise, engagement, ended_by)
        if engagement.refused is not None:
            await floor.feed(OfferFailed(agent, work.id, engagement.refused))
        elif not engagement.handed_on:
            await self._agent_side.ended(engagement)

    async def _begun(self, engagement: Engagement) -> Promise | None:
        """The attempt is committed; None where the agent was shown the work first and did not want to dial. Raises
        `Refused`."""
        book, agent, work = self._services.book, engagement.agent, engagement.work
        if engagement.stage is Stage.OFFERED:
            await book.offer(work.id, agent)
            is_shown = self._services.edition().file.callbacks.dialling == "preview"
            if is_shown and not await self._ways.says_when(engagement):
                await book.withdraw_offer(work.id)
                return None
        await self._lines.check_ceiling()
        promise = engagement.promise = await book.start_attempt(work.id, agent)
        return promise

    async def _attempt(self, engagement: Engagement, promise: Promise) -> EndedBy:
        """From the first ring to the last word; who ended the call to the contact, or kept it from coming about."""
        outcome: AttemptOutcome | None = AttemptOutcome.FAILED
        try:
            number = await self._services.book.number_of(promise)
            await self._records.begun(engagement, promise, number)
            outcome = await self._ways.connect(engagement, promise, number)
        except asyncio.CancelledError:  # see `ivr.dispatch.Dispatcher.stop`
            outcome = None if engagement.contact_line is not None else AttemptOutcome.STOOD_DOWN
            raise
        finally:
            if engagement.stood_down:
                outcome = AttemptOutcome.STOOD_DOWN
            if outcome is not None:
                engagement.promise = await self._end_attempt(promise, outcome)
        if outcome is AttemptOutcome.ANSWERED:
            await self._records.bridged(promise)
            await self._talk(engagement, promise)
        return _ended_by(engagement, outcome)

    async def _talk(self, engagement: Engagement, promise: Promise) -> None:
        """Until the contact's conversation is over, with the agent or with whom the agent has put them through to."""
        agents_line, contact_line = engagement.agents_line, engagement.contact_line
        if agents_line is None or contact_line is None:
            raise AssertionError("nobody talks without both lines")
        note = note_of(engagement, promise, agents_line)
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


def _ended_by(engagement: Engagement, outcome: AttemptOutcome | None) -> EndedBy:
    if outcome is AttemptOutcome.FAILED:
        return EndedBy.FAULT
    if engagement.cut:
        return EndedBy.STOP
    agent_left = engagement.agents_line is not None and engagement.agents_line.ended.is_set()
    if outcome is AttemptOutcome.ANSWERED and not (engagement.called_off or agent_left):
        return EndedBy.THEM
    return EndedBy.THEM if outcome in _BY_THEM else EndedBy.US
