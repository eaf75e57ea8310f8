"""The one media thread: every packet of every leg is received, relayed and sent here, on one clock.

Everything else talks to it through a queue of calls, carried out in order at the next beat, at most 5 ms later.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ivr.media.clock import PHASES, Beats, BeatTimer
from ivr.media.leg import Leg

log = structlog.get_logger()

_EVENTS_AT_ONCE = 64
_DATAGRAM = 2048


@dataclass(frozen=True, slots=True)
class _Line:
    """A leg with its socket."""

    leg: Leg
    socket: socket.socket
    phase: int


class MediaLoop:
    """Owns the thread. `call`, `add` and `remove` may be used from any thread; legs only inside calls."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._lines: dict[int, _Line] = {}
        self._phases: list[list[Leg]] = [[] for _ in range(PHASES)]
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

    def add(self, leg: Leg, local: socket.socket) -> None:
        """Serve this leg on this bound, non-blocking socket."""

        def begin() -> None:
            phase = min(range(PHASES), key=lambda index: len(self._phases[index]))
            self._phases[phase].append(leg)
            self._lines[local.fileno()] = _Line(leg, local, phase)
            self._epoll.register(local.fileno(), select.EPOLLIN)

        self.call(begin)

    def remove(self, local: socket.socket, closed: Callable[[], None]) -> None:
        """Serve the leg of this socket no more; `closed` is called once the socket is closed."""

        def end() -> None:
            self._close(self._lines[local.fileno()])
            closed()

        self.call(end)

    def _close(self, line: _Line) -> None:
        descriptor = line.socket.fileno()
        try:
            line.leg.close()
        finally:
            self._epoll.unregister(descriptor)
            del self._lines[descriptor]
            self._phases[line.phase].remove(line.leg)
            line.socket.close()

    def _finish(self) -> None:
        self._running = False
        for line in list(self._lines.values()):
            self._close(line)

    def _run(self) -> None:
        self._epoll.register(self._timer.fileno(), select.EPOLLIN)
        beats = Beats(self._timer.start)
        timer, lines = self._timer.fileno(), self._lines
        while self._running:
            for descriptor, _ in self._epoll.poll(-1, _EVENTS_AT_ONCE):
                if descriptor == timer:
                    self._timer.clear()
                elif (line := lines.get(descriptor)) is not None:
                    _receive(line)
            for phase in beats.due(time.monotonic()):
                self._carry_out()
                for leg in self._phases[phase]:
                    _tick(leg)
        if beats.stalls:
            log.warning("media_stalled", times=beats.stalls)

    def _carry_out(self) -> None:
        while self._calls:
            call = self._calls.popleft()
            try:
                call()
            except Exception:  # every call's media hangs on this one thread: no command may end it
                log.exception("media_call_failed")


# One leg's fault, whatever it is, must not silence the others.


def _tick(leg: Leg) -> None:
    try:
        leg.tick()
    except Exception:
        log.exception("media_tick_failed", leg=leg.name)


def _receive(line: _Line) -> None:
    """One datagram: a flooded leg gets no more turns than the others."""
    try:
        data, source = line.socket.recvfrom(_DATAGRAM)
    except OSError:
        return  # an ICMP error, or nothing there after all
    try:
        line.leg.receive(data, source, time.monotonic())
    except Exception:
        log.exception("media_packet_failed", leg=line.leg.name)
