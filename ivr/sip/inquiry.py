"""One thing asked of somebody, with all it may take: further targets, another transport, a challenge met."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

import structlog

from ivr.sip.client_transaction import TRANSACTION_TIMEOUT, ClientTransaction
from ivr.sip.digest import Authenticator, Challenge, strongest
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request, Response

log = structlog.get_logger(__name__)

#: Makes the request: with the given headers added, without a Via, and each time with a CSeq of its own.
Compose = Callable[[tuple[Header, ...]], Request]

#: A request that is larger goes by TCP (RFC 3261, 18.1.1): datagrams above it may be cut into pieces and lose some.
LARGEST_DATAGRAM = 1300
#: Seconds without any answer after which the next target is asked, where there is one. RFC 3263 would wait 64 T1, which
#: is longer than callers do; a target that is alive has been asked four times by then.
PATIENCE = 4.0
_CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}
#: Nonces that may turn out stale in one inquiry; each is retried at once (RFC 7616, 3.3).
_MOST_STALE = 2


class Sender(Protocol):
    """What an inquiry needs; `ivr.sip.client.Client` is one."""

    def with_via(self, request: Request, destination: Hop) -> Request:
        """The request with a Via of ours and a fresh branch."""

    def open_transaction(
        self,
        request: Request,
        data: bytes,
        destination: Hop,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        patience: float,
    ) -> ClientTransaction:
        """Send a request; `data` is the request as bytes."""

    def takes_tcp(self, host: str) -> bool:
        """Whether large requests may be tried by TCP there."""

    def refuses_tcp(self, host: str) -> None:
        """It did not work."""


class Inquiry:
    """Of whichever transaction is under way for it now."""

    def __init__(
        self,
        compose: Compose,
        sender: Sender,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        authenticator: Authenticator | None,
        patience: float,
    ) -> None:
        self.transaction: ClientTransaction | None = None
        self._compose = compose
        self._sender = sender
        self._on_response = on_response
        self._on_failure = on_failure
        self._authenticator = authenticator
        self._patience = patience  # with the last target
        self._is_abandoned = False
        self._targets: deque[Hop] = deque()
        self._challenges: dict[str, Challenge] = {}
        self._stale_left = _MOST_STALE

    def begin(self, targets: Iterable[Hop]) -> None:
        """Ask the first of these targets, and the others where that is in vain."""
        if self._is_abandoned:
            return
        self._targets.extend(targets)
        if self._targets:
            self._ask(self._targets.popleft())
        else:
            self._on_failure(503)

    @property
    def request(self) -> Request:
        """What was sent last. Raises RuntimeError before anything was."""
        if self.transaction is None:
            raise RuntimeError("nothing was sent yet")
        return self.transaction.request

    @property
    def is_provisional(self) -> bool:
        """A provisional response has come and no final one: it may be cancelled (RFC 3261, 9.1)."""
        return self.transaction is not None and self.transaction.is_provisional

    def abandon(self) -> None:
        """The answer is no longer wanted: a challenge that comes now is not met, no other target tried."""
        self._is_abandoned = True

    def cancel(self) -> None:
        """Ask for the INVITE to be given up; only after a provisional response."""
        if self.transaction is None:
            return
        invite, destination = self.transaction.request, self.transaction.destination
        routes = tuple(header for header in invite.headers if header[0] == "route")
        cancel = replace(invite, method="CANCEL", headers=(*routes, ("max-forwards", "70")), body=b"")
        self._sender.open_transaction(
            cancel, cancel.serialise(), destination, _ignore, lambda status: None, TRANSACTION_TIMEOUT
        )
        self.transaction.limit()

    # --- how it is done --------------------------------------------------------------------------------------------

    def _ask(self, target: Hop, *, may_change: bool = True) -> None:
        """Send to a target; `may_change`: by TCP if it is large."""
        plain = self._compose(self._proofs())
        hop = target
        request = self._sender.with_via(plain, hop)
        data = request.serialise()
        is_large = len(data) > LARGEST_DATAGRAM and not target.is_reliable
        is_changed = is_large and may_change and self._sender.takes_tcp(target.host)
        if is_changed:
            hop = target._replace(transport="tcp")
            request = self._sender.with_via(plain, hop)
            data = request.serialise()
        self.transaction = self._sender.open_transaction(
            request,
            data,
            hop,
            lambda response: self._responded(response, target),
            lambda status: self._failed(status, target, is_changed=is_changed),
            PATIENCE if self._targets or is_changed else self._patience,
        )

    def _failed(self, status: int, target: Hop, *, is_changed: bool) -> None:
        if self._is_abandoned:
            self._on_failure(status)
        elif is_changed:
            self._sender.refuses_tcp(target.host)
            self._ask(target, may_change=False)
        elif self._targets:
            log.info("next_target", after=status)
            self._ask(self._targets.popleft())
        else:
            self._on_failure(status)

    def _responded(self, response: Response, target: Hop) -> None:
        if self._is_abandoned or response.status < 300:
            self._on_response(response)
        elif response.status == 503 and self._targets:
            log.info("next_target", after=503)
            self._ask(self._targets.popleft())
        elif self._meets(response):
            self._ask(target)
        else:
            self._on_response(response)

    def _meets(self, response: Response) -> bool:
        """Whether the response is a challenge to be met, which is then remembered."""
        if self._authenticator is None or response.status not in _CHALLENGES:
            return False
        asked, answered = _CHALLENGES[response.status]
        challenge = strongest(value for name, value in response.headers if name == asked)
        if challenge is None:
            return False
        if answered in self._challenges:  # what we said was not believed, unless it only came too late
            if not challenge.stale or not self._stale_left:
                return False
            self._stale_left -= 1
        self._challenges[answered] = challenge
        return True

    def _proofs(self) -> tuple[Header, ...]:
        if self._authenticator is None or self.transaction is None:
            return ()
        method, uri = self.transaction.request.method, self.transaction.request.uri
        return tuple(
            (header, self._authenticator.answer(challenge, method, uri))
            for header, challenge in self._challenges.items()
        )


def _ignore(response: Response) -> None:
    """A response that changes nothing."""
