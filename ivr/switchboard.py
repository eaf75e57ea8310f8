"""Every call in progress: takes what edge and ears tell to the call it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import structlog

from config.ids import new_id
from config.masking import mask_number
from ivr import messages as wire
from ivr.adoption import Adoption
from ivr.dial_ceiling import DialCeiling
from ivr.dial_plan import DialPlan
from ivr.dispatch import Dispatcher
from ivr.events import EarsRelieved, EarsStrained
from ivr.outbound import OutboundLines
from ivr.owed_to_callers import OwedToCallers
from ivr.places import Places
from ivr.services import Services
from ivr.session import CallSession

log = structlog.get_logger(__name__)

# Seconds that calls which end with the program have to write their records.
RECORDS_WITHIN = 5.0
_EARS = "ears"


class Switchboard:
    """The one listener of the edge and the ears."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.ceiling = DialCeiling(services.dialled, services.clock, services.edition)
        self.lines = OutboundLines(services.edge, lambda: DialPlan.of(services.edition().file), self.ceiling)
        self.sessions: dict[str, CallSession] = {}
        self.dispatcher = Dispatcher(services, self.lines, self.sessions)
        self._owed_to_callers = OwedToCallers(services, self.dispatcher)
        self._adoption = Adoption(services, self.lines, self.dispatcher, self._owed_to_callers)
        self._places = Places()
        self._by_leg: dict[str, CallSession] = {}
        self._early: dict[str, list[wire.EdgeEvent]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._leave_floor: Callable[[], None] = _nothing

    async def start(self) -> None:
        """Take calls, and take up the conversations that outlived an earlier process."""
        self._leave_floor = self._services.floor.subscribe(self.dispatcher.on_outcome)
        unfinished = await self._services.calls.unfinished()
        under_way = await self._services.book.attempts_under_way()
        await self._services.ears.start(self.on_ears)
        await self._services.edge.start(self.on_edge)
        await self._adoption.close_records(unfinished)
        await self._adoption.close_attempts(under_way)

    async def stop(self) -> None:
        """Take no more calls and end those in progress; nobody is rung any more, and each call gets its record."""
        self._leave_floor()
        self._leave_floor = _nothing
        for session in self.sessions.values():
            session.is_cut = True
        await self.dispatcher.stop()  # before the legs end, which the attempts would take for their outcome
        await self._services.edge.stop()
        await self._services.ears.stop()
        await self.lines.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=RECORDS_WITHIN)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def under_way(self) -> int:
        """Callers' calls, and conversations taken up from an earlier process, whose records are not closed yet."""
        return len(self._tasks)

    def on_edge(self, event: wire.EdgeEvent) -> None:
        """A telephone event, for a caller's leg or one that we dialled."""
        self._services.observe(event)
        if isinstance(event, wire.LegArrived):
            early = self._early[event.leg] = []
            self._spawn(self._receive(event, early))
        elif isinstance(event, wire.BridgeSurvived):
            self._spawn(self._adoption.survived(event))
        elif isinstance(event, wire.LegHeld):
            self.dispatcher.held(event.leg, event.on)
        elif event.leg in self._early:
            self._early[event.leg].append(event)
        elif event.leg in self._by_leg:
            self._by_leg[event.leg].take_edge(event)
            self.lines.take(event)  # the contact's, where we have dialled
        elif not self.lines.take(event):
            log.debug("event_of_unknown_leg", event_type=type(event).__name__)

    @contextmanager
    def conversing(self, session: CallSession) -> Iterator[None]:
        """The flow converses on a leg that we dialled, for the length of the block."""
        self.sessions[session.call] = self._by_leg[session.leg] = session
        try:
            yield
        finally:
            del self.sessions[session.call], self._by_leg[session.leg]

    def on_ears(self, event: wire.EarsEvent) -> None:
        """Something was heard, or more than can be."""
        self._services.observe(event)
        if isinstance(event, wire.EarsStrained):
            self._spawn(self._tell_strain(event))
            return
        session = self._by_leg.get(event.leg)
        if session is not None:
            session.take_ears(event)

    async def _tell_strain(self, told: wire.EarsStrained) -> None:
        now = self._services.clock.now()
        strained = EarsStrained(subject=_EARS, at=now, behind=told.behind)
        await self._services.events.publish(strained if told.is_strained else EarsRelieved(subject=_EARS, at=now))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _receive(self, arrived: wire.LegArrived, early: list[wire.EdgeEvent]) -> None:
        """One caller's call from its first ring to its record. A leg that the edge kept while we had lost it arrives
        again, perhaps before its first session has ended: each cleans up its own."""
        services, call = self._services, new_id()
        structlog.contextvars.bind_contextvars(call=call)  # in this task: every line of the log names the call
        try:
            await self._live(arrived, call)
        except Exception:  # whatever went wrong with this call, its line must be freed and the others go on
            log.exception("call_failed", call=call)
            services.edge.send(wire.HangUp(arrived.leg))
        finally:
            session = self.sessions.pop(call, None)
            if self._early.get(arrived.leg) is early:
                del self._early[arrived.leg]
            if session is not None and self._by_leg.get(arrived.leg) is session:
                del self._by_leg[arrived.leg]

    async def _live(self, arrived: wire.LegArrived, call: str) -> None:
        services = self._services
        default_tier = services.edition().file.default_tier
        contact = await services.book.contact_by_number(arrived.caller, default_tier, is_verified=arrived.is_verified)
        session = CallSession(
            arrived.leg, call, contact, arrived.dialled, services, arrived.waited, places=self._places
        )
        self.sessions[call] = session
        await services.calls.begin(call, contact=contact.id, dialled=arrived.dialled, tier=contact.tier)
        try:
            owed = await self._owed_to_callers.meet(contact.id, call)
            log.info("call_arrived", leg=arrived.leg, caller=mask_number(arrived.caller), dialled=arrived.dialled)
            self._by_leg[arrived.leg] = session
            for event in self._early.pop(arrived.leg):
                session.take_edge(event)
            await session.run(owed)
        finally:
            self.dispatcher.caller_left(call)
            about, case = (session.about, session.case) if session.connected_agent is not None else (None, None)
            await self._owed_to_callers.left(contact.id, call, about, case)
            await services.calls.finish(call, session.ended_by, **session.line_quality)
            log.info("call_ended", call=call)


def _nothing() -> None:
    """Not listening to the floor: there is nothing to leave."""
