"""The client's side of a transaction (RFC 3261, 17.1; RFC 6026): repeat until answered, give up after 64 T1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from ivr.sip.timers import Timer, Timers
from ivr.sip.transport import Transport

#: Seconds: the round trip we expect, the longest pause between repeats, how long a message can linger in the network.
T1, T2, T4 = 0.5, 4.0, 5.0
#: Timers B, D, F, H, J, L, M.
TRANSACTION_TIMEOUT = 64 * T1


class _State(Enum):
    TRYING = auto()  # "calling" for INVITE
    PROCEEDING = auto()
    FINAL = auto()  # "completed" or "accepted": repeats of the final response are absorbed
    OVER = auto()


class ClientTransaction:
    """One request on its way, `data` the same as bytes. `on_response` gets each provisional response, the final one
    once, and for INVITE every repeat of a 2xx, which its user must acknowledge. `on_failure` gets 408 for `patience`
    seconds of silence, 503 if it could not be sent.
    """

    def __init__(
        self,
        request: Request,
        data: bytes,
        destination: Hop,
        transport: Transport,
        timers: Timers,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        on_over: Callable[[ClientTransaction], None],
        patience: float = TRANSACTION_TIMEOUT,
    ) -> None:
        self.request = request
        self.destination = destination
        self._transport = transport
        self._timers = timers
        self._on_response = on_response
        self._on_failure = on_failure
        self._on_over = on_over
        self._state = _State.TRYING
        self._is_invite = request.method == "INVITE"
        self._data = data
        # A transport that repeats what is lost is not helped by us repeating it too (RFC 3261, 17.1.1.2).
        self._repeat: Timer | None = None
        if not destination.is_reliable:
            self._repeat = timers.later(T1, lambda: self._send_again(T1))  # timer A or E
        self._end: Timer = timers.later(patience, lambda: self._fail(408))  # timer B or F

    def start(self) -> None:
        """Send the request for the first time."""
        self._transport.send(self._data, self.destination, self._undelivered)

    @property
    def key(self) -> tuple[str, str]:
        """What a response is matched by."""
        return self.request.vias[0].branch, self.request.method

    @property
    def is_provisional(self) -> bool:
        """A provisional response has come, and no final one: only now may an INVITE be cancelled (RFC 3261, 9.1)."""
        return self._state is _State.PROCEEDING

    @property
    def is_waiting(self) -> bool:
        """No final response yet."""
        return self._state in (_State.TRYING, _State.PROCEEDING)

    def receive(self, response: Response) -> None:
        """A response with our branch has come."""
        if self._state is _State.OVER:
            return
        if response.status < 200:
            self._provisional(response)
        elif self._state is _State.FINAL:
            self._final_again(response)
        else:
            self._final(response)

    def limit(self) -> None:
        """It was cancelled: wait no longer than 64 T1 for the final response."""
        if self.is_waiting:
            self._end.cancel()
            self._end = self._timers.later(TRANSACTION_TIMEOUT, lambda: self._fail(408))

    def _provisional(self, response: Response) -> None:
        if self._state is _State.TRYING:
            self._state = _State.PROCEEDING
            self._end.cancel()
            if not self._is_invite:
                self._end = self._timers.later(TRANSACTION_TIMEOUT, lambda: self._fail(408))
            elif self._repeat is not None:  # it now may ring for as long as its user likes
                self._repeat.cancel()
        if self._state is _State.PROCEEDING:
            self._on_response(response)

    def _final(self, response: Response) -> None:
        self._state = _State.FINAL
        self._stop_timers()
        if self._is_invite and response.status >= 300:
            self._acknowledge(response)
        if self.destination.is_reliable and not (self._is_invite and response.status < 300):
            self._over()  # timers D and K are 0: nothing will be repeated
        else:
            pause = TRANSACTION_TIMEOUT if self._is_invite else T4  # timer D, M or K
            self._end = self._timers.later(pause, self._over)
        self._on_response(response)

    def _final_again(self, response: Response) -> None:
        if not self._is_invite:
            return
        if response.status >= 300:
            self._acknowledge(response)
        else:
            self._on_response(response)

    def _acknowledge(self, response: Response) -> None:
        """The ACK of a refusal belongs to the transaction (RFC 3261, 17.1.1.3)."""
        request = self.request
        routes = tuple(header for header in request.headers if header[0] == "route")
        ack = replace(
            request,
            method="ACK",
            vias=request.vias[:1],
            to=response.to,
            headers=(*routes, ("max-forwards", "70")),
            body=b"",
        )
        self._transport.send(ack.serialise(), self.destination)

    def _send_again(self, pause: float) -> None:
        if not self.is_waiting or (self._is_invite and self._state is _State.PROCEEDING):
            return
        self._transport.send(self._data, self.destination)
        pause = pause * 2 if self._is_invite else min(pause * 2, T2)
        if self._state is _State.PROCEEDING:
            pause = T2
        self._repeat = self._timers.later(pause, lambda: self._send_again(pause))

    def _fail(self, status: int) -> None:
        if self.is_waiting:
            self._over()
            self._on_failure(status)

    def _undelivered(self) -> None:
        """The transport could not send it, or lost it; what was answered since has arrived after all."""
        if self._state is _State.TRYING:
            self._fail(503)

    def _over(self) -> None:
        self._state = _State.OVER
        self._stop_timers()
        self._on_over(self)

    def _stop_timers(self) -> None:
        self._end.cancel()
        if self._repeat is not None:
            self._repeat.cancel()
