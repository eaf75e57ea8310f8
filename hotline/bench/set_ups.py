"""How fast calls are answered: INVITE to 200, then ACK and BYE, over UDP: stock pyVoIP and the real edge with the real
media plane, each on a core of its own.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from config.errors import HotlineError
from hotline.bench.edge import ours, stock_pyvoip
from hotline.bench.edge.program import Program, first_core_free, running
from hotline.bench.edge.trial import free_port
from hotline.bench.edge.wording import Address, Dialog, read_response, respond
from hotline.bench.row import Row

_HOST = "127.0.0.1"
_QUIET_CALLS, _BUSY_SECONDS, _AT_ONCE = 200, 4.0, 16
#: Stock pyVoIP makes every caller wait for a second.
_STOCK_CALLS = 5
#: A country's alarm line: 500 callers a second, and none of them notices a wait for the answer.
_TARGET_RATE, _TARGET_P99 = 500, 50.0
#: Seconds without any message after which the calls in progress are lost; the telephones send nothing twice.
_PATIENCE = 2.0
#: Seconds for a program to start.
_STARTING = 30.0


@dataclass(slots=True)
class Seen:
    """What the telephones saw: seconds from INVITE to 200 of each call, calls without an answer, and how long it all
    took."""

    waits: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0

    def milliseconds(self, percentile: float) -> float:
        """A percentile of the waits."""
        return float(np.percentile(self.waits, percentile)) * 1000

    @property
    def rate(self) -> float:
        """Calls set up and ended a second."""
        return len(self.waits) / self.seconds


def rows() -> Iterator[Row]:
    """One caller after another, then as many as it takes; stock first."""
    with first_core_free() as core:
        yield from _stock(core)
        yield from _ours(core)


def _stock(core: int) -> Iterator[Row]:
    with (
        closing(Telephones()) as telephones,
        running(stock_pyvoip.run, core, telephones.address, free_port()) as program,
    ):
        telephones.find(program)
        quiet = telephones.call(most=1, calls=_STOCK_CALLS)
        busy = telephones.call(most=_AT_ONCE, seconds=_BUSY_SECONDS)
    name = "stock pyVoIP"
    yield Row("sip", f"INVITE to 200 p50, one call at a time, {name}", quiet.milliseconds(50), "ms", None, None)
    yield Row("sip", f"calls set up and ended, {_AT_ONCE} at once, {name}", busy.rate, "1/s", None, None)


def _ours(core: int) -> Iterator[Row]:
    run = partial(ours.run, task=ours.Task.NOTHING)
    with closing(Telephones()) as telephones, running(run, core, telephones.address, free_port()) as program:
        telephones.find(program)
        quiet = telephones.call(most=1, calls=_QUIET_CALLS)
        paced = telephones.call(gap=1 / _TARGET_RATE, seconds=_BUSY_SECONDS)
        used = program.processor_time()
        flat_out = telephones.call(most=_AT_ONCE, seconds=_BUSY_SECONDS)
        used = program.processor_time() - used
    p99 = paced.milliseconds(99)
    lost = quiet.lost + paced.lost + flat_out.lost
    made = lost + len(quiet.waits) + len(paced.waits) + len(flat_out.waits)
    yield Row("sip", "INVITE to 200 p50, one call at a time", quiet.milliseconds(50), "ms", None, None)
    yield Row("sip", f"INVITE to 200 p50, {_TARGET_RATE} calls a second", paced.milliseconds(50), "ms", None, None)
    yield Row("sip", f"INVITE to 200 p99, {_TARGET_RATE} calls a second", p99, "ms", _TARGET_P99, p99 <= _TARGET_P99)
    label = f"calls set up and ended, {_AT_ONCE} at once"
    yield Row("sip", label, flat_out.rate, "1/s", _TARGET_RATE, flat_out.rate >= _TARGET_RATE)
    yield Row("sip", "processor time of such a call", 1000 * used / len(flat_out.waits), "ms", None, None)
    yield Row("sip", f"calls not answered of {made}", lost, "calls", 0, lost == 0)


class Telephones:
    """Callers on one socket that hang up as soon as they are answered."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind((_HOST, 0))
        self._socket.setblocking(False)
        self.address: Address = self._socket.getsockname()
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # audio is sent here, and nobody listens
        self._ear.bind((_HOST, 0))
        self._hotline: Address = self.address
        self._began: dict[str, tuple[Dialog, float]] = {}  # Call-ID -> when it was invited
        self._ending: set[str] = set()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()
        self._ear.close()

    def find(self, program: Program) -> None:
        """Wait for the program to say where it takes calls; it may register meanwhile."""
        until = time.monotonic() + _STARTING
        while not program.asker.poll() and time.monotonic() < until:
            if select.select([self._socket], [], [], 0.05)[0]:
                data, source = self._socket.recvfrom(4096)
                self._socket.sendto(respond(data, 200, "OK"), source)
        self._hotline = program.address()

    def call(self, most: int = 1 << 30, calls: int = 1 << 30, gap: float = 0.0, seconds: float = float("inf")) -> Seen:
        """So many calls, or calls for so many seconds; never more than `most` at once, and no sooner than `gap`
        seconds after one another. Raises `HotlineError` if none is answered."""
        seen, made = Seen(), 0
        start = heard = now = time.monotonic()
        while self._open or (made < calls and now - start < seconds):
            while made < calls and now - start < seconds and self._open < most and made * gap <= now - start:
                self._invite()
                made += 1
            is_ready = select.select([self._socket], [], [], gap or _PATIENCE)[0]
            now = time.monotonic()
            if is_ready:
                heard = now
                self._take_all(seen)
            elif now - heard > _PATIENCE:
                seen.lost += self._open
                self._began.clear()
                self._ending.clear()
        seen.seconds = now - start
        if not seen.waits:
            raise HotlineError("no call was answered", where="the edge", remedy="see `hotline doctor`")
        return seen

    @property
    def _open(self) -> int:
        return len(self._began) + len(self._ending)

    def _invite(self) -> None:
        dialog = Dialog(*self.address, audio=self._ear.getsockname()[1], hotline=self._hotline)
        self._began[dialog.name] = dialog, time.monotonic()
        self._socket.sendto(dialog.invite(), self._hotline)

    def _take_all(self, seen: Seen) -> None:
        while True:
            try:
                data = self._socket.recv(4096)
            except BlockingIOError:
                return
            self._take(data, seen)

    def _take(self, data: bytes, seen: Seen) -> None:
        answered = read_response(data)
        if answered is None or answered.status != 200:
            return  # provisional
        if answered.method == "BYE":
            self._ending.discard(answered.call)
        elif answered.call in self._began:
            dialog, began = self._began.pop(answered.call)
            seen.waits.append(time.monotonic() - began)
            dialog.to, dialog.target = answered.to, answered.target
            self._socket.sendto(dialog.ack(answered.number), self._hotline)
            self._socket.sendto(dialog.bye(), self._hotline)
            self._ending.add(answered.call)
