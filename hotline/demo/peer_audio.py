"""The speaking telephone's mouth and ear: RTP in real time, silence included."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivr.media.clips import read_clip
from ivr.media.codec import FRAME_BYTES, FRAME_SECONDS, Codec, Samples, new_decoder, new_encoder
from ivr.media.dtmf import EventPacket, KeyPressReceiver, press
from ivr.media.resample import new_resampler
from ivr.media.rtp import pack, parse

#: Samples a second of everything said and heard, whatever the codec.
RATE = 16000
#: Root mean square of a frame above which somebody speaks: about -44 dBFS.
LOUD = 200.0


class HeardFrame(NamedTuple):
    """20 ms as they arrived; `at` is the event loop's time in seconds."""

    at: float
    samples: Samples


def similarity(sent: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """How much of `sent` is found in `heard`, both at the same rate: the peak of their cross-correlation, normalised
    by the energy of `sent` and of the stretch of `heard` it is laid over. 1 is a perfect copy, unrelated speech is
    near 0; level does not count."""
    sound, stream = sent.astype(np.float64), heard.astype(np.float64)
    # A codec's delay must not push the end of the sound out of the stream.
    stream = np.pad(stream, len(sound) // 2 + max(0, len(sound) - len(stream)))
    size = 1 << (len(sound) + len(stream) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(stream, size) * np.conj(np.fft.rfft(sound, size)), size)
    correlation = np.abs(product[: len(stream) - len(sound) + 1])
    energy = np.concatenate(([0.0], np.cumsum(stream**2)))
    windows = energy[len(sound) :] - energy[: len(energy) - len(sound)]
    # A stretch of near silence must not look similar by dividing through almost nothing.
    floor = max(float(windows.max(initial=0.0)) * 1e-3, 1.0)
    norm = np.sqrt(np.maximum(windows, floor) * max(float((sound**2).sum()), 1.0))
    return float((correlation / norm).max())


class PhoneAudio(asyncio.DatagramProtocol):
    """Sends a frame every 20 ms from `begin` to `end`, and keeps all that comes."""

    def __init__(self) -> None:
        self.heard: list[HeardFrame] = []
        self.keys: list[str] = []
        self.sending = True
        self.remote: tuple[str, int] | None = None
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._task: asyncio.Task[None] | None = None
        self._speech: deque[Samples] = deque()
        self._presses: deque[EventPacket] = deque()
        self._said = asyncio.Event()
        self._event_payload_type: int | None = None

    async def open(self, address: str) -> int:
        """Take an ephemeral port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(address, 0))
        self.port = int(self._transport.get_extra_info("sockname")[1])
        return self.port

    def begin(self, codec: Codec, event_payload_type: int | None) -> None:
        """The call is up: speak and hear in this codec. The other side's address is `remote`."""
        self._codec = codec
        self._event_payload_type = event_payload_type
        self._decoder = new_decoder(codec)
        self._up = new_resampler(codec.sample_rate, RATE)
        self._keys = KeyPressReceiver()
        self.heard.clear()
        self.keys.clear()
        self._task = asyncio.create_task(self._send())

    def end(self) -> None:
        """The call is over; what was heard stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._speech.clear()
        self._presses.clear()
        self._said.set()

    def close(self) -> None:
        """Give the port back."""
        self.end()
        if self._transport is not None:
            self._transport.close()

    async def say(self, what: Path | Samples) -> None:
        """Speak a file, or samples at 16,000 a second; returns when the last frame was sent, or the call ended."""
        samples = await asyncio.to_thread(read_clip, what, RATE) if isinstance(what, Path) else what
        frame = round(RATE * FRAME_SECONDS)
        padded = np.pad(samples, (0, -len(samples) % frame))
        self._speech.extend(padded.reshape(-1, frame))
        self._said.clear()
        if self._task is not None and self._speech:
            await self._said.wait()

    def press(self, key: str) -> None:
        """Press a key for 100 ms (RFC 4733)."""
        self._presses.extend(press(key))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        packet = parse(data)
        if packet is None or self._task is None:
            return
        now = asyncio.get_running_loop().time()
        if packet.payload_type == self._codec.payload_type:
            samples = self._up.feed(self._decoder.decode(packet.payload))
            self.heard.append(HeardFrame(now, samples))
        elif packet.payload_type == self._event_payload_type:
            key = self._keys.feed(packet.timestamp, packet.payload, packet.marker, now)
            if key is not None:
                self.keys.append(key)

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        encoder = new_encoder(self._codec)
        down = new_resampler(RATE, self._codec.sample_rate)
        silence: Samples = np.zeros(round(RATE * FRAME_SECONDS), dtype=np.int16)
        ssrc, sequence, timestamp = secrets.randbits(32), secrets.randbits(15), secrets.randbits(31)
        pressed_at = timestamp
        due = loop.time()
        while True:
            payload = encoder.encode(down.feed(self._speech.popleft() if self._speech else silence))
            payload_type, marker = self._codec.payload_type, False
            stamp = timestamp
            if self._presses and self._event_payload_type is not None:
                # The event takes the place of the voice, all of it under the timestamp at which it began.
                payload, marker = self._presses.popleft()
                payload_type = self._event_payload_type
                pressed_at = stamp = timestamp if marker else pressed_at
            if self._transport is not None and self.remote is not None and self.sending:
                self._transport.sendto(pack(payload_type, marker, sequence, stamp, ssrc, payload), self.remote)
            sequence, timestamp = sequence + 1, timestamp + FRAME_BYTES
            if not self._speech:
                self._said.set()
            due += FRAME_SECONDS
            await asyncio.sleep(due - loop.time())
