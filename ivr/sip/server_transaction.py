"""The server's side of a transaction (RFC 3261, 17.2; RFC 6026): answer once, repeat the answer when asked again."""

from __future__ import annotations

from collections.abc import Callable

from ivr.sip.client_transaction import T1, T2, T4, TRANSACTION_TIMEOUT
from ivr.sip.message import Request, Response
from ivr.sip.timers import Timer, Timers
from ivr.sip.transport import Transport

Key = tuple[str, ...]


def server_key(request: Request) -> Key:
    """What repeats of a request have in common (RFC 3261, 17.2.3). An ACK and an INVITE share theirs."""
    via = request.vias[0]
    host, port = via.sent_by
    method = "INVITE" if request.method == "ACK" else request.method
    if via.branch.startswith("z9hG4bK"):
        return via.branch, host, str(port), method
    # Elements older than RFC 3261 have no unique branch.
    return request.call_id, request.from_.tag, str(request.cseq), host, str(port), method


class ServerTransaction:
    """One request to be answered. The 2xx of an INVITE is repeated here too, though RFC 3261 leaves that to the core:
    it is the same clockwork as for the other final responses, and ends by `acknowledged`."""

    def __init__(
        self, request: Request, transport: Transport, timers: Timers, on_over: Callable[[ServerTransaction], None]
    ) -> None:
        self.request = request
        self.key = server_key(request)
        self.status = 0
        #: Called if the 2xx of an INVITE is never acknowledged (timer H).
        self.on_silence: Callable[[], None] = lambda: None
        self._transport = transport
        self._timers = timers
        self._on_over = on_over
        self._last = b""
        self._acknowledged = False
        self._repeat: Timer | None = None

    @property
    def is_answered(self) -> bool:
        """A final response was sent."""
        return self.status >= 200

    def respond(self, response: Response) -> None:
        """Send a response. After the final one nothing more is sent."""
        if self.is_answered:
            return
        self.status = response.status
        self._last = response.serialise()
        self._send()
        if not self.is_answered:
            return
        if self.request.method == "INVITE":
            self._repeat = self._timers.later(T1, lambda: self._send_again(T1))  # timer G
            self._timers.later(TRANSACTION_TIMEOUT, self._expire)  # timer H or L
        else:
            self._timers.later(TRANSACTION_TIMEOUT, lambda: self._on_over(self))  # timer J

    def receive_again(self) -> None:
        """The request was repeated: our answer may have been lost."""
        if self._last and not self._acknowledged:
            self._send()

    def acknowledged(self) -> None:
        """The ACK has come."""
        if self._acknowledged or not self.is_answered:
            return
        self._acknowledged = True
        if self._repeat is not None:
            self._repeat.cancel()
        if self.status >= 300:
            self._timers.later(T4, lambda: self._on_over(self))  # timer I

    def _send(self) -> None:
        self._transport.send(self._last, self.request.vias[0].reply_address)

    def _send_again(self, pause: float) -> None:
        self._send()
        pause = min(pause * 2, T2)
        self._repeat = self._timers.later(pause, lambda: self._send_again(pause))

    def _expire(self) -> None:
        if self._repeat is not None:
            self._repeat.cancel()
        self._on_over(self)
        if not self._acknowledged and self.status < 300:
            self.on_silence()
