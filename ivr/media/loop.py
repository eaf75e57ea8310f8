"""The one media thread: every packet of every leg is received, relayed and sent here, on one clock.

Everything else talks to it through a queue of calls, carried out in order at the next beat, at most 2 ms later.
"""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from typing import TypeVar, TypeVarTuple

import structlog

from ivr.media.batch import MOST, Batch
from ivr.media.clock import PHASES, Beats, BeatTimer
from ivr.media.leg import Leg
from ivr.media.sender import Sender
from ivr.media.wire import UdpWire

log = structlog.get_logger()

_Given = TypeVarTuple("_Given")
_Result = TypeVar("_Result")

#: Datagrams between two looks at the clock: some 0.3 ms of work, by which a packet of ours can be late.
_EVENTS_AT_ONCE = 128
_DATAGRAM = 2048
_TIMESTAMP_UNITS = 8000  # a second, of every codec of ours
#: Packets a second from which on a stream is steady. Far fewer than telephones send: if epoll's way of reading has
#: become too dear for all that comes, not much of it is read, and still it must be seen that there is a cheaper one.
_STEADY = 5
#: Packets that come before those are counted: a line that was taken back to epoll stays there for a second or two.
_GRACE = 100
#: Datagrams a second that are no call: four times the shortest packets.
_FLOOD = 400
#: A steady leg is read once in so many of its ticks: every 100 ms.
_TICKS_A_BATCH = 5


class _Reading(Enum):
    """When a leg is read."""

    AT_ONCE = auto()  # by epoll
    AT_TICKS = auto()  # a datagram at each of its own ticks
    IN_BATCHES = auto()  # all that is there, as far as a batch goes, at every fifth of them


class _Line:
    """A leg with its wire, and its place on the clock."""

    __slots__ = ("ahead", "closed", "descriptor", "leg", "phases", "reading", "sender", "turns", "wire")

    def __init__(self, leg: Leg, wire: UdpWire, closed: Callable[[], None]) -> None:
        self.leg = leg
        self.sender = leg.sender
        self.ahead = leg.sender.ahead
        self.wire = wire
        self.descriptor = wire.socket.fileno()
        self.closed = closed
        self.phases: tuple[_Phase, ...] = ()
        self.reading = _Reading.AT_ONCE
        #: Datagrams read since it was last looked after.
        self.turns = 0


class _Phase:
    """The legs whose ticks fall on one beat of the ten, and those of them that are read then as well."""

    __slots__ = ("at_ticks", "in_batches", "lines", "round")

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.at_ticks: list[_Line] = []
        self.in_batches: list[_Line] = []
        self.round = 0


def _suited(line: _Line, turns: int) -> _Reading:
    """How to read a line that had so many datagrams in a second. Batches are bounded as well."""
    if line.leg.attentive:
        return _Reading.AT_TICKS if turns > _FLOOD else _Reading.AT_ONCE
    if turns < _STEADY:
        return _Reading.AT_ONCE
    return _Reading.AT_TICKS if line.wire.read is None else _Reading.IN_BATCHES


def _has_key(leg: Leg, heads: tuple[int, ...]) -> bool:
    """Whether any of these packets, by their first two bytes, is part of a key press."""
    keys = None if leg.remote is None else leg.remote.event_payload_type
    return keys is not None and any(head & 0x7F == keys for head in heads)


def _guarded(line: _Line, work: Callable[[*_Given], _Result], *given: *_Given) -> _Result | None:
    """What the work comes to; None if it failed, which costs this leg and nobody else."""
    try:
        return work(*given)
    except Exception:  # one leg's fault must not silence the others: all live by this one thread
        log.exception("media_failed", leg=line.leg.name)
        return None


