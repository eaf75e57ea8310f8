"""Free ports of a loopback address, for programs that want to be told theirs."""

from __future__ import annotations

import asyncio
import errno
import socket

#: Handed out already: a port found free stays so until whoever it was found for has taken it.
_given: set[int] = set()


def free_port(host: str = "127.0.0.1") -> int:
    """An even port whose UDP and TCP sides, and the three UDP ports above, are free and were not handed out before.

    SIPp binds four for its audio and video.
    """
    while True:
        with _bound(host, 0, socket.SOCK_DGRAM) as probe:
            port = int(probe.getsockname()[1]) & ~1
        if port not in _given and all(
            not is_taken(host, number, kind)
            for number, kind in (
                (port, socket.SOCK_STREAM),
                *((port + above, socket.SOCK_DGRAM) for above in range(4)),
            )
        ):
            _given.update((port, port + 2))
            return port


def is_taken(host: str, port: int, kind: int = socket.SOCK_DGRAM) -> bool:
    """Whether somebody holds it now."""
    try:
        _bound(host, port, kind).close()
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        return True
    return False


async def wait_until_taken(host: str, port: int, process: asyncio.subprocess.Process, kind: int) -> bool:
    """True once the program has its port; False if it ended before."""
    async with asyncio.timeout(10):
        while not is_taken(host, port, kind):
            if process.returncode is not None:
                return False
            await asyncio.sleep(0.01)
    return True


def _bound(host: str, port: int, kind: int) -> socket.socket:
    local = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        local.bind((host, port))
    except OSError:
        local.close()
        raise
    return local
