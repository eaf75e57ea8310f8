"""What a call costs, as it was measured: the only figures that sizing goes by.

Processor time was taken on one virtual machine with two shared cores (AMD EPYC), beside other programs, which can only
make it more; each figure is the median of several, or the best where a bench says so. `by` is what to run to have it
anew.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

MEASURED_ON = date(2026, 11, 22)
MACHINE = "2 shared cores of an AMD EPYC, PostgreSQL on the same machine"


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` in `unit`, of `what`; `by`: the command that measures it."""

    value: float
    unit: str
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Costs:
    """Everything that sizing multiplies. `on top`: added to what the call costs without it."""

    leg: Measured = Measured(0.72, "ms of edge", "a call set up and ended, one leg", "make bench ONLY=sip")
    prompt: Measured = Measured(
        0.6, "ms of edge a second", "a leg that is played to, and may speak", "make bench ONLY=sip"
    )
    bridge: Measured = Measured(2.0, "ms of edge a second", "two legs bridged, same codec", "make bench ONLY=sip")
    transcoding: Measured = Measured(
        2.5, "ms of edge a second", "the same, G.711 to G.722: on top", "make bench ONLY=sizing"
    )
    recording: Measured = Measured(
        1.2, "ms of edge a second", "a conversation recorded: on top", "make bench ONLY=sizing"
    )
    first_hearing: Measured = Measured(350, "ms of ears a second", "speech heard by Vosk", "hotline evaluate speech")
    second_hearing: Measured = Measured(
        540, "ms of ears a second", "speech heard again by Whisper base", "hotline evaluate speech"
    )
    keyed: Measured = Measured(130, "ms of main", "a call by keys, answered", "make bench ONLY=sizing")
    spoken: Measured = Measured(130, "ms of main", "a call that is spoken, answered", "make bench ONLY=sizing")
    kept: Measured = Measured(140, "ms of main", "a promised callback kept: on top", "make bench ONLY=sizing")
    waiting: Measured = Measured(0.2, "ms of main a second", "a caller waits with music", "make bench ONLY=sizing")
    server: Measured = Measured(38, "ms of PostgreSQL", "a call answered", "make bench ONLY=sizing")
    writes: Measured = Measured(28, "", "transactions that write, a call answered", "make bench ONLY=sizing")
    reads: Measured = Measured(14, "", "transactions that read, a call answered", "make bench ONLY=sizing")
    events: Measured = Measured(10, "", "events to the broker, a call answered", "make bench ONLY=sizing")
    book: Measured = Measured(16, "kB", "database, a call answered", "make bench ONLY=sizing")
    kept_server: Measured = Measured(
        49, "ms of PostgreSQL", "a promised callback kept: on top", "make bench ONLY=sizing"
    )
    kept_writes: Measured = Measured(
        14, "", "transactions that write, a callback kept: on top", "make bench ONLY=sizing"
    )
    kept_reads: Measured = Measured(33, "", "transactions that read, a callback kept: on top", "make bench ONLY=sizing")
    kept_events: Measured = Measured(14, "", "events to the broker, a callback kept: on top", "make bench ONLY=sizing")
    kept_book: Measured = Measured(12, "kB", "database, a callback kept: on top", "make bench ONLY=sizing")
    changes: Measured = Measured(4, "", "changes of the floor, a call", "make bench ONLY=sizing")
    ordering: Measured = Measured(
        1.6, "ms of main", "a change submitted and ordered, of all nodes together", "make bench ONLY=sizing"
    )
    replay: Measured = Measured(0.55, "ms of main", "a change replayed, on every node", "make bench ONLY=sizing")
    forecast: Measured = Measured(
        2.5, "us of main", "a wait forecast, for each agent at work", "make bench ONLY=sizing"
    )
    log_rate: Measured = Measured(
        170,
        "changes a second",
        "the order of the floor, three replicas in one process, no disk to wait for",
        "make bench ONLY=sizing",
    )
    recorded_minute: Measured = Measured(3.84, "MB", "a minute's recording, both directions", "make bench ONLY=sizing")

    def rows(self) -> tuple[tuple[str, Measured], ...]:
        """Each figure by its name."""
        return tuple((one.name, getattr(self, one.name)) for one in fields(self))


COSTS = Costs()
