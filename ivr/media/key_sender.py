"""Pressing keys into one outgoing stream: as telephone-event where that was agreed, else as tones in the audio."""

from __future__ import annotations

from collections import deque

import numpy as np

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.dtmf import KEYS, EventPacket, press_all
from ivr.media.sender import Sender

#: Of each tone, and of the pause after it: what `dtmf` sends as events.
_ON, _OFF = 0.1, 0.08
#: Peak of each of the two tones, full scale is 1: some -9 dBm0 each, within what Q.23 telephones send.
_LEVEL = 0.25
#: ITU-T Q.23: row and column of each of `KEYS`, in Hz.
_TONES = dict(
    zip("123A456B789C*0#D", [(r, c) for r in (697, 770, 852, 941) for c in (1209, 1336, 1477, 1633)], strict=True)
)


class KeySender:
    """Stands in for the leg's voice until every key is pressed. `tick` is to be called once in each packet's time."""

    def __init__(
        self, sender: Sender, codec: Codec, ptime: int, event_payload_type: int | None, silence: bytes
    ) -> None:
        self._sender = sender
        self._codec = codec
        self._ptime = ptime
        self._event_payload_type = event_payload_type
        self._silence = silence
        self._began = 0
        self._events: deque[EventPacket | None] = deque()
        self._sounds: deque[bytes] = deque()

    @property
    def done(self) -> bool:
        """Whether every key is pressed."""
        return not self._events and not self._sounds

    def press(self, digits: str) -> None:
        """Press these keys, after those that are being pressed. Raises ValueError for what is not a key."""
        if self._event_payload_type is None:
            self._sounds += _sounded(digits, self._codec, self._ptime)
        else:
            self._events += press_all(digits, self._ptime)

    def tick(self) -> bytes | None:
        """Send the next packet of a press; or the payload to be sent as voice, in pauses and of tones."""
        if self._sounds:
            return self._sounds.popleft()
        packet = self._events.popleft() if self._events else None
        if packet is None or self._event_payload_type is None:
            return self._silence
        sender = self._sender
        if packet.marker:
            self._began = sender.next_timestamp
        sender.event(self._event_payload_type, packet.payload, packet.marker, sender.next_sequence, self._began)
        sender.skip(8 * self._ptime)
        return None


def _sounded(digits: str, codec: Codec, ptime: int) -> list[bytes]:
    """Payloads with the tones of the keys."""
    rate, step = codec.sample_rate, 8 * ptime
    times = 2 * np.pi * np.arange(int(_ON * rate)) / rate
    parts: list[Samples] = []
    for key in digits:
        row, column = _TONES[KEYS[KEYS.index(key)]]
        tone = 32767 * _LEVEL * (np.sin(row * times) + np.sin(column * times))
        parts += [tone.astype(np.int16), np.zeros(int(_OFF * rate), dtype=np.int16)]
    coded = new_encoder(codec).encode(np.concatenate(parts)) if parts else b""
    return [coded[start : start + step] for start in range(0, len(coded) - step + 1, step)]
