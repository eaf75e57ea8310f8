"""The one media thread: every packet of every leg is received, relayed and sent here, on one clock.

Everything else talks to it through a queue of calls, carried out in order at the next beat, at most 2 ms later.
"""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Callable

import structlog

from ivr.media.clock import PHASES, Beats, BeatTimer
from ivr.media.leg import Leg
from ivr.media.sender import Sender
from ivr.media.wire import UdpWire

log = structlog.get_logger()

#: Datagrams between two looks at the clock: some 0.3 ms of work, by which a packet of ours can be late.
_EVENTS_AT_ONCE = 128
_DATAGRAM = 2048
_TIMESTAMP_UNITS = 8000  # a second, of every codec of ours
#: Packets a second from which on a stream is steady: 60 ms a packet and a few lost are not worth while.
_STEADY = 40
#: Datagrams a second that are no call: four times the shortest packets.
_FLOOD = 400
#: In so many of its ticks a polled leg is read once but in one of them up to so many times: what the network held back
#: and gave all at once must not stay behind for ever.
_THOROUGH, _AT_MOST = 16, 8


class _Line:
    """A leg with its wire, and its place on the clock."""

    __slots__ = ("closed", "leg", "phases", "polled", "turns", "wire")

    def __init__(self, leg: Leg, wire: UdpWire, closed: Callable[[], None]) -> None:
        self.leg = leg
        self.wire = wire
        self.closed = closed
        self.phases: tuple[_Phase, ...] = ()
        self.polled = False
        #: Datagrams read since it was last looked after.
        self.turns = 0


class _Phase:
    """The legs whose ticks fall on one beat of the ten, and those of them that are read then as well."""

    __slots__ = ("lines", "polled", "round")

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.polled: list[_Line] = []
        self.round = 0


class MediaLoop:
    """Owns the thread. `call`, `add` and `remove` may be used from any thread; legs only inside calls.

    A leg is read in one of two ways, like a network card by its driver. At first, and whenever somebody wants what it
    says, as soon as something comes (epoll). But a steady stream of which packets are only counted is read at the
    leg's own tick: without epoll's share, a packet received and one sent cost a quarter less. A leg that is flooded is
    read at its ticks too, whoever listens: so the flood cannot take the time of the others.
    """

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._lines: dict[int, _Line] = {}
        self._phases = [_Phase() for _ in range(PHASES)]
        self._round: deque[_Line] = deque()
        self._swept = 0.0
        self._running = False
        self._epoll = select.epoll()
        self._timer = BeatTimer()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

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
            self._lines[wire.socket.fileno()] = line
            self._round.append(line)
            self._epoll.register(wire.socket.fileno(), select.EPOLLIN)

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
        beats = Beats(self._timer.start)
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
        """One datagram from each socket that has any. One leg's fault must not silence the others, here and below.

        First all are read, then all are looked at, as below first all packets are made and then all sent: the system
        calls among themselves, and the interpreter's work among itself, find more of what they need in the processor's
        caches (measured: a sixth less time for each packet).
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
            try:
                line.leg.receive(data, now, arrival)
            except Exception:
                log.exception("media_packet_failed", leg=line.leg.name)

    def _receive_from(self, line: _Line, now: float, arrival: int | None) -> None:
        """A datagram for a leg whose wire is open."""
        try:
            data, source = line.wire.read_from()
        except OSError:
            return
        try:
            line.leg.receive_from(data, source, now, arrival)
            for queued in line.wire.queued():  # if this one has locked it
                line.leg.receive(queued, now, None)
        except Exception:
            log.exception("media_packet_failed", leg=line.leg.name)

    def _beat(self, phase: _Phase, now: float) -> None:
        """20 ms of the legs of a phase."""
        phase.round = (phase.round + 1) % _THOROUGH
        for line in phase.polled[phase.round :: _THOROUGH]:
            self._read_up(line, now)
        lines: list[_Line] = []
        received: list[bytes] = []
        for line in phase.polled:
            read = line.wire.read
            if read is None:
                self._receive_from(line, now, None)
                continue
            try:
                received.append(read(_DATAGRAM))
            except OSError:
                continue
            lines.append(line)
        for line, data in zip(lines, received, strict=True):
            line.turns += 1
            try:
                line.leg.receive(data, now, None)
            except Exception:
                log.exception("media_packet_failed", leg=line.leg.name)
        senders: list[Sender] = []
        outgoing: list[bytes] = []
        for line in phase.lines:
            leg = line.leg
            try:
                datagram = leg.tick(now)
            except Exception:
                log.exception("media_tick_failed", leg=leg.name)
                continue
            if datagram:
                senders.append(leg.sender)
                outgoing.append(datagram)
        for sender, datagram in zip(senders, outgoing, strict=True):
            sender.send(datagram)

    def _read_up(self, line: _Line, now: float) -> None:
        """Take all that a polled line holds, and ask the kernel when each came: of every 16th packet the jitter is
        measured, which tells no less of a steady stream."""
        for _ in range(_AT_MOST):
            read = line.wire.read
            if read is None:
                return
            try:
                data = read(_DATAGRAM)
                age = line.wire.age()
            except OSError:
                return
            line.turns += 1
            try:
                line.leg.receive(data, now, int((now - age) * _TIMESTAMP_UNITS))
            except Exception:
                log.exception("media_packet_failed", leg=line.leg.name)

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
            try:
                line.leg.sweep(now)
            except Exception:
                log.exception("media_sweep_failed", leg=line.leg.name)
            self._poll(line, turns > _FLOOD or (turns >= _STEADY and not line.leg.attentive))

    # --- bookkeeping ------------------------------------------------------------------------------------------------

    def _poll(self, line: _Line, on: bool) -> None:
        """Read the line at its ticks from now on, or as soon as something comes."""
        if on is line.polled:
            return
        line.polled = on
        for phase in line.phases:
            if on:
                phase.polled.append(line)
            else:
                phase.polled.remove(line)
        if on:
            self._epoll.unregister(line.wire.socket.fileno())
        else:
            self._epoll.register(line.wire.socket.fileno(), select.EPOLLIN)

    def _schedule(self, line: _Line) -> None:
        """Put the leg on the emptiest of the phases, or two of them opposite to each other if it needs 10 ms."""
        ticks = 20 // line.leg.step
        if len(line.phases) == ticks:
            return
        polled = line.polled
        self._unschedule(line)
        first = min(range(PHASES // ticks), key=lambda phase: len(self._phases[phase].lines))
        line.phases = tuple(self._phases[first :: PHASES // ticks])
        for phase in line.phases:
            phase.lines.append(line)
            if polled:
                phase.polled.append(line)

    def _unschedule(self, line: _Line) -> None:
        for phase in line.phases:
            phase.lines.remove(line)
            if line.polled:
                phase.polled.remove(line)
        line.phases = ()

    def _close(self, line: _Line) -> None:
        descriptor = line.wire.socket.fileno()
        try:
            line.leg.close(time.monotonic())
        finally:
            if not line.polled:
                self._epoll.unregister(descriptor)
            del self._lines[descriptor]
            self._round.remove(line)
            self._unschedule(line)
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
