"""Asking others: requests get a Via here, and go to the first target that takes them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from ivr.sip.client_transaction import TRANSACTION_TIMEOUT, ClientTransaction
from ivr.sip.digest import Authenticator
from ivr.sip.hop import Hop, bracketed
from ivr.sip.inquiry import Compose, Inquiry
from ivr.sip.message import Header, Request, Response
from ivr.sip.resolve import Resolver
from ivr.sip.timers import Timers
from ivr.sip.transaction import Transactions
from ivr.sip.transport import Transport
from ivr.sip.uri import Address
from ivr.sip.via import MAGIC_COOKIE, Via

#: Seconds for which a host counts as one without TCP, and how many such hosts are remembered.
_WITHOUT_TCP, _MOST_WITHOUT_TCP = 600.0, 1_000


class Client:
    """Sends requests on behalf of legs and registrations; they come without a Via and get one here."""

    def __init__(self, transport: Transport, timers: Timers, transactions: Transactions, resolver: Resolver) -> None:
        self._transport = transport
        self._timers = timers
        self._transactions = transactions
        self._resolver = resolver
        self._without_tcp: set[str] = set()

    def local(self, peer: Hop) -> Address:
        """Our host (without brackets) and port as `peer` reaches us; of its family, so audio is to be of that too."""
        return self._transport.local(self._resolver.known(peer))

    def contact(self, peer: Hop, user: str = "") -> Header:
        """Where `peer` can reach us."""
        peer = self._resolver.known(peer)
        host, port = self._transport.local(peer)
        at = f"{user}@" if user else ""
        kind = ";transport=tcp" if peer.transport == "tcp" else ""
        return "contact", f"<sip:{at}{bracketed(host)}:{port}{kind}>"

    def resolve(self, hop: Hop, then: Callable[[tuple[Hop, ...]], None]) -> None:
        """The targets of a hop (`ivr.sip.resolve.Resolver.find`)."""
        self._resolver.find(hop, then)

    def ask(
        self,
        compose: Compose,
        destination: Hop,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        authenticator: Authenticator | None = None,
        patience: float = TRANSACTION_TIMEOUT,
    ) -> Inquiry:
        """Send what `compose` makes to the first target that takes it (RFC 3263, 4.3): the next one is asked where a
        target is silent, cannot be reached or answers 503. A challenge is met, if there is an authenticator to do so,
        and again if what we answered was only stale.

        `on_failure` gets 408 for silence (of the last target, for `patience` seconds), 503 where nothing could be sent;
        never before this returns.
        """
        inquiry = Inquiry(compose, self, on_response, on_failure, authenticator, patience)
        self._resolver.find(destination, inquiry.begin)
        return inquiry

    def send(self, request: Request, destination: Hop) -> Callable[[], None]:
        """Send outside any transaction: the ACK of a 2xx. Calling what is returned sends the very same again."""
        sent: list[tuple[bytes, Hop]] = []

        def found(targets: tuple[Hop, ...]) -> None:
            sent.extend((self.with_via(request, hop).serialise(), hop) for hop in targets[:1])
            again()

        def again() -> None:
            for data, hop in sent:
                self._transport.send(data, hop)

        self._resolver.find(destination, found)
        return again

    # --- what inquiries need (ivr.sip.inquiry.Sender) --------------------------------------------------------------

    def with_via(self, request: Request, destination: Hop) -> Request:
        host, port = self._transport.local(destination)
        branch = ("branch", MAGIC_COOKIE + secrets.token_hex(10))
        via = Via(bracketed(host), port, (branch, ("rport", None)), destination.transport.upper())
        return replace(request, vias=(via,))

    def open_transaction(
        self,
        request: Request,
        data: bytes,
        destination: Hop,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        patience: float,
    ) -> ClientTransaction:
        return self._transactions.ask(request, data, destination, on_response, on_failure, patience)

    def takes_tcp(self, host: str) -> bool:
        return host not in self._without_tcp

    def refuses_tcp(self, host: str) -> None:
        if len(self._without_tcp) < _MOST_WITHOUT_TCP:
            self._without_tcp.add(host)
            self._timers.later(_WITHOUT_TCP, lambda: self._without_tcp.discard(host))
