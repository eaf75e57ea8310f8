"""One outgoing RTP stream: its numbers, its wire, and the count of what was sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

from ivr.media.rtp import HEADER, MARKER, VERSION

_pack = HEADER.pack


class Sender:
    """Sequence number, timestamp and source id go on through whatever the leg sends: prompt, silence or another leg's
    voice, so that the phone hears one stream without a break."""

    __slots__ = (
        "_head",
        "_origin",
        "_start",
        "ahead",
        "copy",
        "next_sequence",
        "next_timestamp",
        "spurt",
        "ssrc",
        "transmit",
    )

    def __init__(self, transmit: Callable[[bytes], object]) -> None:
        #: Puts a datagram on the wire; may raise OSError.
        self.transmit = transmit
        #: Datagrams made ahead, the next one last.
        self.ahead: list[bytes] = []
        #: Given each voice payload that is sent, for the recording.
        self.copy: Callable[[bytes], None] | None = None
        #: The next packet of voice begins a talk spurt and bears the marker.
        self.spurt = True
        # RFC 3550, 5.1: random. Both are kept without their wraps, and so count what was sent as well.
        self.next_sequence = self._origin = random.getrandbits(15)
        self.next_timestamp = self._start = random.getrandbits(31)
        self.ssrc = random.getrandbits(32)
        self._head = VERSION << 8

    @property
    def sent(self) -> int:
        """Packets so far."""
        return self.next_sequence - self._origin - len(self.ahead)

    @property
    def octets(self) -> int:
        """Bytes of voice so far; in each of our codecs a byte is a unit of the timestamp."""
        return self.timestamp - self._start

    @property
    def timestamp(self) -> int:
        """Of the next packet of voice that goes out, without its wraps."""
        return self.next_timestamp - self._units_ahead()

    def speak(self, payload_type: int) -> None:
        """Voice goes out with this payload type from now on."""
        self._head = VERSION << 8 | payload_type

    def packet(self, payload: bytes) -> bytes:
        """The datagram of the next voice payload of our own, which is to be sent now. Runs for every leg at every
        tick: flat, and nothing is made but the datagram and two numbers."""
        sequence, timestamp, head, copy = self.next_sequence, self.next_timestamp, self._head, self.copy
        if self.spurt:
            head |= MARKER
            self.spurt = False
        if copy is not None:
            copy(payload)
        self.next_sequence = sequence + 1
        self.next_timestamp = timestamp + len(payload)
        return _pack(head, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc) + payload

    def make_ahead(self, payloads: tuple[bytes, ...]) -> None:
        """Make the datagrams of these voice payloads, all of the same size, which are to be sent one after another.
        Together they cost less than each at its time: what making them needs is in the processor's caches then."""
        size = len(payloads[0])
        head, ssrc, sequence, timestamp = self._head, self.ssrc, self.next_sequence, self.next_timestamp
        self.next_sequence, self.next_timestamp = sequence + len(payloads), timestamp + size * len(payloads)
        times = range(timestamp, self.next_timestamp, size)
        self.ahead += [
            _pack(head, number & 0xFFFF, time & 0xFFFFFFFF, ssrc) + payload
            for number, time, payload in zip(range(sequence, self.next_sequence), times, payloads, strict=True)
        ]
        self.ahead.reverse()

    def rewind(self) -> int:
        """Forget what was made ahead, and take its numbers back. How many packets it was."""
        count = len(self.ahead)
        self.next_timestamp -= self._units_ahead()
        self.next_sequence -= count
        self.ahead.clear()
        return count

    def _units_ahead(self) -> int:
        return sum(len(datagram) - HEADER.size for datagram in self.ahead)

    def voice(self, payload: bytes) -> None:
        """Send the next voice payload of our own."""
        self.send(self.packet(payload))

    def relayed(self, payload: bytes, marker: bool, sequence: int, timestamp: int) -> None:
        """Send voice at a place in the stream, not farther than 32,000 packets from the next, that another leg's
        stream has determined."""
        head, size = self._head, len(payload)
        if marker:
            head |= MARKER
        self.send(_pack(head, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc) + payload)
        if self.copy is not None:
            self.copy(payload)
        ahead = sequence - self.next_sequence
        if ahead >= 0:
            self.next_sequence = sequence + 1
            self._origin += ahead
            self._start += timestamp - self.next_timestamp
            self.next_timestamp = timestamp + size
        else:  # out of order: one more was sent, and the next stays the next
            self._origin -= 1
            self._start -= size

    def event(self, payload_type: int, payload: bytes, marker: bool, sequence: int, timestamp: int) -> None:
        """Send a packet that is no voice (a key press, comfort noise) likewise; it takes no time of the voice's."""
        head = VERSION << 8 | payload_type
        if marker:
            head |= MARKER
        self.send(_pack(head, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc) + payload)
        ahead = sequence - self.next_sequence
        if ahead >= 0:
            self.next_sequence = sequence + 1
            self._origin += ahead
        else:
            self._origin -= 1

    def skip(self, units: int) -> None:
        """So much time passes without voice, which begins a talk spurt then."""
        self.next_timestamp += units
        self._start += units
        self.spurt = True

    def send(self, datagram: bytes) -> None:
        """Put a datagram on the wire. A locked wire hands out the ICMP error that an earlier datagram met in place of
        sending this one, which is sent once more then. Any other fault (no route, a full buffer) is a lost packet like
        any other to the listener; that the peer is gone is for signalling, and the watch for silent peers, to find."""
        transmit = self.transmit
        try:
            transmit(datagram)
        except ConnectionRefusedError:
            with suppress(OSError):
                transmit(datagram)
        except OSError:
            return
