"""The hotline's own calls: a contact is rung, and talks with the dialog alone, from a step of the flow of its own.

Each is an attempt like any other: committed before the phone rings, and ended where somebody else ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Set
from dataclasses import dataclass, replace

import structlog

from callbacks.calls.records import CallChanges
from callbacks.events import AttemptEnded
from callbacks.model import AttemptOutcome, Contact, Promise
from config.errors import HotlineError, Refused
from config.events import Event
from config.hotline_file import HotlineFile
from ivr.messages import Answerer, DetectAnswerer, EndedBy, Record, Tap
from ivr.outbound import Line, UnansweredError
from ivr.services import Services
from ivr.session import CallSession
from ivr.switchboard import Switchboard
from ivr.ways_of_dialling import outcome_of

log = structlog.get_logger(__name__)

#: So many at a time of each kind, however much there is to ask: callers have the other lines.
_LINES = 4


def step_of(file: HotlineFile, kind: str) -> str | None:
    """The step of this kind, with which such a call begins; a hotline file without one makes none."""
    return next((name for name, step in file.flow.steps.items() if step.kind == kind), None)


@dataclass(slots=True)
class OwnCall:
    """One of them, while its leg is up or ringing."""

    promise: Promise
    contact: Contact
    number: str
    line: Line
    ended_by: str = EndedBy.THEM.value

    async def answer(self) -> AttemptOutcome:
        """Wait until the phone is picked up, or is not."""
        try:
            await self.line.answer()
        except UnansweredError as fault:
            return outcome_of(fault.status)
        return AttemptOutcome.ANSWERED

    @property
    def is_machine(self) -> bool:
        """Nobody heard us: an answering machine picked up."""
        return self.line.answerer is Answerer.MACHINE


class OwnAttempts:
    """The calls that begin with one kind of step."""

    def __init__(self, services: Services, switchboard: Switchboard, kind: str) -> None:
        self._services = services
        self._switchboard = switchboard
        self._kind = kind
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._lines: dict[str, Line] = {}
        self._rests = False

    def rest(self) -> None:
        """Make no more calls; those under way go on."""
        self._rests = True

    @property
    def has_room(self) -> bool:
        """Whether one more may be made."""
        return not self._rests and len(self._tasks) < _LINES

    @property
    def under_way(self) -> Set[str]:
        """The promises that are being asked about."""
        return self._tasks.keys()

    def begin(self, promise: Promise, work: Callable[[Promise], Awaitable[None]]) -> None:
        """Do what there is to do about the promise, beside everything else."""
        task = self._tasks[promise.id] = asyncio.ensure_future(self._guarded(promise, work))
        task.add_done_callback(lambda _: self._tasks.pop(promise.id, None))

    async def stop(self) -> None:
        """Make no more calls. One that rings is left to its lease, as `ivr.dispatch.Dispatcher.stop` leaves others."""
        running = tuple(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def on_event(self, event: Event) -> None:
        """Somebody else has ended the attempt: the contact rings in, say, and must not be rung at the same moment."""
        if isinstance(event, AttemptEnded) and event.outcome != AttemptOutcome.ANSWERED:
            line = self._lines.get(event.subject)
            if line is not None:
                line.hang_up()

    @contextlib.asynccontextmanager
    async def ring(self, promise: Promise, contact: Contact) -> AsyncIterator[OwnCall]:
        """Ring the contact of a promise whose attempt is committed. The leg and its record end with the block."""
        services, attempt = self._services, promise.attempt or ""
        number, file = await services.book.number_of(promise), services.edition().file
        known = CallChanges(promise=promise.id, queue=promise.queue, urgency=promise.urgency.value)
        known["language"] = promise.language
        if promise.case is not None:
            known["case"] = promise.case
        await services.calls.begin(attempt, contact=contact.id, dialled=number, tier=promise.tier, **known)
        line = self._switchboard.lines.dial(number, services.caller_number, file.callbacks.ring_seconds)
        call = OwnCall(promise, contact, number, line)
        self._lines[promise.id] = line
        try:
            yield call
        finally:
            del self._lines[promise.id]
            line.hang_up()
            await services.calls.finish(attempt, call.ended_by, **line.quality)

    async def converse(self, call: OwnCall) -> None:
        """The contact has picked up: hold the conversation of the flow's step, to its end."""
        services, line = self._services, call.line
        step = step_of(services.edition().file, self._kind) or ""
        contact = replace(call.contact, language=call.promise.language)  # as it was promised
        session = CallSession(line.leg, call.promise.attempt or "", contact, call.number, services, start=step)
        services.edge.send(DetectAnswerer(line.leg))
        services.edge.send(Tap(line.leg, on=True))
        known = CallChanges(answered_at=services.clock.now())
        if (path := session.recording) is not None:
            services.edge.send(Record(line.leg, str(path)))
            known["recording"] = path.name
        await services.calls.update(session.call, **known)
        with self._switchboard.conversing(session):
            await session.run((call.promise,))
        call.ended_by = session.ended_by

    async def _guarded(self, promise: Promise, work: Callable[[Promise], Awaitable[None]]) -> None:
        try:
            await work(promise)
        except Refused as refusal:
            log.info("own_call_refused", kind=self._kind, promise=promise.id, why=str(refusal))
        except HotlineError as fault:
            log.error("own_call_failed", kind=self._kind, promise=promise.id, fault=str(fault))
