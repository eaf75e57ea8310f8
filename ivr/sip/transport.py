"""The way out, as a port: UDP in the program, a list in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivr.sip.hop import Hop
from ivr.sip.uri import Address


class Transport(Protocol):
    """Sends datagrams and knows what we are called from outside."""

    def send(self, data: bytes, destination: Hop, failed: Callable[[], None] | None = None) -> None:
        """Send; never blocks, never raises. `failed` is called later, in this loop, if it surely did not leave."""

    def local(self, destination: Hop) -> Address:
        """Host and port under which `destination` reaches us: for Via, Contact and SDP."""
