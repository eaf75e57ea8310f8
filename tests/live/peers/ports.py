"""Free ports of a loopback address, for programs that want to be told theirs."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
from pathlib import Path

_FIRST, _LAST = 10_000, 20_000
_LISTEN = "0A"

#: Handed out already: a port found free stays so until whoever it was found for has taken it.
_given: set[int] = set()


def free_port(host: str = "127.0.0.1") -> int:
    """A port that is free with the three above it, by UDP and TCP, and was not handed out before.

    SIPp binds four for its audio and video. They are below the range from which the system gives ports to others, and
    below that of the edge's media: nobody but another run of these tests takes one in the meantime.
    """
    while True:
        port = random.randrange(_FIRST, _LAST, 4)
        kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        if port not in _given and not any(_is_taken(host, port + above, kind) for above in range(4) for kind in kinds):
            _given.add(port)
            return port


def _is_taken(host: str, port: int, kind: int) -> bool:
    try:
        _bound(host, port, kind).close()
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


def _bound(host: str, port: int, kind: int) -> socket.socket:
    local = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        local.bind((host, port))
    except OSError:
        local.close()
        raise
    return local
