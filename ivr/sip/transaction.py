"""The transaction layer: every message that comes in is matched with what it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from ivr.sip.client_transaction import ClientTransaction
from ivr.sip.message import Request, Response
from ivr.sip.server_transaction import Key, ServerTransaction, server_key
from ivr.sip.timers import Timers
from ivr.sip.transport import Transport
from ivr.sip.uri import Address

#: Beyond this a flood is on: new requests are dropped unanswered, known calls go on.
MAXIMUM_SERVER_TRANSACTIONS = 20_000


class Transactions:
    """All transactions of one transport. `on_request` gets each new request once, `on_ack` the ACKs of 2xx."""

    def __init__(
        self,
        transport: Transport,
        timers: Timers,
        on_request: Callable[[ServerTransaction], None],
        on_ack: Callable[[Request], None],
    ) -> None:
        self._transport = transport
        self._timers = timers
        self._on_request = on_request
        self._on_ack = on_ack
        self._servers: dict[Key, ServerTransaction] = {}
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._on_quiet: Callable[[], None] | None = None

    def receive(self, message: Request | Response) -> None:
        """A message has come; a request's Via already notes its true source."""
        if isinstance(message, Response):
            client = self._clients.get((message.vias[0].branch, message.method))
            if client is not None:
                client.receive(message)
                self._check_quiet()
            return
        key = server_key(message)
        known = self._servers.get(key)
        if message.method == "ACK":
            if known is not None and known.status >= 300:
                known.acknowledged()
            else:
                self._on_ack(message)
        elif known is not None:
            known.receive_again()
        elif len(self._servers) < MAXIMUM_SERVER_TRANSACTIONS:
            server = ServerTransaction(message, self._transport, self._timers, self._server_over)
            self._servers[key] = server
            self._on_request(server)

    def is_known(self, request: Request) -> bool:
        """Whether the request is a repeat, or the ACK, of one that was taken."""
        return server_key(request) in self._servers

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means."""
        return self._servers.get((*server_key(cancel)[:-1], "INVITE"))

    def ask(
        self,
        request: Request,
        destination: Address,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
    ) -> ClientTransaction:
        """Send a request."""
        client = ClientTransaction(
            request, destination, self._transport, self._timers, on_response, on_failure, self._client_over
        )
        self._clients[client.key] = client
        client.start()
        return client

    def when_quiet(self, action: Callable[[], None]) -> None:
        """Call `action` once, as soon as none of our requests waits for its final response."""
        self._on_quiet = action
        self._check_quiet()

    @property
    def unanswered(self) -> int:
        """Requests of ours that still wait for their final response."""
        return sum(client.is_waiting for client in self._clients.values())

    @property
    def count(self) -> int:
        """Transactions held in memory."""
        return len(self._servers) + len(self._clients)

    def _server_over(self, server: ServerTransaction) -> None:
        self._servers.pop(server.key, None)

    def _client_over(self, client: ClientTransaction) -> None:
        self._clients.pop(client.key, None)
        self._check_quiet()

    def _check_quiet(self) -> None:
        if self._on_quiet is not None and not self.unanswered:
            action, self._on_quiet = self._on_quiet, None
            action()
