"""Our 2xx to INVITEs until their ACKs come (RFC 3261, 13.3.1.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.sip.message import Request, Response
from ivr.sip.server_transaction import ServerTransaction


@dataclass(frozen=True, slots=True)
class Accepted:
    """One INVITE that we said 2xx to; `is_late`: the ACK brings the answer to our offer."""

    server: ServerTransaction
    is_late: bool


class AcceptedInvites:
    """Those of one leg, by their CSeq. `on_silence` is called if one is never acknowledged."""

    def __init__(self, on_silence: Callable[[], None]) -> None:
        self._on_silence = on_silence
        self._waiting: dict[int, Accepted] = {}

    def __bool__(self) -> bool:
        """Whether any waits for its ACK."""
        return bool(self._waiting)

    def accept(self, server: ServerTransaction, response: Response, *, is_late: bool) -> None:
        """Send a 2xx, and again until it is acknowledged."""
        self._waiting[response.cseq] = Accepted(server, is_late)
        server.on_silence = self._on_silence
        server.respond(response)

    def acknowledge(self, ack: Request) -> Accepted | None:
        """The INVITE that this is the ACK of; None if it is a repeated one."""
        accepted = self._waiting.pop(ack.cseq, None)
        if accepted is not None:
            accepted.server.acknowledged()
        return accepted

    def settle(self) -> None:
        """The dialog ends: nothing needs to be repeated any more."""
        for accepted in self._waiting.values():
            accepted.server.acknowledged()
        self._waiting.clear()
