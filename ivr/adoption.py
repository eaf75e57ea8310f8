"""Conversations that outlived the process in which they began: taken up again, and brought to their proper end."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta

import structlog

from callbacks.calls.records import CallRecord, node_name
from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.errors import NotFound, Refused
from config.urgency import Urgency
from ivr.bridge_note import BridgeNote, read_note
from ivr.desk import Recording, Stage
from ivr.dispatch import Dispatcher
from ivr.engagement import AgentSide, Engagement
from ivr.keeper import work_of
from ivr.messages import BridgeSurvived, EndedBy
from ivr.outbound import Line, OutboundLines
from ivr.owed_to_callers import OwedToCallers
from ivr.services import Services
from ivr.transfers import Transfers, first_to_end
from routing.work import Mood, Needs, Work, WorkKind

log = structlog.get_logger(__name__)


class Adoption:
    """Is told of bridges that survived."""

    def __init__(
        self, services: Services, lines: OutboundLines, dispatcher: Dispatcher, owed_to_callers: OwedToCallers
    ) -> None:
        self._services = services
        self._lines = lines
        self._dispatcher = dispatcher
        self._owed_to_callers = owed_to_callers
        self._agent_side = AgentSide(services, lines)
        self._transfers = Transfers(services, lines)
        self._calls: set[str] = set()
        self._knows_all = True

    def survived(self, event: BridgeSurvived) -> Coroutine[None, None, None]:
        """These two still talk. What is told of their legs finds its way from this moment on; the coroutine lasts as
        long as they do."""
        note = read_note(event.note)
        if note is not None:
            self._calls.add(note.call)
        else:
            self._knows_all = False
        return self._guarded(self._lines.adopt(event.leg), self._lines.adopt(event.other), note)

    async def close_records(self, unfinished: tuple[CallRecord, ...]) -> None:
        """Of the records that another process left open, those end here whose calls did not survive: by a fault."""
        lost = [record for record in unfinished if record.id not in self._calls]
        for record in lost:
            await self._services.calls.finish(record.id, EndedBy.FAULT.value)
        if lost:
            log.warning("calls_lost", calls=len(lost))

    async def close_attempts(self, under_way: tuple[Promise, ...]) -> None:
        """Of the attempts that another process left open, those are lost that these very telephones have dialled and
        that did not come to a conversation: the telephones have hung up on them. The others keep their lease, as all do
        while somebody talks of whom we cannot tell why."""
        services = self._services
        dialled_since = services.clock.now() - timedelta(seconds=services.edge.outlived())
        for promise in under_way:
            begun = promise.lease_until and promise.lease_until - timedelta(seconds=services.book.attempt_lease)
            is_ours = begun is not None and begun >= dialled_since and await self._was_dialled_here(promise)
            if is_ours and self._knows_all and promise.attempt is not None and promise.attempt not in self._calls:
                await services.book.lose_attempt(promise.id, promise.attempt)
                log.warning("attempt_lost", promise=promise.id)

    async def _was_dialled_here(self, promise: Promise) -> bool:
        """Whether no other node can have the attempt. One that died before it had a record is of nobody."""
        records = self._services.calls
        record = await records.find(promise.attempt or "")
        return not records.node if record is None else node_name(record.node) == node_name(records.node)

    async def _guarded(self, one: Line, other: Line, note: BridgeNote | None) -> None:
        try:
            if note is None:
                log.warning("conversation_unknown")
            else:
                await self._talk_on(one, other, note)
        except NotFound as fault:  # another database
            log.warning("conversation_unknown", fault=str(fault))
        except Exception:  # whatever we fail to know or to write down of them, they talk: their lines stay watched
            log.exception("conversation_not_taken_up")
        try:
            await first_to_end(one.ended, other.ended)
        finally:
            one.hang_up()
            other.hang_up()

    async def _talk_on(self, one: Line, other: Line, note: BridgeNote) -> None:
        agents, others = (one, other) if one.leg == note.agents_leg else (other, one)
        record = await self._services.calls.call(note.call)
        promise = await self._promise_of(note)
        if promise is None:
            await self._owed_to_callers.meet(record.contact, record.id)
        for line in (agents, others):  # one may have been on hold: nobody would know to take them off it
            line.stop_playing()
        engagement = await self._engage(note, record, promise, [agents, others])
        log.info("conversation_taken_up", call=record.id, agent=note.agent, promise=note.promise)
        if engagement is None:
            await first_to_end(agents.ended, others.ended)
        else:
            third = await self._transfers.until_agent_left(agents, others.leg, others.ended, note)
            await self._agent_side.ended(engagement)
            if third is not None:
                await first_to_end(third.ended, others.ended)
                third.hang_up()
        agents.hang_up()
        others.hang_up()
        await others.ended.wait()
        if promise is None:
            await self._owed_to_callers.left(record.contact, record.id, note.about or None, record.case)
        ended_by = EndedBy.STOP if engagement is not None and engagement.cut else others.ended_by
        await self._services.calls.finish(record.id, ended_by.value, **others.quality)

    async def _promise_of(self, note: BridgeNote) -> Promise | None:
        """The promise that the call was placed for. It is kept (ADR 6), also where the process died before it could
        write that down."""
        if not note.promise:
            return None
        book = self._services.book
        promise = await book.promise(note.promise)
        if promise.state is PromiseState.DIALLING and promise.attempt == note.call:
            try:
                promise = await book.end_attempt(promise.id, note.call, AttemptOutcome.ANSWERED)
            except Refused as refusal:
                log.warning("attempt_over_already", promise=promise.id, why=str(refusal))
        return promise

    async def _engage(
        self, note: BridgeNote, record: CallRecord, promise: Promise | None, lines: list[Line]
    ) -> Engagement | None:
        """The agent has this in hand; None where there is no agent in it, or none that the hotline file knows."""
        if note.agent not in self._services.edition().file.agents:
            return None
        now = self._services.clock.now()
        if record.bridged_at is None:
            record = await self._services.calls.update(record.id, agent=note.agent, bridged_at=now)
        engagement = Engagement(
            note.agent,
            work_of(promise) if promise is not None else self._work_of(record),
            record.receipt,
            Stage.TALKING,
            record.bridged_at or now,
            promise=promise,
            agents_line=lines[0],
            contact_line=lines[1],
            recording=Recording.ON if record.recording else Recording.OFF,
            adopted=record,
        )
        return engagement if await self._dispatcher.adopt(engagement) else None

    def _work_of(self, record: CallRecord) -> Work:
        """The call as work in hand, as far as its record tells: nobody will be chosen for it any more."""
        file = self._services.edition().file
        return Work(
            id=record.id,
            kind=WorkKind.CALL,
            needs=Needs(record.queue or next(iter(file.queues)), record.language or file.languages[0]),
            tier=record.tier,
            urgency=Urgency(record.urgency) if record.urgency else Urgency.INFO,
            since=record.arrived_at,
            mood=Mood(record.mood) if record.mood else Mood.CALM,
        )
