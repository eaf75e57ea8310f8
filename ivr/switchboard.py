"""Every call in progress: takes what edge and ears tell to the call it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.errors import Refused
from config.ids import new_id
from config.masking import mask_number
from ivr import messages as wire
from ivr.dispatch import Dispatcher
from ivr.outbound import OutboundLines
from ivr.services import Services
from ivr.session import CallSession
from routing.changes import LeftWhy, WorkLeft

log = structlog.get_logger(__name__)

# Seconds that calls which end with the program have to write their records.
RECORDS_WITHIN = 5.0


class Switchboard:
    """The one listener of the edge and the ears."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.lines = OutboundLines(services.edge, lambda: services.edition().file.dialling)
        self.sessions: dict[str, CallSession] = {}
        self.dispatcher = Dispatcher(services, self.lines, self.sessions)
        self._by_leg: dict[str, CallSession] = {}
        self._early: dict[str, list[wire.EdgeEvent]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._leave_floor: Callable[[], None] = _nothing

    async def start(self) -> None:
        """Take calls."""
        self._leave_floor = self._services.floor.subscribe(self.dispatcher.on_outcome)
        await self._services.ears.start(self.on_ears)
        await self._services.edge.start(self.on_edge)

    async def stop(self) -> None:
        """Take no more calls and end those in progress; nobody is rung any more, and each call gets its record."""
        self._leave_floor()
        self._leave_floor = _nothing
        await self.dispatcher.stop()  # before the legs end, which the attempts would take for their outcome
        await self._services.edge.stop()
        await self._services.ears.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=RECORDS_WITHIN)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def on_edge(self, event: wire.EdgeEvent) -> None:
        """A telephone event, for a caller's leg or one that we dialled."""
        if isinstance(event, wire.LegArrived):
            self._early[event.leg] = []
            task = asyncio.ensure_future(self._receive(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif event.leg in self._early:
            self._early[event.leg].append(event)
        elif event.leg in self._by_leg:
            self._by_leg[event.leg].take_edge(event)
        elif not self.lines.take(event):
            log.debug("event_of_unknown_leg", event_type=type(event).__name__)

    def on_ears(self, event: wire.EarsEvent) -> None:
        """Something was heard."""
        session = self._by_leg.get(event.leg)
        if session is not None:
            session.take_ears(event)

    async def _receive(self, arrived: wire.LegArrived) -> None:
        """One caller's call from its first ring to its record."""
        services, call = self._services, new_id()
        try:
            await self._live(arrived, call)
        except Exception:
            log.exception("call_failed", call=call)
            services.edge.send(wire.HangUp(arrived.leg))
        finally:
            self._early.pop(arrived.leg, None)
            self._by_leg.pop(arrived.leg, None)
            self.sessions.pop(call, None)

    async def _live(self, arrived: wire.LegArrived, call: str) -> None:
        services = self._services
        contact = await services.book.contact_by_number(arrived.caller, services.edition().file.default_tier)
        session = CallSession(arrived.leg, call, contact, arrived.dialled, services)
        self.sessions[call] = session
        await services.calls.begin(call, contact=contact.id, dialled=arrived.dialled, tier=contact.tier)
        try:
            owed = await services.book.meet_caller(contact.id, call)
            for promise in owed:
                await self._stand_down(promise)
            log.info("call_arrived", call=call, caller=mask_number(arrived.caller), dialled=arrived.dialled)
            self._by_leg[arrived.leg] = session
            for event in self._early.pop(arrived.leg):
                session.take_edge(event)
            await session.run(owed)
        finally:
            self.dispatcher.caller_left(call)
            await self._keep_what_was_served(session)
            await services.book.caller_left(contact.id, call)
            await services.calls.finish(call, session.ended_by, **session.line_quality)
            log.info("call_ended", call=call)

    async def _stand_down(self, promise: Promise) -> None:
        """Its contact rings in: nobody is to dial them now."""
        if promise.state is PromiseState.DIALLING and not self.dispatcher.stand_down(promise.id):
            # An attempt of a process that died: its lease must not outlive this call, or they are rung once more.
            try:
                await self._services.book.end_attempt(promise.id, promise.attempt or "", AttemptOutcome.STOOD_DOWN)
            except Refused as refusal:
                log.info("attempt_over_already", promise=promise.id, why=str(refusal))
        await self._services.floor.feed(WorkLeft(promise.id, LeftWhy.STOOD_DOWN))

    async def _keep_what_was_served(self, session: CallSession) -> None:
        """The promise that the caller asked for is kept once they have talked with an agent."""
        if session.about is None or session.connected_agent is None:
            return
        try:
            await self._services.book.keep_by_call(session.about, session.call)
        except Refused as refusal:  # closed meanwhile, by a person
            log.warning("promise_not_kept_by_call", promise=session.about, why=str(refusal))


def _nothing() -> None:
    """Not listening to the floor: there is nothing to leave."""