class MediaLoop:
    """Owns the thread. `call`, `add` and `remove` may be used from any thread; legs only inside calls.

    A leg is read in one of three ways, like a network card by its driver. At first, and whenever somebody wants what it
    says, as soon as something comes (epoll). But a steady stream of which packets are only counted is read in batches,
    ten times a second, until somebody listens or a key is pressed. A leg that is flooded, or steady but open to
    anybody, is read at its ticks: so a flood cannot take the time of the others.
    """

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._lines: dict[int, _Line] = {}
        self._phases = [_Phase() for _ in range(PHASES)]
        self._round: deque[_Line] = deque()
        self._batch = Batch()
        self._swept = 0.0
        self._running = False
        self._epoll = select.epoll()
        self._timer = BeatTimer()
        self._beats = Beats(self._timer.start)
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    @property
    def lateness(self) -> float:
        """Seconds by which packets leave late: a mean of the last moments. From any thread."""
        return self._beats.lateness(time.monotonic()) if self._running else 0.0

    def start(self) -> None:
        """Begin to beat."""
        self._running = True
        self._thread.start()

    def stop(self) -> None:
        """Carry out the calls made so far, close every leg and end the thread."""
        self.call(self._finish)
        if self._thread.is_alive():
            self._thread.join()
        self._epoll.close()
        self._timer.close()

    def call(self, function: Callable[[], None]) -> None:
        """Have it called in the media thread."""
        self._calls.append(function)

    def add(self, leg: Leg, wire: UdpWire, closed: Callable[[], None]) -> None:
        """Serve this leg on this wire; `closed` is called once leg and wire are closed."""

        def begin() -> None:
            line = _Line(leg, wire, closed)
            self._schedule(line)
            self._lines[line.descriptor] = line
            self._round.append(line)
            self._epoll.register(line.descriptor, select.EPOLLIN)
            leg.heed = lambda: self._heed(line)

        self.call(begin)

    def remove(self, wire: UdpWire) -> None:
        """Serve the leg of this wire no more."""
        self.call(lambda: self._close(self._lines[wire.socket.fileno()]))

    def reschedule(self, wire: UdpWire) -> None:
        """In the media thread: the leg's `step` may have changed."""
        self._schedule(self._lines[wire.socket.fileno()])

    # --- in the media thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        """Receive in batches; after each, whatever is due goes first."""
        self._epoll.register(self._timer.fileno(), select.EPOLLIN)
        beats = self._beats
        poll, monotonic = self._epoll.poll, time.monotonic
        while self._running:
            events = poll(-1, _EVENTS_AT_ONCE)
            self._receive(events, monotonic())
            now = monotonic()
            if now >= beats.next:
                for phase in beats.due(now):
                    self._carry_out()
                    self._beat(self._phases[phase], now)
                    self._sweep(now)
        if beats.stalls:
            log.warning("media_stalled", times=beats.stalls)

    def _receive(self, events: list[tuple[int, int]], now: float) -> None:
        """One datagram from each socket that has any.

        First all are read, then all are looked at, as below first all packets are made and then all sent: the system
        calls among themselves, and the interpreter's work among itself, find more of what they need in the processor's
        caches.
        """
        arrival = int(now * _TIMESTAMP_UNITS)
        lines: list[_Line] = []
        received: list[bytes] = []
        for descriptor, _ in events:
            line = self._lines.get(descriptor)
            if line is None:
                self._timer.clear()
                continue
            line.turns += 1
            read = line.wire.read
            if read is None:
                self._receive_from(line, now, arrival)
                continue
            try:
                received.append(read(_DATAGRAM))
            except OSError:  # an ICMP error, or nothing there after all
                continue
            lines.append(line)
        for line, data in zip(lines, received, strict=True):
            _guarded(line, line.leg.receive, data, now, arrival)

    def _receive_from(self, line: _Line, now: float, arrival: int | None) -> bool:
        """A datagram for a leg whose wire is open, if there is one."""
        try:
            data, source = line.wire.read_from()
        except OSError:
            return False
        _guarded(line, line.leg.receive_from, data, source, now, arrival)
        for queued in line.wire.queued():  # if this one has locked it
            _guarded(line, line.leg.receive, queued, now, None)
        return True

    def _beat(self, phase: _Phase, now: float) -> None:
        """20 ms of the legs of a phase."""
        phase.round = (phase.round + 1) % _TICKS_A_BATCH
        for line in phase.at_ticks:
            # Now and then one more: what the network held back and gave at once must not stay behind for ever.
            if self._read_one(line, now) and not phase.round:
                self._read_one(line, now)
        for line in phase.in_batches[phase.round :: _TICKS_A_BATCH]:
            _guarded(line, self._read_batch, line, now)
        senders: list[Sender] = []
        outgoing: list[bytes] = []
        for line in phase.lines:
            if line.ahead:
                senders.append(line.sender)
                outgoing.append(line.ahead.pop())
                continue
            datagram = _guarded(line, line.leg.tick, now)
            if datagram:
                senders.append(line.sender)
                outgoing.append(datagram)
        for sender, datagram in zip(senders, outgoing, strict=True):
            sender.send(datagram)

    def _read_one(self, line: _Line, now: float) -> bool:
        """A datagram of a line that is read at its ticks, if there is one."""
        read = line.wire.read
        if read is None:
            came = self._receive_from(line, now, None)
            line.turns += came
            return came
        try:
            data = read(_DATAGRAM)
        except OSError:
            return False
        line.turns += 1
        _guarded(line, line.leg.receive, data, now, None)
        return True

    def _read_batch(self, line: _Line, now: float) -> None:
        """What came in the last 100 ms on a line whose packets are only counted."""
        fields = self._batch.read(line.descriptor)
        leg, before = line.leg, line.turns
        count = len(fields) // 3
        line.turns = before + count
        if fields[::3].count(leg.voice_head) != count or not leg.reception.count_run(fields[2::3], fields[1::3]):
            for data in self._batch.datagrams():
                leg.receive(data, now, None)
            if count < MOST and _has_key(leg, fields[::3]):
                self._read(line, _Reading.AT_ONCE)
        elif not before and count:  # about once a second
            with suppress(OSError):
                leg.reception.note_arrival(self._batch.last_timestamp, int((now - line.wire.age()) * _TIMESTAMP_UNITS))

    def _heed(self, line: _Line) -> None:
        """Somebody is about to listen, or the wire to be opened: what came until now is only counted, and what comes
        is read at once."""
        if line.reading is _Reading.IN_BATCHES:
            self._read_batch(line, time.monotonic())
            self._read(line, _Reading.AT_ONCE)

    def _sweep(self, now: float) -> None:
        """Look after the next of the legs, all within a second."""
        due = min(int((now - self._swept) * len(self._round)), len(self._round))
        if not due:
            return
        self._swept = now
        for _ in range(due):
            line = self._round[0]
            self._round.rotate(-1)
            turns, line.turns = line.turns, 0
            _guarded(line, line.leg.sweep, now)
            self._read(line, _suited(line, turns))

    # --- bookkeeping ------------------------------------------------------------------------------------------------

    def _read(self, line: _Line, reading: _Reading) -> None:
        """Read the line like this from now on."""
        before = line.reading
        if reading is before:
            return
        if before is _Reading.AT_ONCE:
            self._epoll.unregister(line.descriptor)
        for phase in line.phases if before is _Reading.AT_TICKS else ():
            phase.at_ticks.remove(line)
        for phase in line.phases[:1] if before is _Reading.IN_BATCHES else ():
            phase.in_batches.remove(line)
        line.reading = reading
        if reading is _Reading.AT_ONCE:
            line.turns = -_GRACE
            self._epoll.register(line.descriptor, select.EPOLLIN)
        for phase in line.phases if reading is _Reading.AT_TICKS else ():
            phase.at_ticks.append(line)
        for phase in line.phases[:1] if reading is _Reading.IN_BATCHES else ():
            phase.in_batches.append(line)

    def _schedule(self, line: _Line) -> None:
        """Put the leg on the emptiest of the phases, or two of them opposite to each other if it needs 10 ms."""
        ticks = 20 // line.leg.step
        if len(line.phases) == ticks:
            return
        self._unschedule(line)
        first = min(range(PHASES // ticks), key=lambda phase: len(self._phases[phase].lines))
        line.phases = tuple(self._phases[first :: PHASES // ticks])
        for phase in line.phases:
            phase.lines.append(line)

    def _unschedule(self, line: _Line) -> None:
        self._read(line, _Reading.AT_ONCE)
        for phase in line.phases:
            phase.lines.remove(line)
        line.phases = ()

    def _close(self, line: _Line) -> None:
        try:
            line.leg.close(time.monotonic())
        finally:
            self._unschedule(line)
            self._epoll.unregister(line.descriptor)
            del self._lines[line.descriptor]
            self._round.remove(line)
            line.wire.socket.close()
            line.closed()

    def _finish(self) -> None:
        self._running = False
        for line in list(self._lines.values()):
            self._close(line)

    def _carry_out(self) -> None:
        while self._calls:
            call = self._calls.popleft()
            try:
                call()
            except Exception:  # every call's media hangs on this one thread: no command may end it
                log.exception("media_call_failed")
