"""Every metric of the hotline, in a registry of its own.

Names follow https://prometheus.io/docs/practices/naming/: the prefix `hotline_`, base units, `_total` of what only
rises. No label is a caller, a number or an id: each comes from an enumeration, or from the hotline file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

#: Seconds that callers wait: from an answer at once to half an hour.
_WAITS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
#: Seconds that calls last.
_LENGTHS = (10.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 2400.0)
#: Shares of RTP packets that did not arrive; above 1 % it is heard, above 5 % it disturbs.
_LOSSES = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
#: Seconds of interarrival jitter (RFC 3550, 6.4.1).
_JITTERS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Described:
    """A metric as the handbook lists it. `name` is the whole name, as in a query."""

    name: str
    kind: str
    labels: tuple[str, ...]
    says: str


class Metrics:
    """Of one main process; the attributes are what others count with."""

    def __init__(self, version: str) -> None:
        # No second series for each counter, which nobody asks for. The library has no types for this one.
        cast(Callable[[], None], disable_created_metrics)()
        self.registry = CollectorRegistry()
        self.described: list[Described] = []
        counter, gauge, histogram = self._counter, self._gauge, self._histogram

        self.build = gauge("build_info", "1; the labels say what runs.", "version", "python")
        self.ready = gauge("ready", "1 while calls should be sent here, as /readyz says.")
        self.part_ready = gauge("part_ready", "1 while the part is ready, 0.5 while degraded, 0 while missing.", "part")

        self.calls_in_progress = gauge("calls_in_progress", "Calls whose record is not finished yet.", "direction")
        self.calls_ended = counter(
            "calls_ended", "Calls that are over, by what came of them and who ended them.", "direction", "outcome", "by"
        )
        self.call_seconds = histogram("call_duration_seconds", "From arrival to end.", _LENGTHS, "direction")
        self.rtp_loss = histogram("rtp_loss_ratio", "Share of a call's RTP packets lost, 0 to 1.", _LOSSES, "way")
        self.rtp_jitter = histogram("rtp_jitter_seconds", "Interarrival jitter of a call.", _JITTERS, "way")
        self.dials_failed = counter("dials_failed", "Calls of ours that did not come up, by final status.", "status")

        self.waiting = gauge("work_waiting", "Callers and due promises that wait for an agent.", "queue", "kind")
        self.longest_wait = gauge("work_longest_wait_seconds", "How long the first of them waits.", "queue", "kind")
        self.enqueued = counter("work_enqueued", "Callers and due promises that began to wait.", "queue", "kind")
        self.wait_seconds = histogram(
            "wait_seconds", "From the queue to an agent, of callers who were put through.", _WAITS, "queue", "tier"
        )
        self.left = counter("work_left", "Work that left the floor: served, or why it was not.", "kind", "why")
        self.offers = counter("offers", "Offers of work to agents.")
        self.offers_ended = counter("offers_ended", "Offers that are over: taken, or why not.", "end")
        self.agents = gauge("agents", "Agents in each state.", "state")

        self.promises_open = gauge("promises_open", "Promises that are owed, due, offered or dialled.", "state", "kind")
        self.overdue = gauge("promise_overdue_seconds", "How long the end of the oldest open promise's window is past.")
        self.promises_made = counter("promises_made", "Promises made.", "kind")
        self.promises_kept = counter("promises_kept", "Promises kept.")
        self.promises_broken = counter("promises_broken", "Promises broken.")
        self.promises_renegotiated = counter("promises_renegotiated", "Promises for which another one stands in.")
        self.promises_withdrawn = counter("promises_withdrawn", "Promises that are no longer wanted.")
        self.attempts_started = counter("attempts_started", "Calls begun to keep a promise.")
        self.attempts_ended = counter("attempts_ended", "Of these, how they ended.", "outcome")

        self.listens = counter(
            "listens_ended", "Turns of callers: heard, nothing, or unavailable (keys were offered).", "result"
        )
        self.ears_strained = gauge("ears_strained", "1 while more callers speak than can be heard.")
        self.ears_behind = gauge("ears_behind_seconds", "Audio that waited to be heard when strain was last told.")
        self.languages = gauge("ears_languages", "Languages that are heard now; 0: keys only.")

        self.outbox_unsent = gauge("outbox_unsent", "Events that the broker has not acknowledged yet.")
        self.set_aside = gauge(
            "events_set_aside", "Events that this receiver refused, until somebody looks.", "receiver"
        )
        self.broker_connected = gauge("broker_connected", "1 while connected; 0 too where no broker is set.")
        self.messages_waiting = gauge("messages_waiting", "Mails and text messages to be sent.")
        self.messages_sent = counter("messages_sent", "Mails and text messages that the next server took.", "channel")
        self.messages_failed = counter("messages_failed", "Those given up.", "channel")

        self.database_seconds = gauge("database_read_seconds", "How long the figures of this scrape took to read.")
        self.database_up = gauge("database_up", "1 when they could be read.")
        self.logged = counter("log_messages", "Lines of the main process's log, warnings and worse.", "level")

        self.build.labels(version, ".".join(str(part) for part in sys.version_info[:3])).set(1)
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        self.described.append(Described(f"hotline_{name}_total", "counter", labels, says))
        return Counter(name, says, labels, namespace="hotline", registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        self.described.append(Described(f"hotline_{name}", "gauge", labels, says))
        return Gauge(name, says, labels, namespace="hotline", registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        self.described.append(Described(f"hotline_{name}", "histogram", labels, says))
        return Histogram(name, says, labels, namespace="hotline", registry=self.registry, buckets=buckets)
