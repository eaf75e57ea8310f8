"""So many calls at once to one program: ramp, settle, watch, hang up."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from config.errors import HotlineError
from hotline.bench.edge.bank import STAMP_AT, STAMP_END
from hotline.bench.edge.callers import Call, State
from hotline.bench.edge.mmsg import Bytes
from hotline.bench.edge.pacing import Heard, Pacing, pacing, windows
from hotline.bench.edge.peer import HOST, Peer
from hotline.bench.edge.program import Program, first_core_free, running
from hotline.bench.edge.wording import Address

_STARTING, _SETTLE = 30.0, 1.5
_WINDOWS, _WINDOW = 3, 2.0
#: Seconds a call may take to come up or end once the last was made: the callers' own patience and a little.
_PATIENCE = 11.0
#: Ending a call costs less than making one.
_ENDINGS = 2
#: A packet that was on the way for longer carries no time of sending: the program made it, and passed none on.
_LONGEST_WAY = 2.0
_Target = Callable[[Connection, int, Address, int], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """A program under test: `run` gets a pipe, its core, the address of the telephones' signalling and a free port.
    `rate`: the calls a second that it is asked to take while the load is built up."""

    name: str
    run: _Target
    rate: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of so many calls. `failed`: not answered, ended unasked, or their BYE not answered. `cpu`: per cent
    of a core; `memory`: resident kB that each call added; `late`: milliseconds by which the telephones' own beat was
    late, p99; `wait`: seconds from INVITE to 200, median; `delay`: milliseconds that relayed packets were on the way,
    p99, where they say when they were sent."""

    calls: int
    failed: int
    windows: tuple[Pacing, ...]
    cpu: float
    memory: float
    late: float
    wait: float
    delay: float

    @property
    def p99(self) -> float:
        """Milliseconds of pacing error: the median of the windows'."""
        return float(np.median([window.p99 for window in self.windows]))

    @property
    def drift(self) -> float:
        """Parts in a million, the median of the windows'."""
        return float(np.median([window.drift for window in self.windows]))

    @property
    def short(self) -> int:
        """Calls that missed packets, the median of the windows'."""
        return int(np.median([window.short for window in self.windows]))


def attempt(
    engine: Engine, calls: int, relayed: bool = False, settle: float = _SETTLE, window: float = _WINDOW
) -> Trial:
    """Carry a trial out: `settle` seconds after the last call came up, three windows of `window` seconds.

    Raises `HotlineError` if the program does not start, answers no call or dies.
    """
    with (
        first_core_free() as core,
        closing(Peer(calls, stamps=relayed)) as peer,
        running(engine.run, core, peer.callers.address, free_port()) as program,
    ):
        find(peer, program)
        before = program.memory()
        up, waits = ramp(peer, calls, engine.rate)
        settled = _in(settle)
        peer.live(lambda now: settled(now) > 0)
        memory = (program.memory() - before) / calls
        used = program.processor_time()
        heard, heads, began = peer.watch(_WINDOWS * window)
        cpu = 100 * (program.processor_time() - used) / (_WINDOWS * window)
        late = max(0.0, 1000 * float(np.percentile(peer.lateness, 99)))
        heard, delay = on_the_way(heard, heads) if relayed else (heard, 0.0)
        legs = frozenset(call.media for call in up)
        spans = windows(began, window, _WINDOWS)
        seen = tuple(pacing(heard.between(begin, end), legs, window) for begin, end in spans)
        well = len(up)
        if well == calls:  # a call that failed has told enough
            well = hang_up(peer, up, engine.rate * _ENDINGS)
    return Trial(calls, calls - well, seen, cpu, memory, late, float(np.median(waits)), delay)


def find(peer: Peer, program: Program) -> None:
    """Wait for the program to say where it takes calls; it may register meanwhile."""
    until = _in(_STARTING)
    peer.live(lambda now: program.asker.poll() or until(now) > 0)
    peer.callers.hotline = program.address()


def ramp(peer: Peer, calls: int, rate: float) -> tuple[list[Call], list[float]]:
    """Make so many calls, `rate` a second; those that came up, and seconds from INVITE to 200 of each.

    Raises `HotlineError` if none does.
    """
    made: list[Call] = []
    settled: set[str] = set()
    begun = _in(0.0)
    last = _in(calls / rate + _PATIENCE)
    for now, changed in peer.beats(lambda now: len(settled) == calls or last(now) > 0):
        while len(made) < calls and len(made) <= begun(now) * rate:
            made.append(peer.place(now))
        settled.update(call.dialog.name for call in changed)
    up = [call for call in made if call.state is State.UP]
    if not up:
        raise HotlineError("no call was answered", where="the program under test", remedy="see `hotline doctor`")
    return up, [call.answered - call.began for call in up]


def hang_up(peer: Peer, calls: list[Call], rate: float) -> int:
    """End these calls, `rate` a second, and wait for the answers; how many lasted until then and ended properly."""
    asked = 0
    begun = _in(0.0)
    last = _in(len(calls) / rate + _PATIENCE)
    for now, _ in peer.beats(lambda now: not peer.callers.calls or last(now) > 0):
        while asked < len(calls) and asked <= begun(now) * rate:
            if calls[asked].state is State.UP:
                peer.callers.hang_up(calls[asked], now)
            asked += 1
    return sum(call.state is State.OVER and not call.ended_by_them and not call.unanswered for call in calls)


def on_the_way(heard: Heard, heads: Bytes) -> tuple[Heard, float]:
    """Only the packets that say when they were sent, and for how many milliseconds they were on the way, p99."""
    sent = np.ascontiguousarray(heads[:, STAMP_AT:STAMP_END]).view(np.int64)[:, 0]
    way = heard.stamps - sent
    relayed = (way >= 0) & (way < _LONGEST_WAY * 1e9)
    if not relayed.any():
        return Heard(heard.stamps[:0], heard.ports[:0], heard.sequences[:0]), 1000 * _LONGEST_WAY
    chosen = Heard(heard.stamps[relayed], heard.ports[relayed], heard.sequences[relayed])
    return chosen, float(np.percentile(way[relayed], 99)) / 1e6


def free_port() -> int:
    """A UDP port that nobody holds at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _in(seconds: float) -> Callable[[float], float]:
    """How many seconds a moment is after the one in so many seconds from now."""
    moment = time.monotonic() + seconds
    return lambda now: now - moment
