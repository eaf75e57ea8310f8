"""One leg's audio: what it is sent every 20 ms, and what becomes of every packet it sends.

No sockets and no clock: datagrams come in by `receive`, time by `tick`. Only the media thread may touch a leg.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import numpy as np

from ivr.media.codec import SILENCE, Decoder, new_decoder
from ivr.media.dtmf import KeyPressReceiver
from ivr.media.jitter import Concealer, Frame, JitterBuffer
from ivr.media.latch import Latch
from ivr.media.loss import LossCounter
from ivr.media.player import Player, Playing
from ivr.media.recording import Recording
from ivr.media.relay import Relay
from ivr.media.remote import RemoteMedia
from ivr.media.rtp import RtpPacket, parse
from ivr.media.sender import Address, Sender, Transmit
from ivr.media.tap import Tap
from ivr.messages import DigitPressed, MediaEvent, MediaReport, PlayFinished
from ivr.ports import AudioSink

#: A tapped leg from which nothing came for so many ticks of 20 ms is heard as silent from then on, so that the ears'
#: times go on though the phone sends nothing in pauses.
_STARVED_TICKS = 10


class Leg:
    """The media of one SIP dialog."""

    def __init__(self, name: str, transmit: Transmit, report: Callable[[MediaEvent], None], sink: AudioSink) -> None:
        self.name = name
        self.sender = Sender(transmit)
        self.player = Player(self._play_finished)
        self.remote: RemoteMedia | None = None
        self.peer: Leg | None = None
        self._relay: Relay | None = None
        self._report = report
        self._sink = sink
        self._latch = Latch()
        self._losses = LossCounter()
        self._keys = KeyPressReceiver()
        self._jitter = JitterBuffer()
        self._decoder: Decoder | None = None
        self._concealer = Concealer(0)
        self._ssrc = -1
        self._tap: Tap | None = None
        self._tapped = False
        self._starved = 0
        self._recording: Recording | None = None
        self._silence = b""
        self._spurt = True

    # --- what the plane asks ---------------------------------------------------------------------------------------

    def connect(self, remote: RemoteMedia) -> bool:
        """Direct the audio. Whether the codec changed, so that what is playing must be encoded anew."""
        before = self.remote
        if remote == before:
            return False
        self.remote = remote
        if before is None or (before.address, before.port) != (remote.address, remote.port):
            self._latch.point(_address(remote))
            self.sender.target = self._latch.target
        changed = before is None or before.codec is not remote.codec
        if changed:
            self._silence = SILENCE[remote.codec]
            self._begin_stream()
            if self._recording is not None:
                self._recording.codec = remote.codec
        self._aim_relays()
        return changed

    def play(self, playing: Playing) -> None:
        """Play, in place of what is playing."""
        self.player.start(playing)
        self._spurt = True

    def stop_playing(self) -> None:
        """Fall silent."""
        self.player.stop()

    def tap(self, on: bool) -> None:
        """Send what the leg says to the sink, or no longer."""
        if on is self._tapped:
            return
        self._tapped = on
        if self._tap is not None and not on:
            self._tap.flush()
        self._begin_stream()

    def bridge(self, other: Leg) -> None:
        """Let both hear each other; what either is playing stops."""
        if other is self:
            return
        for leg, peer in ((self, other), (other, self)):
            leg.unbridge()
            leg.player.stop()
            leg.peer = peer
            leg._relay = Relay(peer.sender)
        self._aim_relays()
        other._begin_stream()
        self._begin_stream()

    def unbridge(self) -> None:
        """Part from the other leg, if bridged."""
        peer = self.peer
        if peer is None:
            return
        for leg in (self, peer):
            leg.peer = leg._relay = None
            leg._spurt = True

    def record(self, recording: Recording) -> None:
        """Give a copy of both directions to `recording`."""
        self.stop_recording()
        self._recording = recording
        if self.remote is not None:
            recording.codec = self.remote.codec
        self.sender.copy = recording.heard

    def stop_recording(self) -> None:
        """Finish the recording, if any."""
        if self._recording is not None:
            self.sender.copy = None
            self._recording.finish()
            self._recording = None

    def close(self) -> None:
        """The leg is over."""
        self.unbridge()
        self.player.stop()
        self.tap(False)
        self.stop_recording()

    def statistics(self) -> MediaReport:
        """The packets so far."""
        return MediaReport(self.sender.sent, self._losses.received, self._losses.lost)

    # --- time ------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """20 ms have passed: send the next frame of what is playing, or silence, unless the other leg's voice goes
        out."""
        if self._tap is not None:
            self._keep_ears_going(self._tap)
        remote = self.remote
        if remote is None or not remote.sending or self.sender.target is None:
            return
        payload = self.player.next_frame()
        if payload is None:
            if self.peer is not None and self.peer._relay is not None and not self.peer._relay.stale():
                return
            payload = self._silence
        self.sender.voice(remote.payload_type, payload, self._spurt)
        self._spurt = False

    def _keep_ears_going(self, tap: Tap) -> None:
        self._starved += 1
        if self._starved > _STARVED_TICKS and self.remote is not None:
            for frame in self._jitter.flush():
                self._hear(frame, None)
            tap.feed(np.zeros(self.remote.codec.frame_samples, dtype=np.int16))

    # --- packets ---------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, source: Address, now: float) -> None:
        """A datagram came to this leg's port. `now` is monotonic seconds. Never raises, whatever is in it."""
        remote = self.remote
        packet = parse(data)
        if remote is None or packet is None:
            return
        voice = packet.payload_type == remote.payload_type
        if not voice and packet.payload_type != remote.event_payload_type:
            return
        if not self._latch.admit(source, now):
            return
        self.sender.target = source
        self._losses.count(packet.ssrc, packet.sequence)
        if voice:
            self._voice(packet)
        else:
            self._event(packet, now)

    def _voice(self, packet: RtpPacket) -> None:
        relay = self._open_relay()
        if relay is not None and not relay.transcodes:
            relay.voice(packet)
            relay = None
        if self._recording is not None:
            self._recording.said(packet.payload)
        if self._tap is not None or relay is not None:
            self._decode(packet, relay)

    def _event(self, packet: RtpPacket, now: float) -> None:
        relay = self._open_relay()
        if relay is not None:
            relay.event(packet)
        if self._tap is not None or relay is not None:
            self._decode(packet._replace(payload=b""), relay)
        key = self._keys.feed(packet.timestamp, packet.payload, packet.marker, now)
        if key is not None:
            self._report(DigitPressed(self.name, key))

    def _open_relay(self) -> Relay | None:
        """The way to the other leg, unless that one is being played something of its own."""
        if self._relay is None or self.peer is None:
            return None
        if self.peer.player.playing is not None:
            self._relay.restart()
            return None
        return self._relay

    def _decode(self, packet: RtpPacket, relay: Relay | None) -> None:
        if packet.ssrc != self._ssrc:
            self._begin_stream()
            self._ssrc = packet.ssrc
        self._starved = 0
        for frame in self._jitter.put(packet.sequence, packet.timestamp, packet.payload):
            self._hear(frame, (relay, packet) if relay is not None and relay.transcodes else None)

    def _hear(self, frame: Frame, onward: tuple[Relay, RtpPacket] | None) -> None:
        if frame.payload is None:
            samples = self._concealer.conceal()
        elif frame.payload and self._decoder is not None:
            samples = self._decoder.decode(frame.payload)
            self._concealer.heard(samples)
        else:
            return
        if self._tap is not None:
            self._tap.feed(samples)
        if onward is not None:
            relay, packet = onward
            relay.samples(packet, frame.timestamp, samples)

    # --- parts that follow the codec -------------------------------------------------------------------------------

    def _begin_stream(self) -> None:
        """A stream, or our interest in it, begins: no state of an earlier one may colour it."""
        self._jitter = JitterBuffer()
        self._tap = None
        if self.remote is None:
            return
        codec = self.remote.codec
        self._decoder = new_decoder(codec)
        self._concealer = Concealer(codec.frame_samples)
        if self._tapped:
            self._tap = Tap(self.name, codec.sample_rate, self._sink)

    def _aim_relays(self) -> None:
        """Both directions of a bridge follow the codecs of both legs."""
        for leg, peer in ((self, self.peer), (self.peer, self)):
            if leg is None or peer is None or leg._relay is None:
                continue
            if leg.remote is None or peer.remote is None or not peer.remote.sending:
                leg._relay.close()
            else:
                to = peer.remote
                leg._relay.prepare(leg.remote.codec, to.codec, to.payload_type, to.event_payload_type)

    def _play_finished(self, turn: int) -> None:
        self._report(PlayFinished(self.name, turn))


def _address(remote: RemoteMedia) -> Address | None:
    """Where to send, None if it is no place: a host name would have to be resolved, 0.0.0.0 is the old way to hold."""
    try:
        address = ipaddress.ip_address(remote.address)
    except ValueError:
        return None
    if address.version != 4 or address.is_unspecified or address.is_multicast or not 0 < remote.port < 65536:
        return None
    return remote.address, remote.port
