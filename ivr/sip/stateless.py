"""Answering without remembering (RFC 3261, 8.2.7): what needs no transaction must not cost one, or a flood of it
would."""

from __future__ import annotations

import hashlib
import secrets

from ivr.sip.capabilities import ALLOW, unsupported
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request, Response
from ivr.sip.transport import Transport


class Stateless:
    """Repeats of a request get the same answer, since it depends on nothing but the request."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._secret = secrets.token_bytes(16)

    def answer(self, request: Request, source: Hop, status: int, headers: tuple[Header, ...] = ()) -> None:
        """Answer a request that came from `source`."""
        response = request.respond(status, tag=self._tag(request), headers=headers)
        send(self._transport, response, source)

    def _tag(self, request: Request) -> str:
        told = f"{request.vias[0].branch}\n{request.call_id}\n{request.from_.tag}\n{request.cseq}"
        digest = hashlib.blake2b(told.encode("utf-8", "surrogateescape"), digest_size=8, key=self._secret)
        return digest.hexdigest()


def send(transport: Transport, response: Response, source: Hop) -> None:
    """Send a response back to where its request came from (RFC 3261, 18.2.2)."""
    transport.send(response.serialise(), source if source.is_reliable else response.vias[0].reply_hop)


def headers_of_refusal(status: int, request: Request) -> tuple[Header, ...]:
    """What a refusal has to say besides its status (RFC 3261, 21.4, 21.5)."""
    if status in (405, 501):
        return (ALLOW,)
    if status == 415:
        return (("accept", "application/sdp"), ("accept-encoding", "identity"))
    if status == 420:
        return (("unsupported", ", ".join(unsupported(request))),)
    if status == 489:
        return (("allow-events", "refer"),)
    if status in (500, 503):
        return (("retry-after", "5"),)
    return ()
