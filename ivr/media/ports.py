"""The UDP ports that media may use."""

from __future__ import annotations

import random
from collections import deque

from config.errors import HotlineError


class PortsExhausted(HotlineError):
    """Every media port is in use."""


class PortPool:
    """Even ports of a range, as RTP wants them (RFC 3550, 11). A port given back is the last to be taken again, so
    that packets still on their way to an old call do not land in a new one. Not thread-safe."""

    def __init__(self, lowest: int, highest: int) -> None:
        ports = list(range(lowest + lowest % 2, highest + 1, 2))
        random.shuffle(ports)  # predictable ports invite injected audio
        self._range = f"{lowest}-{highest}"
        self._free = deque(ports)

    def __len__(self) -> int:
        """How many are free."""
        return len(self._free)

    def take(self) -> int:
        """A free port; raises PortsExhausted."""
        if not self._free:
            raise PortsExhausted(
                "every media port is in use", where=f"ports {self._range}", remedy="widen the range of media ports"
            )
        return self._free.popleft()

    def give_back(self, port: int) -> None:
        """The port may be used again."""
        self._free.append(port)
