"""Keys of the telephone as RTP events (RFC 4733): heard once each, whatever was lost or doubled; and sent."""

from __future__ import annotations

import struct
from collections import deque
from typing import NamedTuple

KEYS = "0123456789*#ABCD"

_EVENT = struct.Struct(">BBH")
_END = 0x80
#: A recorded key press that is played again repeats its timestamp: after this long it is a new press.
_REPLAY_SECONDS = 0.25
#: Packets of one press follow each other at 10 to 50 ms.
_SAME_PRESS_SECONDS = 0.1
_ENDS = 3
#: Milliseconds of silence after each press; Q.24 asks for 40 at the least.
_BETWEEN = 80
_VOLUME = 10  # dBm0 below zero


class KeyPressReceiver:
    """Tells presses from packets of one stream.

    A press is known by its timestamp and key: its packets all carry the timestamp at which it began (RFC 4733, 2.5.1).
    The marker bit is only a hint, since the packet that bears it may be lost or sent twice.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque(maxlen=8)
        self._event = -1
        self._ended = True
        self._last = 0.0

    def feed(self, timestamp: int, payload: bytes, marker: bool, now: float) -> str | None:
        """The key, if this packet is the first we see of its press. `now` is monotonic seconds."""
        if len(payload) < _EVENT.size:
            return None
        event, flags, _ = _EVENT.unpack_from(payload)
        if event >= len(KEYS):
            return None
        quiet = now - self._last
        if (timestamp, event) in self._seen:
            new = marker and self._ended and quiet > _REPLAY_SECONDS
        else:
            # Some phones move the timestamp on inside a press: no marker, not ended, same key, no pause.
            moving = event == self._event and not self._ended and not marker and quiet < _SAME_PRESS_SECONDS
            new = not moving
            self._seen.append((timestamp, event))
        if new or event == self._event:
            self._ended = bool(flags & _END)
            self._event, self._last = event, now
        return KEYS[event] if new else None


class EventPacket(NamedTuple):
    """One packet of a press to be sent, all with the timestamp of the first."""

    payload: bytes
    marker: bool


def press(key: str, milliseconds: int = 100, ptime: int = 20) -> tuple[EventPacket, ...]:
    """The packets of one key press, to be sent `ptime` milliseconds apart; the last is sent three times (RFC 4733,
    2.5.1.4).

    Raises ValueError for what is not a key.
    """
    event, step = KEYS.index(key), 8 * ptime
    length = -(-8 * milliseconds // step) * step
    going = [EventPacket(_EVENT.pack(event, _VOLUME, d), marker=d == step) for d in range(step, length + 1, step)]
    end = EventPacket(_EVENT.pack(event, _END | _VOLUME, length), marker=False)
    return (*going, *(end for _ in range(_ENDS)))


def press_all(digits: str, ptime: int) -> list[EventPacket | None]:
    """The packets of several presses, one each `ptime` milliseconds; None in the pause after each press. Raises
    ValueError for what is not a key."""
    packets: list[EventPacket | None] = []
    for key in digits:
        packets += press(key, ptime=ptime)
        packets += [None] * -(-_BETWEEN // ptime)
    return packets
