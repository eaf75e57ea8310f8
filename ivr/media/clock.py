"""The beat of the media thread: a kernel timer that does not drift, and how many beats are due."""

from __future__ import annotations

import ctypes
import os
import time

#: Ten phases of 2 ms make the 20 ms of a frame: legs are spread over them, so that what is received in between never
#: waits for more than a tenth of them.
PHASES = 10
BEAT = 0.002
#: After a stall longer than this the beats missed are forgotten: a burst of stale audio helps nobody.
_FORGIVEN = 0.2
#: Seconds over which lateness is averaged: one stall is no overload.
_MEMORY = 3.0

_CLOCK_MONOTONIC = 1
_TFD_NONBLOCK = os.O_NONBLOCK
_TFD_TIMER_ABSTIME = 1
_BILLION = 1_000_000_000
_libc = ctypes.CDLL(None, use_errno=True)


class Beats:
    """Which beats are due. Times are monotonic seconds."""

    def __init__(self, start: float) -> None:
        #: When the next beat is due.
        self.next = start + BEAT
        self._phase = 0
        self.stalls = 0
        self._lateness = 0.0

    def due(self, now: float) -> list[int]:
        """The phases, 0 to 9, of the beats that have come due since the last call. Call it when one has."""
        self._lateness = self._mean(min(now - self.next, _FORGIVEN))
        if now - self.next > _FORGIVEN:
            self.next = now
            self.stalls += 1
        phases: list[int] = []
        while now >= self.next:
            phases.append(self._phase)
            self._phase = (self._phase + 1) % PHASES
            self.next += BEAT
        return phases

    def lateness(self, now: float) -> float:
        """Seconds by which the beats of the last moments came late, as a mean; with the one that is overdue now, so
        that a thread that hangs is seen as well."""
        return self._mean(max(now - self.next, 0.0))

    def _mean(self, late: float) -> float:
        """With what passed since the beat before, weighted by its length."""
        return self._lateness + (late - self._lateness) * min((late + BEAT) / _MEMORY, 1.0)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Itimerspec(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


class BeatTimer:
    """A file descriptor that becomes readable at every beat (timerfd_create(2): Linux; in `os` from Python 3.13)."""

    def __init__(self) -> None:
        descriptor = _libc.timerfd_create(_CLOCK_MONOTONIC, _TFD_NONBLOCK)
        if descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._descriptor: int = descriptor
        self.start = time.monotonic()
        first = round((self.start + BEAT) * _BILLION)
        setting = _Itimerspec(_Timespec(0, round(BEAT * _BILLION)), _Timespec(first // _BILLION, first % _BILLION))
        if _libc.timerfd_settime(descriptor, _TFD_TIMER_ABSTIME, ctypes.byref(setting), None) < 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime")

    def fileno(self) -> int:
        """For epoll."""
        return self._descriptor

    def clear(self) -> None:
        """Not readable again until the next beat."""
        os.read(self._descriptor, 8)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)
