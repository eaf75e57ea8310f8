"""Free ports of a loopback address, for programs that want to be told theirs."""

from __future__ import annotations

import asyncio
import errno
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_FIRST, _LAST = 10_000, 20_000
#: SIPp binds four in a row for its audio and video.
_ROOM = 4
_LISTEN = "0A"


def share(worker: str, workers: int) -> range:
    """The first ports of each four that a process of pytest-xdist (`gw0`, `gw1`, ...) gives out: no two processes of
    one run share any."""
    each = (_LAST - _FIRST) // workers // _ROOM * _ROOM
    first = _FIRST + each * (int(worker.removeprefix("gw")) % workers)  # one that died is replaced by a higher number
    return range(first, first + each, _ROOM)


def _round(ports: range) -> Iterator[int]:
    """These ports, again and again, from a random one on: another run on this machine begins elsewhere."""
    begin = random.randrange(len(ports))
    while True:
        yield from ports[begin:]
        yield from ports[:begin]


_worker, _workers = os.environ.get("PYTEST_XDIST_WORKER", "gw0"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
_next = _round(share(_worker, int(_workers)))


def free_port(host: str = "127.0.0.1") -> int:
    """A port that is free with the three above it, by UDP and TCP; all others are handed out before it comes again.

    They are below the range from which the system gives ports to others, and below that of the edge's media: nobody but
    another run of these tests takes one in the meantime.
    """
    return next(port for port in _next if not any(_is_taken(host, port + above) for above in range(_ROOM)))


def free_stretch(count: int, host: str = "127.0.0.1") -> tuple[int, int]:
    """The first, an even one, and the last of so many free ports in a row, for media: above those of `free_port` and of
    the edge's own media, below those that the system gives away. Another run of the tests looks elsewhere."""
    while True:
        first = random.randrange(30_000, 32_000, 2)
        if not any(_is_taken(host, first + above) for above in range(count)):
            return first, first + count - 1


def _is_taken(host: str, port: int) -> bool:
    """By UDP or TCP."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(family, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError as fault:
                if fault.errno != errno.EADDRINUSE:
                    raise
                return True
    return False


async def wait_until_taken(port: int, process: asyncio.subprocess.Process, kind: int) -> bool:
    """True once somebody has the port, on whatever address; False if the program ended before."""
    async with asyncio.timeout(10):
        while not _is_listed(port, kind):
            if process.returncode is not None:
                return False
            await asyncio.sleep(0.01)
    return True


def _is_listed(port: int, kind: int) -> bool:
    """By the kernel's own list (proc(5)): trying to bind would take the port from the program that is about to."""
    name = "udp" if kind == socket.SOCK_DGRAM else "tcp"
    for table in (Path("/proc/net") / name, Path("/proc/net") / f"{name}6"):
        rows = table.read_text().splitlines()[1:] if table.exists() else []
        for _, local, _, state, *_ in (row.split() for row in rows):
            if int(local.rpartition(":")[2], 16) == port and (name == "udp" or state == _LISTEN):
                return True
    return False
