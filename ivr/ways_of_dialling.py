"""How agent and contact are brought together for a promise: who is rung first, and what the other hears meanwhile.

agent-first: the agent's phone, then the contact's. contact-first: an agent is reserved, the contact rings first, and
nobody waits for a contact who does not answer. preview: the agent reads, says when, and is then rung first.
"""

from __future__ import annotations

import asyncio

import structlog

from callbacks.model import AttemptOutcome, Promise, PromiseKind
from ivr.bridge_note import BridgeNote
from ivr.desk import Stage
from ivr.engagement import AgentSide, Engagement, why_hung_up
from ivr.messages import Bridge, DetectAnswerer
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.recorded_attempt import RecordedAttempts
from ivr.services import Services
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import phrase
from routing.changes import FailedWhy

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
#: A contact who has heard the hello waits so long in silence; then they are asked to hold.
_AGENT_THERE_WITHIN = 3.0


def outcome_of(status: int) -> AttemptOutcome:
    """What a final SIP status says of an attempt; anything unlisted is a failure on the way."""
    return _OUTCOMES.get(status, AttemptOutcome.FAILED)


def note_of(engagement: Engagement, promise: Promise, agents_line: Line) -> BridgeNote:
    """What another process would have to know to take the conversation up."""
    return BridgeNote(promise.attempt or "", agent=engagement.agent, agents_leg=agents_line.leg, promise=promise.id)


