"""What one call costs by its kind, and what a minute costs: `costs` put together. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hotline.sizing.costs import COSTS, Costs
from hotline.sizing.demand import Demand

_FIVE_MINUTES, _MINUTE = 300, 60


@dataclass(frozen=True, slots=True)
class Kind:
    """Core-seconds of telephones and sound, recognition, and main process; transactions that write, events to the
    broker, kB of database and MB of recordings."""

    what: str
    edge: float
    ears: float = 0.0
    main: float = 0.0
    writes: float = 0.0
    events: float = 0.0
    book: float = 0.0
    recording: float = 0.0


def kinds(usual: Demand, costs: Costs = COSTS) -> Iterator[Kind]:
    """Calls of so many seconds before the queue, and of so much speech, as are usual; talk by the minute."""
    written = costs.writes.value, costs.events.value, costs.book.value
    before = (2 * costs.leg.value + usual.flow_seconds * costs.prompt.value) / 1000
    spoken = costs.spoken.value / 1000
    first = usual.speech_seconds * costs.first_hearing.value / 1000
    second = usual.speech_seconds * costs.second_hearing.value / 1000
    yield Kind("a call by keys, answered", before, 0.0, costs.keyed.value / 1000, *written)
    yield Kind("a call that is spoken, answered", before, first, spoken, *written)
    yield Kind("the same, all heard twice", before, first + second, spoken, *written)
    kept = costs.kept_writes.value, costs.kept_events.value, costs.kept_book.value
    both = (once + on_top for once, on_top in zip(written, kept, strict=True))
    called_back = before + costs.leg.value / 1000
    yield Kind("a callback promised and kept", called_back, first, spoken + costs.kept.value / 1000, *both)
    waiting = _FIVE_MINUTES * costs.prompt.value / 1000, 0.0, _FIVE_MINUTES * costs.waiting.value / 1000
    yield Kind("five minutes in the queue", *waiting)
    talk = _MINUTE * costs.bridge.value / 1000
    yield Kind("a minute of talk, same codec", talk)
    yield Kind("the same, G.711 to G.722", talk + _MINUTE * costs.transcoding.value / 1000)
    recorded = talk + _MINUTE * costs.recording.value / 1000
    yield Kind("a minute of talk, recorded", recorded, recording=costs.recorded_minute.value)
