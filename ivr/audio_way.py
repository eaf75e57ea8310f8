"""The way of audio from the edge to the ears: past the main process, one chunk a packet.

The socket keeps packets apart and holds as many as its buffer takes (`SOCK_SEQPACKET`); a Unix datagram socket would
hold ten on most machines. The sender is called by the media thread and costs it a few microseconds a chunk; what finds
the ears away or behind is dropped, and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct

import structlog

from config.clock import Clock
from ivr.messages import AudioChunk
from ivr.ports import AudioSink

log = structlog.get_logger(__name__)

#: Samples a second, and how many bytes of the leg's name follow; then the samples.
_HEADER = struct.Struct("<HB")
_RATES = frozenset({8_000, 16_000})
#: 100 ms at 16,000 samples a second are 3,200 bytes.
MAXIMUM_PACKET = 1 << 16
_BUFFER_BYTES = 4 << 20
_RECONNECT_SECONDS = 0.5
_PACKETS_A_TURN = 64


def pack(chunk: AudioChunk) -> bytes:
    """The chunk as one packet."""
    leg = chunk.leg.encode()
    return _HEADER.pack(chunk.rate, len(leg)) + leg + chunk.samples


def unpack(packet: bytes) -> AudioChunk | None:
    """The chunk in a packet; None if it holds none."""
    if len(packet) < _HEADER.size:
        return None
    rate, length = _HEADER.unpack_from(packet)
    start = _HEADER.size + length
    samples = packet[start:]
    if rate not in _RATES or len(packet) < start or len(samples) % 2:
        return None
    return AudioChunk(packet[_HEADER.size : start].decode("utf-8", "replace"), rate, samples)


class AudioSender:
    """The edge's end; `hear` is an `AudioSink`. `dropped` counts the chunks that did not reach the ears."""

    def __init__(self, path: str, clock: Clock) -> None:
        self.dropped = 0
        self._path = path
        self._clock = clock
        self._socket: socket.socket | None = None

    def hear(self, chunk: AudioChunk) -> None:
        """Send it; from any thread, never blocks."""
        ears = self._socket
        if ears is None:
            self.dropped += 1
            return
        try:
            ears.send(pack(chunk))
        except BlockingIOError:
            self.dropped += 1
        except OSError:  # the ears are gone; `run` looks for them
            self.dropped += 1
            self._socket = None
            ears.close()

    async def run(self) -> None:
        """Look for the ears whenever they are not there, until cancelled."""
        told = 0
        try:
            while True:
                if self._socket is None:
                    self._connect()
                if self.dropped != told and self._socket is not None:
                    log.warning("audio_not_heard", chunks=self.dropped - told)
                    told = self.dropped
                await self._clock.sleep(_RECONNECT_SECONDS)
        finally:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _connect(self) -> None:
        fresh = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            fresh.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
            fresh.setblocking(False)
            fresh.connect(self._path)
        except OSError:
            fresh.close()
        else:
            self._socket = fresh


class AudioReceiver:
    """The ears' end: everything that comes goes to `sink`."""

    def __init__(self, path: str, sink: AudioSink) -> None:
        self._path = path
        self._sink = sink
        self._listening: socket.socket | None = None
        self._edges: set[socket.socket] = set()

    def open(self) -> None:
        """Take audio from now on, in the running event loop."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listening.setblocking(False)
        with contextlib.suppress(FileNotFoundError):  # left behind by one that was killed
            os.unlink(self._path)
        listening.bind(self._path)
        listening.listen()
        self._listening = listening
        asyncio.get_running_loop().add_reader(listening, self._accept, listening)

    def close(self) -> None:
        """Take no more."""
        if self._listening is not None:
            self._forget(self._listening)
            self._listening = None
        for edge in tuple(self._edges):
            self._drop(edge)

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            edge, _ = listening.accept()
            edge.setblocking(False)
            self._edges.add(edge)
            asyncio.get_running_loop().add_reader(edge, self._receive, edge)

    def _receive(self, edge: socket.socket) -> None:
        for _ in range(_PACKETS_A_TURN):
            try:
                packet = edge.recv(MAXIMUM_PACKET)
            except BlockingIOError:
                return
            except OSError:
                packet = b""
            if not packet:
                self._drop(edge)
                return
            chunk = unpack(packet)
            if chunk is None:
                log.warning("audio_malformed", size=len(packet))
            else:
                self._sink(chunk)

    def _drop(self, edge: socket.socket) -> None:
        self._edges.discard(edge)
        self._forget(edge)

    @staticmethod
    def _forget(opened: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(opened)
        opened.close()
