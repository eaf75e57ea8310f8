"""The media plane: every leg's audio behind a few calls that never block."""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from config.encryption import Key
from config.errors import Refused
from ivr.media.clips import ClipLibrary
from ivr.media.control import UdpControlWire
from ivr.media.leg import Leg
from ivr.media.loop import MediaLoop
from ivr.media.player import Playing
from ivr.media.ports import PortPool, PortsExhausted
from ivr.media.recording import Recorder
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.media.supervising import supervise
from ivr.media.wire import UdpWire
from ivr.messages import (
    Bridge,
    DetectAnswerer,
    MediaCommand,
    MediaEvent,
    MediaReport,
    PauseRecording,
    Play,
    Record,
    SendDigits,
    StopPlaying,
    StopRecording,
    Supervise,
    Tap,
    Unbridge,
)
from ivr.ports import AudioSink

log = structlog.get_logger()

_RECEIVE_BUFFER = 1 << 17
#: A thread that computes holds the interpreter for this long before the media thread gets it: at Python's 5 ms a busy
#: neighbour was measured to cost 11 ms of pacing at p99, at 0.5 ms 3.8.
_SWITCH_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class _Open:
    """A leg's media with its wire."""

    leg: Leg
    wire: UdpWire


class MediaPlane:
    """Opens legs on even UDP ports of `address`, plays clips to them, bridges, taps and records them.

    `silent_after`: seconds without a packet of a peer that should send, after which it is told as `PeerSilent`; None:
    never. `ipv6_address` is where legs of that family are opened; `recording_key` encrypts recordings. Thread-safe.
    Commands for a leg that is not open do nothing. `on_audio` and the event callback are called from the media thread
    and must return at once.
    """

    def __init__(
        self,
        address: str,
        ports: tuple[int, int],
        clip_folders: tuple[Path, ...],
        on_audio: AudioSink,
        *,
        silent_after: float | None = None,
        ipv6_address: str = "::",
        recording_key: Key | None = None,
    ) -> None:
        self._addresses = {socket.AF_INET: address, socket.AF_INET6: ipv6_address}
        self._silent_after = silent_after
        self._pool = PortPool(*ports)
        self._lock = threading.Lock()
        self._legs: dict[str, _Open] = {}
        self._library = ClipLibrary(clip_folders)
        self._recorder = Recorder(time.monotonic, recording_key)
        self._loop = MediaLoop()
        self._on_audio = on_audio
        self._on_event: Callable[[MediaEvent | PeerSilent], None] = lambda _: None

    @property
    def lateness(self) -> float:
        """Seconds by which packets leave late: a mean of the last moments."""
        return self._loop.lateness

    def start(self, on_event: Callable[[MediaEvent | PeerSilent], None]) -> None:
        """Begin the media thread. Sets the interpreter's switch interval, which is the process's."""
        self._on_event = on_event
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._recorder.start()
        self._loop.start()

    def stop(self) -> None:
        """Close every leg, finish every recording, end the threads. The plane cannot be started again."""
        self._library.close()
        self._loop.stop()
        self._recorder.stop()

    def open_leg(self, leg: str, ipv6: bool = False) -> int:
        """The even RTP port of a new leg; raises PortsExhausted, Refused if it is open already."""
        with self._lock:
            if leg in self._legs:
                raise Refused("the leg is open already", where=f"leg {leg}")
            local, control, port = self._bind(socket.AF_INET6 if ipv6 else socket.AF_INET)
            wire = UdpWire(local)
            media = Leg(
                leg,
                wire,
                UdpControlWire(control),
                self._report,
                self._on_audio,
                ip_version=6 if ipv6 else 4,
                silent_after=self._silent_after,
            )
            self._legs[leg] = _Open(media, wire)

        def closed() -> None:
            control.close()
            with self._lock:
                self._pool.give_back(port)

        self._loop.add(media, wire, closed)
        return port

    def connect(self, leg: str, remote: RemoteMedia) -> None:
        """Direct a leg's audio, at first or anew; the same values change nothing."""
        opened = self._legs.get(leg)
        if opened is not None:
            self._loop.call(partial(self._connect, opened, remote))

    def close_leg(self, leg: str) -> MediaReport:
        """End a leg's media and free its port; what it is playing is not reported as finished."""
        with self._lock:
            opened = self._legs.pop(leg, None)
        if opened is None:
            return MediaReport()
        self._loop.remove(opened.wire)
        return opened.leg.statistics()

    def send(self, command: MediaCommand) -> None:
        """Carry out a command, in order, within 5 ms."""
        opened = self._legs.get(command.leg)
        if opened is None:
            return
        leg = opened.leg
        match command:
            case Play():
                self._loop.call(partial(self._play, leg, command))
            case StopPlaying():
                self._loop.call(leg.stop_playing)
            case Tap():
                self._loop.call(partial(leg.tap, command.on))
            case Bridge():
                other = self._legs.get(command.other)
                if other is not None:
                    self._loop.call(partial(leg.bridge, other.leg))
            case Unbridge():
                self._loop.call(leg.unbridge)
            case Record():
                self._loop.call(lambda: leg.record(self._recorder.new(Path(command.path))))
            case PauseRecording():
                self._loop.call(partial(leg.pause_recording, command.on))
            case StopRecording():
                self._loop.call(leg.stop_recording)
            case SendDigits():
                self._loop.call(partial(leg.press, command.digits))
            case DetectAnswerer():
                self._loop.call(leg.detect_answerer)
            case Supervise():
                other = self._legs.get(command.other)
                if other is not None:
                    self._loop.call(partial(supervise, leg, other.leg, command.mode))

    # --- in the media thread ---------------------------------------------------------------------------------------

    def _connect(self, opened: _Open, remote: RemoteMedia) -> None:
        leg = opened.leg
        if leg.connect(remote):
            self._loop.reschedule(opened.wire)
            if leg.player.playing is not None:
                self._load(leg, leg.player.playing)

    def _play(self, leg: Leg, command: Play) -> None:
        playing = Playing(command.turn, command.clips, command.loop)
        leg.play(playing)
        if leg.remote is not None:
            self._load(leg, playing)

    def _load(self, leg: Leg, playing: Playing) -> None:
        """Fetch the clips as the leg wants them; silence until then."""
        if leg.remote is None:
            return
        codec, ptime = leg.remote.codec, leg.ptime
        playing.load(None, ptime)

        def supply(packets: tuple[bytes, ...]) -> None:
            if leg.remote is not None and (leg.remote.codec, leg.ptime) == (codec, ptime):
                playing.load(packets, ptime)

        self._library.request(playing.clips, codec, ptime, lambda packets: self._loop.call(partial(supply, packets)))

    def _report(self, event: MediaEvent | PeerSilent) -> None:
        self._on_event(event)

    # --- ports -----------------------------------------------------------------------------------------------------

    def _bind(self, family: socket.AddressFamily) -> tuple[socket.socket, socket.socket, int]:
        """Bound sockets for RTP and, on the port above, RTCP; ports that another program holds are passed over."""
        for _ in range(max(1, len(self._pool))):
            port = self._pool.take()
            pair = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
            try:
                for local, offset in zip(pair, (0, 1), strict=True):
                    local.setblocking(False)
                    if family == socket.AF_INET6:
                        local.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    local.bind((self._addresses[family], port + offset))
                pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            except OSError as fault:
                for local in pair:
                    local.close()
                self._pool.give_back(port)
                if fault.errno != errno.EADDRINUSE:
                    raise
                log.warning("media_port_taken", port=port)
            else:
                return *pair, port
        raise PortsExhausted(
            "other programs hold every media port", where=self._addresses[family], remedy="use another range"
        )
