"""The jitter buffer: received packets back in order, each at its time, with every gap accounted for."""

from __future__ import annotations

from typing import NamedTuple

from ivr.media.delay import MOST, UNITS, DelayEstimator

#: Packets held at the most: 640 ms of the shortest, 10 ms.
_ROOM = 64
#: A timestamp, or a sequence number, this far from where the stream is belongs to another stream, or to nothing.
_WINDOW = 1000 * UNITS
_MISORDER = 100
#: Nothing came for so long after it was due: silence is given in its place.
_PATIENCE = 200 * UNITS
_SILENCE = 20 * UNITS
#: The delay shrinks by one part in so many of the time that passes: 20 ms a second.
_SHRINKING = 50


class Frame(NamedTuple):
    """The next `units` of the stream, in 1/8000 s. `payload` is what a packet carried; None for what was lost; empty
    where nothing was sent (silence suppression, key presses), or where we stopped waiting."""

    timestamp: int
    units: int
    payload: bytes | None


class _Packet(NamedTuple):
    """Numbers count their wraps, except in a suspect."""

    sequence: int
    timestamp: int
    payload: bytes


class PlayoutBuffer:
    """The packets of one stream (one SSRC), given back when they are due.

    There is no sound card that asks for samples: the buffer is driven by arrivals (`put`) and by time (`due`, every
    20 ms or oftener). Both give what has become due by then, so that those who hear (recogniser, transcoder, mixer)
    get an even stream, one adaptive delay late. The delay grows at once when a packet comes too late, and shrinks at
    the beginning of a talk spurt, otherwise by 20 ms a second: since nothing is thrown away by giving frames sooner,
    that need not wait for silence.

    Voice comes out in order, every packet once, and each unit of the stream's time as voice, loss or silence. A
    missing packet is given up when the one after it is due. When nothing comes, from the beginning or any longer,
    silence follows after 200 ms; what comes after all is then not thrown away but given behind that silence. No more
    than 64 packets are held, whatever arrives. Times are monotonic seconds.
    """

    __slots__ = (
        "_delay",
        "_given_up",
        "_heard",
        "_held",
        "_last",
        "_next",
        "_offset",
        "_shrunk",
        "_started",
        "_suspect",
        "_voiceless",
    )

    def __init__(self) -> None:
        self._delay = DelayEstimator()
        self._held: dict[int, _Packet] = {}  # by timestamp
        self._started = self._heard = False
        self._next = 0  # the timestamp that is to be given next
        self._last = 0  # the highest sequence number that was given
        self._offset = 0  # our clock, in units, less the timestamp that is due now
        self._shrunk = 0
        self._suspect: _Packet | None = None
        #: Numbers of packets that carried no voice, and of those we waited for in vain; the youngest of each.
        self._voiceless: dict[int, None] = {}
        self._given_up: dict[int, None] = {}

    @property
    def delay(self) -> float:
        """Milliseconds for which a packet that came the fastest way is held now."""
        return (self._offset - self._delay.base) / UNITS

    def put(self, sequence: int, timestamp: int, payload: bytes, now: float, marker: bool = False) -> list[Frame]:
        """A packet came; gives what is due. `payload` is empty if it carried no voice; `marker` begins a talk spurt."""
        clock = _units(now)
        raw = _Packet(sequence, timestamp, payload)
        if not self._heard:
            self._heard = True
            self._start(raw, clock)
        packet, frames = self._unwrapped(raw), []
        if abs(packet.timestamp - self._next) > _WINDOW or packet.sequence < self._last - _MISORDER:
            # One stray packet makes no new stream: its successor tells.
            suspect, self._suspect = self._suspect, raw
            if suspect is None or not _follows(raw, suspect):
                return self._give(clock)
            frames = self.flush()
            self._start(suspect, clock)
            self._take(self._unwrapped(suspect), clock, marker=False)
            packet = self._unwrapped(raw)
        self._suspect = None
        self._take(packet, clock, marker)
        return frames + self._give(clock)

    def due(self, now: float) -> list[Frame]:
        """Time has passed; gives what is due."""
        clock = _units(now)
        if not self._started:
            self._start(_Packet(0, 0, b""), clock)  # silence, until a stream begins
        return self._give(clock)

    def flush(self) -> list[Frame]:
        """What is held, without waiting any longer."""
        frames: list[Frame] = []
        while self._held:
            self._release(frames)
        return frames

    # --- in ----------------------------------------------------------------------------------------------------------

    def _start(self, first: _Packet, clock: int) -> None:
        self._started = True
        self._last, self._next = first.sequence - 1, first.timestamp
        self._delay.restart(clock - first.timestamp)
        self._offset, self._shrunk = self._delay.base + self._delay.target, clock
        self._voiceless.clear()
        self._given_up.clear()

    def _unwrapped(self, packet: _Packet) -> _Packet:
        sequence, timestamp, payload = packet
        sequence = self._last + ((sequence - self._last + 0x8000) & 0xFFFF) - 0x8000
        timestamp = self._next + ((timestamp - self._next + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        return _Packet(sequence, timestamp, payload)

    def _take(self, packet: _Packet, clock: int, marker: bool) -> None:
        sequence, timestamp, payload = packet
        if not payload:
            _remember(self._voiceless, sequence)
            return
        late = sequence in self._given_up
        if sequence <= self._last and not late:
            return  # a double
        offset = clock - timestamp
        self._delay.note(offset)
        self._offset = max(self._offset, min(offset, self._delay.base + MOST))
        if late:
            del self._given_up[sequence]
            return
        if marker or (timestamp > self._next and sequence == self._last + 1):
            self._offset = self._delay.base + self._delay.target  # a talk spurt begins
        self._next = min(self._next, timestamp)  # in order, but we had stopped waiting
        self._held.setdefault(timestamp, packet)

    # --- out ---------------------------------------------------------------------------------------------------------

    def _give(self, clock: int) -> list[Frame]:
        self._settle(clock)
        position = clock - self._offset
        frames: list[Frame] = []
        while self._held and (len(self._held) > _ROOM or min(self._held) <= position):
            self._release(frames)
        if not self._held:
            self._next = max(self._next, position - _WINDOW)  # nobody asked for a long time
            while position - self._next > _PATIENCE:
                frames.append(Frame(self._next & 0xFFFFFFFF, _SILENCE, b""))
                self._next += _SILENCE
        return frames

    def _settle(self, clock: int) -> None:
        """The delay's way to its target: up at once, down slowly, from beyond the bound at once."""
        wanted = self._delay.base + self._delay.target
        self._offset = max(wanted, min(self._offset, self._delay.base + MOST))
        shrinking = (clock - self._shrunk) // _SHRINKING
        if shrinking > 0:
            self._offset = max(wanted, self._offset - shrinking)
            self._shrunk = clock

    def _release(self, frames: list[Frame]) -> None:
        """Give the first of those held, after the gap before it."""
        timestamp = min(self._held)
        sequence, _, payload = self._held.pop(timestamp)
        if timestamp < self._next or sequence <= self._last:
            return  # it overlaps the one before, or its numbers contradict each other
        if timestamp > self._next:
            missing = [
                number
                for number in range(max(self._last + 1, sequence - _ROOM), sequence)
                if number not in self._voiceless
            ]
            for number in missing:
                _remember(self._given_up, number)
            frames.append(Frame(self._next & 0xFFFFFFFF, timestamp - self._next, None if missing else b""))
        frames.append(Frame(timestamp & 0xFFFFFFFF, len(payload), payload))
        self._next, self._last = timestamp + len(payload), sequence


def _units(seconds: float) -> int:
    return int(seconds * 1000 * UNITS)


def _follows(packet: _Packet, before: _Packet) -> bool:
    steps = (packet.sequence - before.sequence) & 0xFFFF
    return 0 < steps < _MISORDER and (packet.timestamp - before.timestamp) & 0xFFFFFFFF <= _WINDOW


def _remember(numbers: dict[int, None], number: int) -> None:
    numbers[number] = None
    if len(numbers) > _ROOM:
        del numbers[next(iter(numbers))]
