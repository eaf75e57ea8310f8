"""One leg's audio: what it is sent at every tick, and what becomes of every packet it sends.

No sockets and no clock: datagrams come in by `receive`, time by `tick` and `sweep`. Only the media thread may touch a
leg. `tick` and `receive` are flat, and hand everything out of the ordinary to a method of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.media.audience import Audience
from ivr.media.control import Control, ControlWire
from ivr.media.dtmf import KeyPressReceiver
from ivr.media.hearing import Listener
from ivr.media.latch import Latch
from ivr.media.mixing import Mixer, Voice
from ivr.media.outgoing import Outgoing
from ivr.media.player import Playing
from ivr.media.reception import Reception
from ivr.media.recording import Recording
from ivr.media.relay import Relay
from ivr.media.remote import PeerSilent, RemoteMedia, usable_address
from ivr.media.rtcp import is_rtcp
from ivr.media.rtp import HEADER, VERSION, parse
from ivr.media.silence_watch import SilenceWatch
from ivr.media.supervising import Participant, Supervised
from ivr.media.wire import Address, Wire
from ivr.messages import DigitPressed, MediaEvent, MediaReport, PlayFinished
from ivr.ports import AudioSink

_unpack = HEADER.unpack_from
_HEADER_BYTES = HEADER.size

#: Told to the plane, which hands it on.
Report = Callable[[MediaEvent | PeerSilent], None]


class Leg:
    """The media of one SIP dialog."""

    __slots__ = (
        "_audience",
        "_control",
        "_ip_version",
        "_keys",
        "_latch",
        "_mixed",
        "_out",
        "_recording",
        "_relay",
        "_report",
        "_sends",
        "_stride",
        "_unusual",
        "_waited",
        "_watch",
        "_wire",
        "attentive",
        "heed",
        "name",
        "peer",
        "player",
        "reception",
        "remote",
        "sender",
        "supervised",
        "voice_head",
    )

    def __init__(
        self,
        name: str,
        wire: Wire,
        control: ControlWire,
        report: Report,
        sink: AudioSink,
        *,
        ip_version: int = 4,
        silent_after: float | None = None,
    ) -> None:
        self.name = name
        self.remote: RemoteMedia | None = None
        self.peer: Leg | None = None
        self.supervised: Supervised | None = None
        self.reception = Reception()
        self._out = Outgoing(wire.send, lambda turn: report(PlayFinished(name, turn)))
        self.sender, self.player = self._out.sender, self._out.player
        self._control = Control(control, self.sender, self.reception)
        self._wire = wire
        self._ip_version = ip_version
        self._latch = Latch()
        self._relay: Relay | None = None
        self._report = report
        self._keys = KeyPressReceiver()
        self._audience = Audience(name, report, sink, self._retune)
        self._mixed: tuple[tuple[Participant, Voice], ...] = ()
        self._recording: Recording | None = None
        self._watch = SilenceWatch(silent_after)
        # What `tick` and `receive` look at, kept up to date by `_retune`.
        self._sends = False  # we know where to, and may
        self._stride = 1  # ticks to a packet of ours
        self._waited = 0
        self._unusual = True  # there is more to a tick than a packet of ours
        #: Version and payload type of a plain voice packet, as HEADER reads them.
        self.voice_head = -1
        #: Called before somebody begins to want what the leg says, and before the wire is opened to anybody.
        self.heed: Callable[[], None] = lambda: None
        #: Somebody wants what the leg says, and at once; otherwise its packets are only counted.
        self.attentive = False

    # --- what the plane asks ---------------------------------------------------------------------------------------

    def connect(self, remote: RemoteMedia) -> bool:
        """Direct the audio. Whether the codec or the length of our packets changed, so that what is playing must be
        had anew."""
        before = self.remote
        if remote == before:
            return False
        self.remote = remote
        if before is None or (before.address, before.port) != (remote.address, remote.port):
            self._latch.point(usable_address(remote, self._ip_version))
            self._aim()
        changed = before is None or (before.codec, before.ptime) != (remote.codec, remote.ptime)
        self._out.tune(remote.codec, remote.payload_type, remote.event_payload_type, remote.ptime)
        self._stride, self._waited = self._out.ptime // self.step, 0
        if before is None or before.codec is not remote.codec:
            self._audience.speak(remote.codec)
            self.mix(tuple(speaker for speaker, _ in self._mixed))
            if self._recording is not None:
                self._recording.codec = remote.codec
        self.tap(self._audience.tapped)
        self._aim_relays()
        self._retune()
        return changed

    @property
    def ptime(self) -> int:
        """Milliseconds in a packet of ours."""
        return self._out.ptime

    @property
    def step(self) -> int:
        """Milliseconds between the ticks this leg needs: 10 or 20."""
        return 10 if self._out.ptime % 20 else 20

    @property
    def occupied(self) -> bool:
        """Whether it is being sent something of our own, which goes before another leg's voice."""
        return self._out.occupied

    def play(self, playing: Playing) -> None:
        """Play, in place of what is playing."""
        self._out.play(playing)
        self.sender.spurt = True

    def stop_playing(self) -> None:
        """Play no more; the turn is not reported."""
        self._out.stop_playing()

    def press(self, digits: str) -> None:
        """Press keys of the telephone; voice is suspended meanwhile. Raises ValueError for what is not a key."""
        self._out.press(digits)

    def tap(self, on: bool) -> None:
        """Send what the leg says to the sink, or no longer. While it is sent, keys are heard in the audio if no
        telephone-event was agreed."""
        self._audience.tap(on)
        self._audience.hear_keys(on and self.remote is not None and self.remote.event_payload_type is None)

    def detect_answerer(self) -> None:
        """Guess from now on who has answered."""
        self._audience.detect_answerer()

    def listen(self, listener: Listener) -> None:
        """Give the listener what the leg says, from now on."""
        self._audience.listen(listener)

    def unlisten(self, listener: Listener) -> None:
        """Give it no more."""
        self._audience.unlisten(listener)

    def bridge(self, other: Leg) -> None:
        """Let both hear each other; what either is playing stops."""
        if other is self:
            return
        for leg, peer in ((self, other), (other, self)):
            leg.unbridge()
            leg._out.stop()
            leg.peer = peer
            leg._relay = Relay(peer)
        self._aim_relays()

    def unbridge(self) -> None:
        """Part from the other leg, or from those it supervises, if any."""
        if self.supervised is not None:
            self.supervised.end()
        peer = self.peer
        if peer is None:
            return
        for leg in (self, peer):
            if leg._relay is not None:
                leg.unlisten(leg._relay)
            leg.peer = leg._relay = None
            leg.sender.spurt = True
            leg._retune()

    def mix(self, speakers: tuple[Participant, ...]) -> None:
        """Hear these mixed, in place of the other side of the bridge; none: no longer."""
        for speaker, voice in self._mixed:
            speaker.unlisten(voice)
        self._mixed, self._out.mixer = (), None
        if speakers and self.remote is not None:
            self._out.mixer = Mixer(self.remote.codec, len(speakers))
            self._mixed = tuple(zip(speakers, self._out.mixer.voices, strict=True))
        for speaker, voice in self._mixed:
            speaker.listen(voice)

    def record(self, recording: Recording) -> None:
        """Give a copy of both directions to `recording`."""
        self.stop_recording()
        self._recording = recording
        if self.remote is not None:
            recording.codec = self.remote.codec
        self.sender.copy = recording.heard
        self._retune()

    def pause_recording(self, on: bool) -> None:
        """Record silence, or no longer."""
        if self._recording is not None:
            self._recording.pause(on)

    def stop_recording(self) -> None:
        """Finish the recording, if any."""
        if self._recording is not None:
            self.sender.copy = None
            self._recording.finish()
            self._recording = None
            self._retune()

    def close(self, now: float) -> None:
        """The leg is over."""
        self.unbridge()
        self._out.stop()
        self.tap(False)
        self.stop_recording()
        if self.remote is not None and self._latch.target is not None:
            self._control.report(self.remote, now, leaving=True)

    def statistics(self) -> MediaReport:
        """What the audio came to so far."""
        return self._control.statistics()

    # --- time ------------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> bytes | None:
        """`step` milliseconds have passed. The datagram to be sent now: something of our own, or silence, unless the
        other leg's voice goes out. `now` is monotonic seconds."""
        if self._unusual and not self._is_turn(now):
            return None
        datagram = self._out.next_packet()
        if datagram is None and not self._is_spoken_to():
            datagram = self._out.silence()
        return datagram

    def _is_turn(self, now: float) -> bool:
        """Whether a packet is to be sent at this tick."""
        self._audience.due(now)
        self._waited = (self._waited + 1) % self._stride
        return self._sends and not self._waited

    def _is_spoken_to(self) -> bool:
        relay = None if self.peer is None else self.peer._relay
        return relay is not None and not self.occupied and not relay.stale(self._out.ptime)

    def sweep(self, now: float) -> None:
        """About a second has passed: what need not be seen to for each packet."""
        spoke = self.reception.goes_on()
        target = self._latch.target
        if spoke:
            self._latch.heard(now)
        elif self._latch.locked is not None and self._latch.silent(now):
            self._aim()  # it may come back from another port: the latch decides, no longer the kernel
        self._audience.sweep()
        if self.remote is not None and target is not None:
            spoke |= self._control.sweep(self.remote, target, now)
            if self._watch.look(spoke or not self.remote.receiving, now):
                self._report(PeerSilent(self.name))

    # --- packets ---------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float, arrival: int | None) -> None:
        """A datagram came from this leg's peer. `now` is monotonic seconds, `arrival` the same in timestamp units, as
        exactly as it is known, or None. Never raises, whatever is in it."""
        if len(data) < _HEADER_BYTES:
            return
        head, sequence, timestamp, ssrc = _unpack(data)
        if head != self.voice_head:
            self._receive_other(data, now)
            return
        if arrival is None:
            self.reception.count_untimed(ssrc, sequence)
        else:
            self.reception.count(ssrc, sequence, timestamp, arrival)
        if self.attentive:
            self._voice(False, sequence, timestamp, ssrc, data[_HEADER_BYTES:], now)

    def receive_from(self, data: bytes, source: Address, now: float, arrival: int | None) -> None:
        """A datagram came from anybody."""
        before = self._latch.target
        if is_rtcp(data) and source == before:
            self._receive_other(data, now)
            return
        if self.remote is None or len(data) < _HEADER_BYTES or data[0] & 0xC0 != VERSION:
            return
        if not self.remote.carries(data[1] & 0x7F) or not self._latch.admit(source, now):
            return
        if self._latch.settled:
            self._wire.lock(source)
            self.sender.transmit = self._wire.send
            self._retune()
        elif source != before:
            self._aim()
        self.receive(data, now, arrival)

    def _receive_other(self, data: bytes, now: float) -> None:
        """What is not a plain packet of voice: one with marker, extension or padding, a key press, comfort noise, a
        report (RFC 5761), or a stranger."""
        packet, remote = parse(data), self.remote
        if remote is None or packet is None:
            return
        if is_rtcp(data):
            if remote.rtcp_mux:
                self._control.feed(data, now)
            return
        payload_type, marker, sequence, timestamp, ssrc, payload = packet
        hearer = None if self.peer is None else self.peer.remote
        if payload_type == remote.payload_type:
            self.reception.count_untimed(ssrc, sequence)
            self._voice(marker, sequence, timestamp, ssrc, payload, now)
        elif payload_type == remote.event_payload_type:
            relayed_as = None if hearer is None else hearer.event_payload_type
            self._no_voice(relayed_as, marker, sequence, timestamp, ssrc, payload, now)
            key = self._keys.feed(timestamp, payload, marker, now)
            if key is not None:
                self._report(DigitPressed(self.name, key))
        elif remote.is_comfort_noise(payload_type):
            relayed_as = None if hearer is None else hearer.comfort_noise_payload_type
            self._no_voice(relayed_as, marker, sequence, timestamp, ssrc, payload, now)
            self._audience.noise(payload)

    def _voice(self, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes, now: float) -> None:
        relay = self._relay
        if relay is not None and not relay.transcodes:
            relay.voice(marker, sequence, timestamp, ssrc, payload)
        if self._recording is not None:
            self._recording.said(payload)
        self._audience.packet(marker, sequence, timestamp, ssrc, payload, now)

    def _no_voice(
        self, relayed_as: int | None, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes, now: float
    ) -> None:
        """A packet that takes no time of the voice's; the leg that hears may know none of its kind."""
        self.reception.count_untimed(ssrc, sequence)
        if self._relay is not None and relayed_as is not None:
            self._relay.event(relayed_as, marker, sequence, timestamp, ssrc, payload)
        self._audience.packet(marker, sequence, timestamp, ssrc, b"", now)

    # --- parts that follow the codec and the wiring ----------------------------------------------------------------

    def _aim(self) -> None:
        self.heed()
        self._wire.aim(self._latch.target)
        self.sender.transmit = self._wire.send
        self._retune()

    def _aim_relays(self) -> None:
        """Both directions of a bridge follow the codecs of both legs."""
        for leg, peer in ((self, self.peer), (self.peer, self)):
            if leg is None or peer is None or leg._relay is None:
                continue
            if leg.remote is None or peer.remote is None or not peer.remote.sending:
                leg._relay.close()
            else:
                leg._relay.prepare(leg.remote.codec, peer.remote.codec)
            (leg.listen if leg._relay.transcodes else leg.unlisten)(leg._relay)
            leg._retune()

    def _retune(self) -> None:
        """Bring what depends on the other side, the wiring and the listeners up to date."""
        self._out.rewind()
        remote = self.remote
        self.voice_head = -1 if remote is None else VERSION << 8 | remote.payload_type
        self._sends = remote is not None and remote.sending and self._latch.target is not None
        self._unusual = not self._sends or self._stride > 1 or self._audience.present
        self._out.may_hasten = not self._unusual and self.peer is None and self.sender.copy is None
        attentive = self._relay is not None or self._recording is not None or self._audience.present
        if attentive and not self.attentive:
            self.heed()
        self.attentive = attentive
