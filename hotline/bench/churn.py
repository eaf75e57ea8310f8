"""An hour of callers in ten minutes: calls come and go at a steady rate, and nothing may be left of them.

They press keys, change the call, give up, and lose an ACK now and then. Every few seconds it is noted what the edge
holds; at the end, when the last transaction has timed out, it must hold what it held before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from hotline.bench.edge import ours
from hotline.bench.edge.lives import Lives, Tally
from hotline.bench.edge.peer import Peer
from hotline.bench.edge.program import Program, first_core_free, running
from hotline.bench.edge.trial import find, free_port
from hotline.bench.row import Row

_SECONDS, _RATE, _LIFE, _SEED = 600.0, 60.0, 3.0, 3261
#: The first part is not judged: pools and caches fill.
_WARMING = 0.2
_EVERY = 5.0
#: Seconds after which a program that says it is ready has opened all it opens without calls.
_STARTED = 1.0
#: RFC 3261's timers H and J keep a transaction for 32 seconds after its end; calls last six times the mean at most.
_ENDING, _QUIET = 25.0, 40.0
_CAPACITY = 4000
#: 100 bytes kept of each call would be 8 MB a day of such an hour after hour.
_TARGET_KEPT = 100.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the edge holds after so many seconds: resident kB, open files and sockets, legs, SIP transactions, and how
    many keys it heard so far."""

    seconds: float
    memory: float
    descriptors: int
    legs: int
    transactions: int
    keys: int


@dataclass(frozen=True, slots=True)
class Churned:
    """Before, during and after."""

    samples: tuple[Sample, ...]
    tally: Tally

    def slope(self, what: str) -> float:
        """By how much a column of the samples grows in a second, as least squares see it, once it is warm."""
        during = self.samples[1:-1]
        judged = during[int(len(during) * _WARMING) :]
        if len(judged) < 2:
            return 0.0
        times = [sample.seconds for sample in judged]
        return float(np.polyfit(times, [float(getattr(sample, what)) for sample in judged], 1)[0])


def rows() -> Iterator[Row]:
    """Ten minutes of it, and three quarters of a minute of quiet."""
    churned = churn(_SECONDS, _RATE, _QUIET)
    tally, before, after = churned.tally, churned.samples[0], churned.samples[-1]
    kept = 1024 * churned.slope("memory") / _RATE
    opened = churned.slope("descriptors") * 60
    wait = 1000 * float(np.percentile(tally.waits, 99))
    left = after.legs + after.transactions
    deaf_keys = tally.keys - after.keys
    yield Row("churn", f"calls failed of {tally.calls}", tally.failed, "calls", 0, not tally.failed)
    yield Row("churn", f"keys not heard of {tally.keys}", deaf_keys, "keys", 0, deaf_keys == 0)
    yield Row("churn", "INVITE to 200 p99", wait, "ms", None, None)
    yield Row("churn", "memory before", before.memory / 1024, "MB", None, None)
    yield Row("churn", "memory after", after.memory / 1024, "MB", None, None)
    yield Row("churn", "memory kept of each call, by the slope", kept, "bytes", _TARGET_KEPT, kept <= _TARGET_KEPT)
    yield Row("churn", "open files and sockets more each minute, by the slope", opened, "files", 1.0, opened <= 1.0)
    more = after.descriptors - before.descriptors
    yield Row("churn", "open files and sockets left at the end", more, "files", 0, more <= 0)
    yield Row("churn", "legs and transactions left at the end", left, "things", 0, left == 0)
    most = max(sample.legs for sample in churned.samples)
    yield Row("churn", "calls at once, at most", most, "calls", None, None)


def churn(seconds: float, rate: float, quiet: float, life: float = _LIFE) -> Churned:
    """Calls for so many seconds, then until all have ended, then quiet."""
    run = partial(ours.run, task=ours.Task.CHURN)
    with (
        first_core_free() as core,
        closing(Peer(_CAPACITY)) as peer,
        running(run, core, peer.callers.address, free_port()) as program,
    ):
        find(peer, program)
        lives = Lives(peer, life, _SEED)
        started = time.monotonic() + _STARTED
        peer.live(lambda now: now > started)
        samples = [_sample(program, 0.0)]
        begun = time.monotonic()
        begins = 0
        last = begun + seconds + _ENDING
        for now, changed in peer.beats(lambda now: now > last or (now > begun + seconds and not peer.callers.calls)):
            lives.step(now, changed)
            while begins < rate * min(now - begun, seconds):
                lives.begin(now)
                begins += 1
            if now - begun > _EVERY * len(samples) and now < begun + seconds:
                samples.append(_sample(program, now - begun))
        for call in peer.callers.calls.values():
            lives.tally.fail(f"still {call.state.value} at the end")
        until = time.monotonic() + quiet
        peer.live(lambda now: now > until)
        samples.append(_sample(program, until - begun))
    return Churned(tuple(samples), lives.tally)


def _sample(program: Program, seconds: float) -> Sample:
    """Ask the program; the telephones wait for the millisecond that takes."""
    program.asker.send("count")
    kept = program.answer()
    assert isinstance(kept, ours.Kept)
    return Sample(seconds, program.memory(), program.descriptors(), kept.legs, kept.transactions, kept.keys)
