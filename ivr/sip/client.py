"""Asking others: requests get a Via here, and an answer to the challenge if the server wants to know who we are."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ivr.sip.client_transaction import ClientTransaction
from ivr.sip.digest import Authenticator, strongest
from ivr.sip.message import Header, Request, Response
from ivr.sip.transaction import Transactions
from ivr.sip.transport import Transport
from ivr.sip.uri import Address
from ivr.sip.via import MAGIC_COOKIE, Via

#: Makes the request: with the given headers added, and each time with a branch and a CSeq of its own.
Compose = Callable[[tuple[Header, ...]], Request]

_CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}


class Inquiry:
    """One thing asked; `transaction` is the one under way now (a challenge makes a second)."""

    transaction: ClientTransaction
    is_abandoned = False

    def abandon(self) -> None:
        """The answer is no longer wanted: a challenge that comes now is not met."""
        self.is_abandoned = True


class Client:
    """Sends requests on behalf of legs and the registration."""

    def __init__(self, transport: Transport, transactions: Transactions) -> None:
        self._transport = transport
        self._transactions = transactions

    def via(self, destination: Address) -> Via:
        """A Via of ours with a fresh branch."""
        host, port = self._transport.local(destination)
        return Via(host, port, (("branch", MAGIC_COOKIE + secrets.token_hex(10)), ("rport", None)))

    def contact(self, destination: Address, user: str = "") -> Header:
        """Where `destination` can reach us."""
        host, port = self._transport.local(destination)
        at = f"{user}@" if user else ""
        return "contact", f"<sip:{at}{host}:{port}>"

    def ask(
        self,
        compose: Compose,
        destination: Address,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        authenticator: Authenticator | None = None,
    ) -> Inquiry:
        """Send what `compose` makes; one challenge is answered, if there is an authenticator to do so."""
        inquiry = Inquiry()

        def first(response: Response) -> None:
            proof = _proof(response, inquiry.transaction.request, authenticator)
            if proof is None or inquiry.is_abandoned:
                on_response(response)
            else:
                inquiry.transaction = self._transactions.ask(compose((proof,)), destination, on_response, on_failure)

        inquiry.transaction = self._transactions.ask(compose(()), destination, first, on_failure)
        return inquiry

    def ask_as_it_is(self, request: Request, destination: Address) -> None:
        """Send a request whose answer changes nothing (CANCEL, a BYE for a call we never wanted)."""
        self._transactions.ask(request, destination, lambda response: None, lambda status: None)

    def send(self, request: Request, destination: Address) -> None:
        """Send outside any transaction: the ACK of a 2xx."""
        self._transport.send(request.serialise(), destination)


def _proof(response: Response, request: Request, authenticator: Authenticator | None) -> Header | None:
    if authenticator is None or response.status not in _CHALLENGES:
        return None
    asked, answered = _CHALLENGES[response.status]
    challenge = strongest(value for name, value in response.headers if name == asked)
    if challenge is None:
        return None
    return answered, authenticator.answer(challenge, request.method, request.uri)
