"""What is told in the house, taken to the metrics."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from callbacks.calls.lookback import outcome_of
from callbacks.calls.model import CallRecord
from callbacks.events import (
    AttemptEnded,
    AttemptStarted,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseRenegotiated,
    PromiseWithdrawn,
)
from callbacks.letters.events import MessageGivenUp, MessageSent
from callbacks.model import AttemptOutcome, PromiseKind
from config.events import Event
from hotline.metrics.catalogue import Metrics
from ivr.events import EarsRelieved, EarsStrained
from ivr.messages import EarsEvent, EarsUnavailable, EdgeEvent, EndedBy, Heard, LegFailed, NothingHeard
from routing.changes import FailedWhy, LeftWhy
from routing.events import OfferEndedUntaken, WorkEnqueued, WorkLeftFloor, WorkOffered, WorkTaken
from routing.work import WorkKind

INBOUND, OUTBOUND = "inbound", "outbound"
HERE, THERE = "received", "sent"
OTHER = "other"
SERVED = "served"
TAKEN = "taken"
#: Final statuses that tell why nobody was reached (RFC 3261, 21); others are told by their class, as `4xx`.
STATUSES = frozenset({"403", "404", "408", "480", "484", "486", "487", "488", "500", "503", "603"})
#: Whoever works on a busy floor has fewer than so many pieces of work on it; beyond, the eldest is forgotten.
_MOST_WORK = 100_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    queue: str
    kind: str
    tier: str


class Counting:
    """Listens to events (`on_event`), telephones and ears (`on_told`), and the records of calls (a `CallWatch`)."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.is_strained = False
        self._waiting: dict[str, _Waiting] = {}
        self._in_progress: dict[str, str] = {}
        self._begin_at_zero()

    def call_began(self, call: CallRecord) -> None:
        """A call has a record."""
        self._in_progress[call.id] = direction = _direction(call)
        self._metrics.calls_in_progress.labels(direction).inc()

    def call_ended(self, call: CallRecord) -> None:
        """The record of a call is complete; perhaps one that an earlier process began."""
        metrics = self._metrics
        if begun := self._in_progress.pop(call.id, None):
            metrics.calls_in_progress.labels(begun).dec()
        direction = _direction(call)
        by = call.ended_by if call.ended_by in frozenset(EndedBy) else OTHER
        metrics.calls_ended.labels(direction, outcome_of(call).value, by).inc()
        if call.ended_at is not None:
            metrics.call_seconds.labels(direction).observe((call.ended_at - call.arrived_at).total_seconds())
        self._lost(HERE, call.packets_lost, (call.packets_received or 0) + (call.packets_lost or 0))
        self._lost(THERE, call.lost_there, call.packets_sent or 0)
        for way, jitter in ((HERE, call.jitter), (THERE, call.jitter_there)):
            if jitter is not None:
                metrics.rtp_jitter.labels(way).observe(jitter / 1000)

    def on_told(self, event: EdgeEvent | EarsEvent) -> None:
        """What telephones and ears tell."""
        match event:
            case Heard():
                self._metrics.listens.labels("heard").inc()
            case NothingHeard():
                self._metrics.listens.labels("nothing").inc()
            case EarsUnavailable():
                self._metrics.listens.labels("unavailable").inc()
            case LegFailed(status=status):
                self._metrics.dials_failed.labels(status_label(status)).inc()
            case _:
                pass

    def on_event(self, event: Event) -> None:
        """To be given to `Events.subscribe`."""
        metrics = self._metrics
        match event:
            case WorkEnqueued():
                self._enqueued(event)
            case WorkOffered():
                metrics.offers.inc()
            case OfferEndedUntaken():
                metrics.offers_ended.labels(event.why if event.why in frozenset(FailedWhy) else OTHER).inc()
            case WorkTaken():
                self._taken(event)
            case WorkLeftFloor():
                work = self._waiting.pop(event.subject, None)
                why = event.why if event.why in frozenset(LeftWhy) else SERVED
                metrics.left.labels(work.kind if work else OTHER, why).inc()
            case PromiseMade():
                metrics.promises_made.labels(event.kind).inc()
            case PromiseKept():
                metrics.promises_kept.inc()
            case PromiseBroken():
                metrics.promises_broken.inc()
            case PromiseRenegotiated():
                metrics.promises_renegotiated.inc()
            case PromiseWithdrawn():
                metrics.promises_withdrawn.inc()
            case AttemptStarted():
                metrics.attempts_started.inc()
            case AttemptEnded():
                metrics.attempts_ended.labels(event.outcome).inc()
            case EarsStrained():
                self.is_strained = True
                metrics.ears_strained.set(1)
                metrics.ears_behind.set(event.behind)
            case EarsRelieved():
                self.is_strained = False
                metrics.ears_strained.set(0)
                metrics.ears_behind.set(0)
            case MessageSent():
                metrics.messages_sent.labels(event.channel).inc()
            case MessageGivenUp():
                metrics.messages_failed.labels(event.channel).inc()
            case _:
                pass

    def _enqueued(self, event: WorkEnqueued) -> None:
        self._waiting[event.subject] = _Waiting(event.queue, event.kind, event.tier)
        if len(self._waiting) > _MOST_WORK:
            del self._waiting[next(iter(self._waiting))]
        self._metrics.enqueued.labels(event.queue, event.kind).inc()

    def _taken(self, event: WorkTaken) -> None:
        self._metrics.offers_ended.labels(TAKEN).inc()
        work = self._waiting.get(event.subject)  # None where an earlier process queued it
        if work is not None and work.kind == WorkKind.CALL:
            self._metrics.wait_seconds.labels(work.queue, work.tier).observe(event.waited)

    def _lost(self, way: str, lost: int | None, packets: int) -> None:
        if lost is not None and packets > 0:
            self._metrics.rtp_loss.labels(way).observe(min(max(lost, 0) / packets, 1.0))

    def _begin_at_zero(self) -> None:
        """A counter that is there from the start shows its first rise; one that appears with it does not."""
        metrics = self._metrics
        for direction in (INBOUND, OUTBOUND):
            metrics.calls_in_progress.labels(direction)
        for kind in PromiseKind:
            metrics.promises_made.labels(kind.value)
        for outcome in AttemptOutcome:
            metrics.attempts_ended.labels(outcome.value)
        for result in ("heard", "nothing", "unavailable"):
            metrics.listens.labels(result)
        for end in (TAKEN, *(why.value for why in FailedWhy)):
            metrics.offers_ended.labels(end)
        for kind_of_work in WorkKind:
            for why in (SERVED, *(reason.value for reason in LeftWhy)):
                metrics.left.labels(kind_of_work.value, why)


class LogCounter(logging.Handler):
    """Counts what is logged, by level."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._logged = {level: metrics.logged.labels(level) for level in ("warning", "error", "critical")}

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        level = "critical" if record.levelno >= logging.CRITICAL else record.levelname.lower()
        counted = self._logged.get(level)
        if counted is not None:
            counted.inc()


def _direction(call: CallRecord) -> str:
    return INBOUND if call.promise is None else OUTBOUND


def status_label(status: int) -> str:
    """The status where it is one that tells something, else its class."""
    return str(status) if str(status) in STATUSES else f"{status // 100}xx" if 300 <= status < 700 else OTHER
