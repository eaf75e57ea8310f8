"""The transaction layer: every message that comes in is matched with what it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from ivr.sip.answered import Answered
from ivr.sip.client_transaction import T4, TRANSACTION_TIMEOUT, ClientTransaction
from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from ivr.sip.server_transaction import Key, Rest, ServerTransaction, server_key
from ivr.sip.timers import Timers
from ivr.sip.transport import Transport

#: Beyond this a flood is on: new requests are dropped unanswered, known calls go on.
MAXIMUM_SERVER_TRANSACTIONS = 50_000


class Transactions:
    """All transactions of one edge. `on_request` gets each new request once."""

    def __init__(self, transport: Transport, timers: Timers, on_request: Callable[[ServerTransaction], None]) -> None:
        self._transport = transport
        self._timers = timers
        self._on_request = on_request
        self._servers: dict[Key, ServerTransaction] = {}
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._answered = Answered(timers, TRANSACTION_TIMEOUT)  # timer J
        self._acknowledged = Answered(timers, T4)  # timer I
        self._on_quiet: Callable[[], None] | None = None

    def receive_response(self, response: Response) -> None:
        """A response has come; one that answers nothing of ours is dropped."""
        client = self._clients.get((response.vias[0].branch, response.method))
        if client is not None:
            client.receive(response)
            self._check_quiet()

    def repeated(self, request: Request) -> bool:
        """Deal with a repeat, or the ACK of a refusal; False for what is neither."""
        key = server_key(request)
        server = self._servers.get(key)
        if server is not None:
            if request.method != "ACK":
                server.receive_again()
            elif server.status >= 300:
                server.acknowledged()
            else:
                return False  # the ACK of a 2xx, by somebody who gives it the INVITE's branch
            return True
        answer = self._answered.get(key) or self._acknowledged.get(key)
        if answer is None or request.method == "ACK":
            return False
        data, hop = answer
        if data:
            self._transport.send(data, hop)
        return True

    def begin(self, request: Request, source: Hop) -> None:
        """A new request has come; its Via already notes its true source."""
        if len(self._servers) + len(self._answered) + len(self._acknowledged) < MAXIMUM_SERVER_TRANSACTIONS:
            server = ServerTransaction(request, source, self._transport, self._timers, self._server_rests)
            self._servers[server.key] = server
            self._on_request(server)

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means."""
        return self._servers.get((*server_key(cancel)[:-1], "INVITE"))

    def ask(
        self,
        request: Request,
        data: bytes,
        destination: Hop,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        patience: float,
    ) -> ClientTransaction:
        """Send a request; `data` is the request as bytes, `patience` how long to wait for a first response."""
        client = ClientTransaction(
            request,
            data,
            destination,
            self._transport,
            self._timers,
            on_response,
            on_failure,
            self._client_over,
            patience,
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
        return len(self._servers) + len(self._answered) + len(self._acknowledged) + len(self._clients)

    def _server_rests(self, server: ServerTransaction, rest: Rest) -> None:
        self._servers.pop(server.key, None)
        if rest is Rest.ANSWERED:
            self._answered.add(server.key, server.last, server.reply_hop)
        elif rest is Rest.ACKNOWLEDGED:
            self._acknowledged.add(server.key, b"", server.source)

    def _client_over(self, client: ClientTransaction) -> None:
        self._clients.pop(client.key, None)
        self._check_quiet()

    def _check_quiet(self) -> None:
        if self._on_quiet is not None and not self.unanswered:
            action, self._on_quiet = self._on_quiet, None
            action()