class WaysOfDialling:
    """Rings both and lets them talk. Every way ends in what became of the attempt: `ANSWERED` once they can hear each
    other; `engagement.refused` says why the agent did not come."""

    def __init__(
        self, services: Services, lines: OutboundLines, agent_side: AgentSide, records: RecordedAttempts
    ) -> None:
        self._services = services
        self._lines = lines
        self._agent_side = agent_side
        self._records = records

    async def says_when(self, engagement: Engagement) -> bool:
        """The agent is shown the work, for as long as an offer stands, and says when to dial; False if not."""
        await self._agent_side.at(engagement, Stage.PREVIEW)
        await engagement.may_dial.wait()
        return not engagement.called_off

    async def connect(self, engagement: Engagement, promise: Promise, number: str) -> AttemptOutcome:
        """By the way that the hotline file wants."""
        if self._services.edition().file.callbacks.dialling == "contact-first":
            return await self._contact_first(engagement, promise, number)
        return await self._agent_first(engagement, promise, number)

    # --- the agent's phone, then the contact's ------------------------------------------------------------------------

    async def _agent_first(self, engagement: Engagement, promise: Promise, number: str) -> AttemptOutcome:
        line = await self._agent_side.ring(engagement)
        if isinstance(line, FailedWhy):
            engagement.refused = line
            return AttemptOutcome.AGENT_UNREACHABLE
        await self._whisper(line, promise)
        if line.ended.is_set():
            engagement.refused = why_hung_up(line)
            return AttemptOutcome.AGENT_UNREACHABLE
        line.play_on(HOLD_MUSIC)
        contact_line = self._ring_contact(engagement, number)
        agent_waits = asyncio.ensure_future(_hang_up_after(line, contact_line))
        try:
            await self._greeted(engagement, promise, contact_line)
        except UnansweredError as fault:
            was_taken_back = fault.status == _CANCELLED and line.ended.is_set()
            return AttemptOutcome.AGENT_UNREACHABLE if was_taken_back else outcome_of(fault.status)
        finally:
            agent_waits.cancel()
        return self._bridged(engagement, promise, line, contact_line)

    # --- the contact's phone, then the agent's ------------------------------------------------------------------------

    async def _contact_first(self, engagement: Engagement, promise: Promise, number: str) -> AttemptOutcome:
        if not await self._agent_side.reserve(engagement):
            engagement.refused = FailedWhy.WITHDRAWN
            return AttemptOutcome.AGENT_UNREACHABLE
        contact_line = self._ring_contact(engagement, number)
        try:
            await contact_line.answer()
        except UnansweredError as fault:
            return AttemptOutcome.AGENT_UNREACHABLE if engagement.called_off else outcome_of(fault.status)
        ringing = asyncio.ensure_future(self._agent_side.ring(engagement))
        try:
            await self._greeted(engagement, promise, contact_line)
            await self._hold_until(ringing, engagement, promise, contact_line)
            if contact_line.ended.is_set():
                return AttemptOutcome.REJECTED
            line = await ringing
        finally:
            if not ringing.done():
                for phone in engagement.ringing:
                    phone.hang_up()
                ringing.cancel()
        if isinstance(line, FailedWhy):
            return await self._nobody_came(engagement, promise, contact_line, line)
        await self._whisper(line, promise)
        if line.ended.is_set():
            return await self._nobody_came(engagement, promise, contact_line, why_hung_up(line))
        return self._bridged(engagement, promise, line, contact_line)

    async def _hold_until(
        self, ringing: asyncio.Future[Line | FailedWhy], engagement: Engagement, promise: Promise, contact_line: Line
    ) -> None:
        """Until the agent is there, or known not to come, or the contact hangs up."""
        over = asyncio.ensure_future(contact_line.ended.wait())
        patience = asyncio.ensure_future(self._services.clock.sleep(_AGENT_THERE_WITHIN))
        try:
            await asyncio.wait((ringing, over, patience), return_when=asyncio.FIRST_COMPLETED)
            if not (ringing.done() or over.done()):
                await contact_line.play(self._agent_side.clips(phrase("contact-wait"), promise.language))
                contact_line.play_on(HOLD_MUSIC)
                log.info("contact_holds", agent=engagement.agent, promise=promise.id)
                await asyncio.wait((ringing, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            patience.cancel()

    async def _nobody_came(
        self, engagement: Engagement, promise: Promise, contact_line: Line, why: FailedWhy
    ) -> AttemptOutcome:
        """Their phone rang for nothing: that counts as a try, and is not repeated at once."""
        engagement.refused = why
        await contact_line.play(self._agent_side.clips(phrase("agent-missing"), promise.language))
        return AttemptOutcome.FAILED

    # --- what both ways share -----------------------------------------------------------------------------------------

    def _ring_contact(self, engagement: Engagement, number: str) -> Line:
        rules = self._services.edition().file.callbacks
        line = engagement.contact_line = self._lines.dial(number, self._services.caller_number, rules.ring_seconds)
        if engagement.called_off:
            line.hang_up()
        return line

    async def _greeted(self, engagement: Engagement, promise: Promise, line: Line) -> None:
        """The contact picks up and hears who calls. Raises `UnansweredError`."""
        await line.answer()
        self._services.edge.send(DetectAnswerer(line.leg))
        await self._records.answered(engagement, promise, line)
        hello = phrase(_HELLO.get(promise.kind, "callback-hello"), reference=promise.reference)
        await line.play(self._agent_side.clips(hello, promise.language))

    async def _whisper(self, line: Line, promise: Promise) -> None:
        case = await self._services.book.case(promise.case) if promise.case else None
        if case is not None:
            whisper = phrase("whisper-promise", category=case.category)
            await line.play(self._agent_side.clips(whisper, promise.language))

    def _bridged(self, engagement: Engagement, promise: Promise, line: Line, contact_line: Line) -> AttemptOutcome:
        if line.ended.is_set():
            return AttemptOutcome.AGENT_UNREACHABLE
        if contact_line.ended.is_set():
            return AttemptOutcome.REJECTED
        line.stop_playing()
        contact_line.stop_playing()
        note = note_of(engagement, promise, line)
        self._services.edge.send(Bridge(line.leg, contact_line.leg, note.text()))
        return AttemptOutcome.ANSWERED


async def _hang_up_after(line: Line, other: Line) -> None:
    await line.ended.wait()
    other.hang_up()
