"""How many callers can be played a prompt by one core, on time, while they send audio themselves.

Three processes: this one asks, the plane plays on a core of its own, and the sink stands for the telephones: it takes
the packets' times from the kernel and sends each one back, so that RTP runs both ways.
"""

from __future__ import annotations

import os
import resource
import select
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import soundfile

from config.errors import HotlineError
from config.logging import configure_logging
from hotline.bench.row import Row
from ivr.media.codec import Codec
from ivr.media.plane import MediaPlane
from ivr.media.remote import RemoteMedia
from ivr.messages import Play

_HOST = "127.0.0.1"
_PORTS = (30000, 39998)
#: These are measured in any case, for comparison from run to run; the next only as long as the ones before were held.
_STEPS, _MORE = (50, 200, 400), (900, 1200, 1600, 2000)
#: Asterisk 22.10 held 900 calls on one core of the machine on which this was first measured, with p99 2.7 ms.
_TARGET_LEGS = 900
#: A telephone's jitter buffer is 20 ms at the least: an error of a quarter of it is not heard.
_TARGET_PACING = 5.0
_SINK_SOCKETS = 16
_SETTLE, _WINDOW = 1.5, 3.0
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("qq")


@dataclass(frozen=True, slots=True)
class Pacing:
    """What the telephones saw. `p99` is milliseconds off each leg's own 20 ms grid, `cpu` per cent of one core, and
    `complete` whether every leg had its packets."""

    p99: float
    cpu: float
    complete: bool


def rows() -> Iterator[Row]:
    """Measure with more and more legs until one core no longer holds them."""
    held = 0
    for legs in (*_STEPS, *_MORE):
        seen = measure(legs)
        is_on_time = seen.p99 <= _TARGET_PACING
        yield Row("sip", f"pacing error p99, prompt to {legs} legs", seen.p99, "ms", _TARGET_PACING, is_on_time)
        yield Row("sip", f"processor time, prompt to {legs} legs", seen.cpu, "% of a core", None, None)
        if seen.complete and is_on_time:
            held = legs
        elif legs >= _STEPS[-1]:
            break
    label = f"prompt legs held on one core, of {_MORE[-1]} tried at most"
    yield Row("sip", label, held, "legs", _TARGET_LEGS, held >= _TARGET_LEGS)


def measure(legs: int) -> Pacing:
    """Play a prompt in a loop to so many legs for some seconds."""
    processes = get_context("spawn")
    here, sink_end = processes.Pipe()
    sink = processes.Process(target=_sink, args=(sink_end,), daemon=True)
    sink.start()
    sink_end.close()
    ports: list[int] = here.recv()
    asker, plane_end = processes.Pipe()
    plane = processes.Process(target=_plane, args=(plane_end, legs, ports), daemon=True)
    plane.start()
    plane_end.close()
    asker.recv()  # playing and settled
    here.send("measure")
    heard, p99, least = here.recv()
    asker.send("stop")
    cpu: float = asker.recv()
    for process in (plane, sink):
        process.join()
    if not heard:
        raise HotlineError("no packet came from the plane", where="the telephones", remedy="see `hotline doctor`")
    return Pacing(p99, cpu, heard == legs and least >= 0.98 * _WINDOW * 50)


def _plane(asker: Connection, legs: int, ports: list[int]) -> None:
    """The program under test, on the first core."""
    configure_logging("human", "error")
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        tone = (8000 * np.sin(np.arange(16000) * 0.2)).astype(np.int16)
        soundfile.write(Path(folder) / "tone.wav", tone, 16000)
        plane = MediaPlane(_HOST, _PORTS, (Path(folder),), lambda _: None)
        plane.start(lambda _: None)
        for index in range(legs):
            leg = str(index)
            plane.open_leg(leg)
            port = ports[index % len(ports)]
            plane.connect(leg, RemoteMedia(_HOST, port, Codec.PCMU, 0, None, True, True))
            plane.send(Play(leg, 1, ("tone.wav",), loop=True))
        time.sleep(_SETTLE)
        used, began = time.process_time(), time.monotonic()
        asker.send("ready")
        asker.recv()
        cpu = 100 * (time.process_time() - used) / (time.monotonic() - began)
        plane.stop()
    asker.send(cpu)


def _sink(asker: Connection) -> None:
    """The telephones, on the other cores."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[1:] or cores)
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for _ in range(_SINK_SOCKETS):
        local = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        local.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        local.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        local.setblocking(False)
        local.bind((_HOST, 0))
        sockets[local.fileno()] = local
        poll.register(local.fileno(), select.EPOLLIN)
    poll.register(asker.fileno(), select.EPOLLIN)
    asker.send([local.getsockname()[1] for local in sockets.values()])
    arrivals: dict[bytes, list[tuple[int, int]]] = {}
    until = float("inf")
    while time.monotonic() < until:
        for descriptor, _ in poll.poll(0.1):
            if descriptor == asker.fileno():
                asker.recv()
                arrivals.clear()
                until = time.monotonic() + _WINDOW
                continue
            local = sockets[descriptor]
            data, ancillary, _, source = local.recvmsg(2048, 64)
            local.sendto(data, source)
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
            arrivals.setdefault(data[8:12], []).append(
                (seconds * 1_000_000_000 + nanoseconds, int.from_bytes(data[2:4], "big"))
            )
    asker.send((len(arrivals), *_pacing(list(arrivals.values()))))


def _pacing(legs: list[list[tuple[int, int]]]) -> tuple[float, int]:
    """The 99th percentile of the milliseconds that packets were off their leg's grid, and the fewest packets of a
    leg. The grid is 20 ms times the sequence number; where it begins is the median over the leg."""
    errors = []
    for leg in legs:
        times = np.array([time for time, _ in leg], dtype=np.int64) / 1e6
        numbers = np.unwrap(np.array([number for _, number in leg], dtype=np.float64), period=65536)
        offsets = (times - times[0]) - 20.0 * (numbers - numbers[0])
        errors.append(np.abs(offsets - np.median(offsets)))
    if not errors:
        return 0.0, 0
    return float(np.percentile(np.concatenate(errors), 99)), min(len(leg) for leg in legs)
