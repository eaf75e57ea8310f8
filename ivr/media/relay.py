"""One direction of a bridge: a leg's voice and keys into another leg's stream."""

from __future__ import annotations

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.resample import new_resampler
from ivr.media.rtp import RtpPacket, sequence_distance
from ivr.media.sender import Sender

#: Without a packet for so many ticks of 20 ms, the hearing leg is sent silence again.
_STALE_TICKS = 10
_WINDOW = 3000


class Relay:
    """Maps the incoming stream's numbers on to the outgoing one.

    With the same codec on both sides packets go through unopened, losses and re-ordering with them, so that the
    phone's own jitter buffer sees them. With different codecs the samples are encoded anew.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._ssrc: int | None = None
        self._sequence_offset = 0
        self._timestamp_offset = 0
        self._idle = _STALE_TICKS
        self._transcoder: _Transcoder | None = None
        self._payload_type: int | None = None
        self._event_payload_type: int | None = None

    def prepare(self, said: Codec, heard: Codec, payload_type: int, event_payload_type: int | None) -> None:
        """From which codec into which, and the payload types of the leg that hears."""
        self._transcoder = None if said is heard else _Transcoder(said, heard)
        self._payload_type = payload_type
        self._event_payload_type = event_payload_type
        self.restart()

    def close(self) -> None:
        """Nothing may be sent (the hearing leg is on hold, or not connected)."""
        self._payload_type = self._event_payload_type = None

    @property
    def transcodes(self) -> bool:
        """Whether it must be given samples instead of packets."""
        return self._transcoder is not None

    def restart(self) -> None:
        """Our own audio went out in between: begin a new talk spurt."""
        self._ssrc = None

    def stale(self) -> bool:
        """Called once in each 20 ms by the leg that hears: whether it should send silence of its own."""
        if self._idle < _STALE_TICKS:
            self._idle += 1
            return False
        self.restart()
        return True

    def voice(self, packet: RtpPacket) -> None:
        """Relay a packet of voice unopened."""
        if self._payload_type is not None:
            marker, sequence, timestamp = self._place(packet)
            self._sender.relayed(self._payload_type, packet.payload, marker or packet.marker, sequence, timestamp)

    def samples(self, packet: RtpPacket, timestamp: int, samples: Samples) -> None:
        """Relay what was decoded from a frame that `packet` completed."""
        if self._payload_type is not None and self._transcoder is not None:
            marker, sequence, placed = self._place(packet._replace(timestamp=timestamp))
            payload = self._transcoder.feed(samples)
            self._sender.relayed(self._payload_type, payload, marker, sequence, placed)

    def event(self, packet: RtpPacket) -> None:
        """Relay a packet of a key press."""
        if self._event_payload_type is not None:
            marker, sequence, timestamp = self._place(packet)
            payload_type = self._event_payload_type
            self._sender.relayed(
                payload_type, packet.payload, marker or packet.marker, sequence, timestamp, voice=False
            )

    def _place(self, packet: RtpPacket) -> tuple[bool, int, int]:
        """Whether a talk spurt begins, and the sequence number and timestamp to send with."""
        self._idle = 0
        sender = self._sender
        sequence = (packet.sequence + self._sequence_offset) & 0xFFFF
        starts = packet.ssrc != self._ssrc or abs(sequence_distance(sequence, sender.next_sequence)) > _WINDOW
        if starts:
            self._ssrc = packet.ssrc
            self._sequence_offset = sender.next_sequence - packet.sequence
            self._timestamp_offset = sender.next_timestamp - packet.timestamp
        if self._transcoder is not None:
            # Frames come in order, with the lost ones filled in: every one gets the next number.
            sequence = sender.next_sequence
        else:
            sequence = (packet.sequence + self._sequence_offset) & 0xFFFF
        return starts, sequence, (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF


class _Transcoder:
    """Samples of one codec into payloads of another."""

    def __init__(self, said: Codec, heard: Codec) -> None:
        self._resampler = new_resampler(said.sample_rate, heard.sample_rate)
        self._encoder = new_encoder(heard)

    def feed(self, samples: Samples) -> bytes:
        """The payload of these samples in the other codec."""
        return self._encoder.encode(self._resampler.feed(samples))
