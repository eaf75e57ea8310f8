"""The server's side of a transaction (RFC 3261, 17.2; RFC 6026): answer once, repeat the answer when asked again."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from ivr.sip.client_transaction import T1, T2, TRANSACTION_TIMEOUT
from ivr.sip.hop import Hop, bare
from ivr.sip.message import Request, Response
from ivr.sip.timers import Timer, Timers
from ivr.sip.transport import Transport
from ivr.sip.via import MAGIC_COOKIE

Key = tuple[str, ...]


def server_key(request: Request) -> Key:
    """What repeats of a request have in common (RFC 3261, 17.2.3). An ACK and an INVITE share theirs."""
    via = request.vias[0]
    host, port = via.sent_by
    method = "INVITE" if request.method == "ACK" else request.method
    if via.branch.startswith(MAGIC_COOKIE) and via.branch != MAGIC_COOKIE:
        # The Call-ID besides, though RFC 3261 does without: peers that write one branch twice would lose a call.
        return via.branch, host, str(port), request.call_id, method
    # Elements older than RFC 3261 have no unique branch; broken ones write nothing but the cookie (RFC 4475, 3.2.1).
    return request.call_id, request.from_.tag, str(request.cseq), host, str(port), method


class Rest(Enum):
    """What is left of a transaction when there is nothing more to do for it."""

    NOTHING = auto()
    #: Repeats are answered for 64 T1 (timer J).
    ANSWERED = auto()
    #: Repeats are absorbed for T4 (timer I; after the ACK of a 2xx no INVITE can be on its way for longer either).
    ACKNOWLEDGED = auto()


class ServerTransaction:
    """One request to be answered. The 2xx of an INVITE is repeated here too, though RFC 3261 leaves that to the core:
    it is the same clockwork as for the other final responses, and ends by `acknowledged`."""

    def __init__(
        self,
        request: Request,
        source: Hop,
        transport: Transport,
        timers: Timers,
        on_rest: Callable[[ServerTransaction, Rest], None],
    ) -> None:
        self.request = request
        self.source = source
        self.key = server_key(request)
        self.status = 0
        #: The response sent last, as bytes.
        self.last = b""
        #: Called if the 2xx of an INVITE is never acknowledged (timer H).
        self.on_silence: Callable[[], None] = _nothing
        self._transport = transport
        self._timers = timers
        self._on_rest = on_rest
        self._is_over = False
        self._repeat: Timer | None = None
        self._end: Timer | None = None

    @property
    def is_answered(self) -> bool:
        """A final response was sent."""
        return self.status >= 200

    @property
    def reply_hop(self) -> Hop:
        """Where responses go: back by the same connection, or to where the nearest Via says (RFC 3261, 18.2.2)."""
        hop = self.request.vias[0].reply_hop
        return self.source if self.source.is_reliable or hop == self.source else hop  # one object for many, if it can

    def respond(self, response: Response) -> None:
        """Send a response. After the final one nothing more is sent."""
        if self.is_answered:
            return
        self.status = response.status
        self.last = response.serialise()
        self._send()
        if not self.is_answered:
            return
        if self.request.method != "INVITE":
            self._finish(Rest.NOTHING if self.source.is_reliable else Rest.ANSWERED)  # over TCP timer J is 0
            return
        # A refusal is repeated over UDP only (timer G); a 2xx over everything, since it is acknowledged end to end.
        if not self.source.is_reliable or self.status < 300:
            self._repeat = self._timers.later(T1, lambda: self._send_again(T1))
        self._end = self._timers.later(TRANSACTION_TIMEOUT, self._expire)  # timer H

    def receive_again(self) -> None:
        """The request was repeated: our answer may have been lost."""
        if self.last:
            self._send()

    def acknowledged(self) -> None:
        """The ACK has come."""
        if self.is_answered and not self._is_over:
            self._finish(Rest.NOTHING if self.source.is_reliable else Rest.ACKNOWLEDGED)  # over TCP timer I is 0

    def _send(self) -> None:
        failed = self._send_elsewhere if self.source.is_reliable else None
        self._transport.send(self.last, self.reply_hop, failed)

    def _send_elsewhere(self) -> None:
        """The connection that the request came by is gone: a new one, to where its sender says it is (18.2.2)."""
        host, port = self.request.vias[0].sent_by
        elsewhere = Hop(bare(host), port, "tcp")
        if elsewhere.is_literal and not self._is_over:
            self._transport.send(self.last, elsewhere)

    def _send_again(self, pause: float) -> None:
        self._send()
        pause = min(pause * 2, T2)
        self._repeat = self._timers.later(pause, lambda: self._send_again(pause))

    def _expire(self) -> None:
        on_silence = self.on_silence
        self._finish(Rest.NOTHING)
        if self.status < 300:
            on_silence()

    def _finish(self, rest: Rest) -> None:
        self._is_over = True
        self.on_silence = _nothing  # nothing of the leg is kept alive by us
        for timer in (self._repeat, self._end):
            if timer is not None:
                timer.cancel()
        self._on_rest(self, rest)


def _nothing() -> None:
    """Nobody waits for it."""
