"""All telephones of a trial in one process: their audio every 20 ms, their signalling in between.

A core's worth of Python stands for thousands of telephones, so it does little for each packet: 4,000 of them, with
200,000 packets a second each way, took 87 % of a core whose kernel needed 3 microseconds to send a packet. Packets are
sent and received hundreds at a time, and only noted while they are watched: what they mean is worked out when the calls
are over. When a packet came is the kernel's word, so a telephone that is behind with its work spoils no measurement;
its own lateness is told all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from hotline.bench.edge.bank import Bank
from hotline.bench.edge.callers import Call, Callers, State
from hotline.bench.edge.mmsg import Bytes, Inbox, Received
from hotline.bench.edge.pacing import Heard

HOST = "127.0.0.1"
#: A bank speaks in each millisecond of the 20, and each is listened to every 5.
_BANKS, _BEAT, _DRAINED = 20, 0.001, 4
_INBOX = 16384
_HEAD = 24


class Peer:
    """Up to `capacity` telephones, each with its own call to one hotline."""

    def __init__(self, capacity: int, stamps: bool = False) -> None:
        self.callers = Callers(HOST)
        self.banks = [Bank(HOST, -(-capacity // _BANKS), stamps) for _ in range(_BANKS)]
        self.lateness: list[float] = []
        self._by_audio = {bank.port: bank for bank in self.banks}
        self._inbox = Inbox(_INBOX, _HEAD)
        self._watched: list[Received] | None = None
        self._counts = np.zeros(1 << 16, np.int64)  # packets heard so far, by the port they came from
        self._beat = 0
        self._due = 0.0
        self._placed = 0

    def place(self, now: float, deaf: bool = False) -> Call:
        """Make a call, from the telephones in turn."""
        bank = self.banks[self._placed % _BANKS]
        self._placed += 1
        return self.callers.call(bank.port, now, deaf)

    def bank_of(self, call: Call) -> Bank:
        """Where the call's telephone is."""
        return self._by_audio[call.dialog.audio]

    def heard(self, call: Call) -> int:
        """Packets that ever came from where the call's audio comes from."""
        self._take()
        return int(self._counts[call.media])

    def beats(self, until: Callable[[float], bool]) -> Iterator[tuple[float, list[Call]]]:
        """Live from millisecond to millisecond until that is so: the time, and the calls that came up or ended."""
        now = self._due = time.monotonic()
        while not until(now):
            self._audio()
            self.callers.step(now)
            changed, self.callers.changed = self.callers.changed, []
            for call in changed:
                self._connect(call)
            yield now, changed
            self._due += _BEAT
            now = time.monotonic()
            self.lateness.append(now - self._due)
            if now < self._due:
                time.sleep(self._due - now)
                now = time.monotonic()

    def live(self, until: Callable[[float], bool]) -> None:
        """The same, where nobody asks what changes."""
        for _ in self.beats(until):
            pass

    def listen(self) -> None:
        """Take up all that has come."""
        self._drain(_BANKS)
        self._take()

    def watch(self, seconds: float) -> tuple[Heard, Bytes, int]:
        """Everything heard in so many seconds, the first bytes of each packet, and when that began in nanoseconds."""
        self.listen()
        self._watched = []
        self.lateness.clear()
        began = time.time_ns()
        end = time.monotonic() + seconds
        self.live(lambda now: now >= end)
        self.listen()
        watched, self._watched = self._watched, None
        heads = np.concatenate([part.heads for part in watched])
        stamps = np.concatenate([part.stamps for part in watched])
        ports = np.concatenate([part.ports for part in watched])
        sequences = heads[:, 2].astype(np.uint16) << 8 | heads[:, 3]
        return Heard(stamps, ports, sequences), heads, began

    def close(self) -> None:
        """Give every port back."""
        self.callers.close()
        for bank in self.banks:
            bank.close()

    def _connect(self, call: Call) -> None:
        """A call's telephone speaks while the call is up."""
        if call.state is State.UP:
            self.bank_of(call).add((HOST, call.media))
        elif call.media:
            self.bank_of(call).remove(call.media)

    def _audio(self) -> None:
        self.banks[self._beat % _BANKS].send()
        self._beat += 1
        self._drain(_DRAINED)

    def _drain(self, banks: int) -> None:
        first = self._beat * _DRAINED
        for number in range(first, first + banks):
            self.banks[number % _BANKS].receive(self._inbox)
            if self._inbox.room < _INBOX * 3 // 4:
                self._take()

    def _take(self) -> None:
        received = self._inbox.take()
        self._counts += np.bincount(received.ports, minlength=1 << 16)
        if self._watched is not None:
            self._watched.append(received)
