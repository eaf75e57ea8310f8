"""One direction of a bridge: a leg's voice and keys into another leg's stream."""

from __future__ import annotations

from typing import Protocol

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.resample import new_resampler
from ivr.media.sender import Sender

#: Without a packet for so long, the hearing leg is sent silence again. Milliseconds.
_STALE = 200
#: A jump of the sequence number farther than this is a new stream.
_WINDOW = 3000


class Hearer(Protocol):
    """The leg that hears."""

    @property
    def sender(self) -> Sender:
        """Its outgoing stream."""

    @property
    def occupied(self) -> bool:
        """Whether it is being sent something else, which goes before the other leg's voice."""


class Relay:
    """Maps the incoming stream's numbers on to the outgoing one.

    With the same codec on both sides packets go through unopened, of whatever length, losses and re-ordering with
    them, so that the phone's own jitter buffer sees them. With different codecs the samples are encoded anew.
    """

    __slots__ = (
        "_closed",
        "_hearer",
        "_idle",
        "_is_speaking",
        "_last_sequence",
        "_last_timestamp",
        "_sender",
        "_sequence",
        "_ssrc",
        "_timestamp",
        "_transcoder",
    )

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self._sender = hearer.sender
        self._ssrc: int | None = None
        self._sequence = self._last_sequence = 0  # of the last packet: as we sent it, and as it came
        self._timestamp = self._last_timestamp = 0
        self._idle = _STALE
        self._is_speaking = False
        self._transcoder: _Transcoder | None = None
        self._closed = True

    def prepare(self, said: Codec, heard: Codec) -> None:
        """From which codec into which."""
        self._transcoder = None if said is heard else _Transcoder(said, heard)
        self._closed = False
        self._is_speaking = True
        self.restart()

    def close(self) -> None:
        """Nothing may be sent (the hearing leg is on hold, or not connected)."""
        self._closed = True

    @property
    def transcodes(self) -> bool:
        """Whether it must be given samples instead of packets."""
        return self._transcoder is not None

    def restart(self) -> None:
        """Our own audio goes out instead: that begins a talk spurt, once, and so will what is relayed next."""
        if self._is_speaking:
            self._is_speaking = False
            self._ssrc = None
            self._sender.spurt = True

    def stale(self, milliseconds: int) -> bool:
        """Called by the leg that hears whenever it could send, with the time since the last call: whether it should
        send silence of its own."""
        if self._idle < _STALE:
            self._idle += milliseconds
            return False
        self.restart()
        return True

    def voice(self, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> None:
        """Relay a packet of voice unopened."""
        if self._is_shut():
            return
        marker |= self._follow(ssrc, sequence, timestamp)
        self._sender.relayed(payload, marker, self._sequence, self._timestamp)

    def begin(self, rate: int) -> None:
        """Another stream follows; the transcoder is that of the codecs, whatever the stream."""

    def feed(self, samples: Samples) -> None:
        """Relay what was decoded: an even stream, which goes out as if it were our own."""
        if self._transcoder is None or self._is_shut():
            return
        self._idle = 0
        self._is_speaking = True
        self._sender.voice(self._transcoder.feed(samples))

    def event(self, payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> None:
        """Relay a packet that is no voice, as `payload_type` of the leg that hears: a key press, comfort noise."""
        if self._is_shut():
            return
        marker |= self._follow(ssrc, sequence, timestamp)
        place = self._sequence if self._transcoder is None else self._sender.next_sequence
        self._sender.event(payload_type, payload, marker, place, self._timestamp)

    def _is_shut(self) -> bool:
        if self._hearer.occupied:
            self.restart()
            return True
        return self._closed

    def _follow(self, ssrc: int, sequence: int, timestamp: int) -> bool:
        """Find the place of a packet in our stream: `_sequence` and `_timestamp`, both without wraps. Whether a talk
        spurt begins here, because the stream is not the one that was followed so far."""
        self._idle = 0
        self._is_speaking = True
        sender = self._sender
        # Modulo their sizes the numbers keep their distance from the last packet's; it is taken the short way round.
        ahead = ((sequence - self._last_sequence + 0x8000) & 0xFFFF) - 0x8000
        later = ((timestamp - self._last_timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        self._last_sequence, self._last_timestamp = sequence, timestamp
        self._sequence += ahead
        self._timestamp += later
        if ssrc == self._ssrc and (
            self._transcoder is not None or -_WINDOW <= self._sequence - sender.next_sequence <= _WINDOW
        ):
            return False
        self._ssrc = ssrc
        self._sequence, self._timestamp = sender.next_sequence, sender.next_timestamp
        return True


class _Transcoder:
    """Samples of one codec into payloads of another."""

    def __init__(self, said: Codec, heard: Codec) -> None:
        self._resampler = new_resampler(said.sample_rate, heard.sample_rate)
        self._encoder = new_encoder(heard)

    def feed(self, samples: Samples) -> bytes:
        """The payload of these samples in the other codec."""
        return self._encoder.encode(self._resampler.feed(samples))
