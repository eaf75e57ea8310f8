"""A dialog (RFC 3261, 12): the two ends, the route between them, the count of requests each way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ivr.sip.address import NameAddress
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request, Response
from ivr.sip.uri import parse_uri

#: Call-ID, our tag, their tag.
DialogKey = tuple[str, str, str]
#: What a request inside a dialog is answered when the dialog is gone at their end (RFC 3261, 12.2.1.2).
DIALOG_GONE = frozenset({408, 481})


def new_tag() -> str:
    """A random tag: nobody outside the dialog can guess it."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class Dialog:
    """What is known of a dialog. `target` is their Contact's URI, `routes` are URIs, the nearest proxy first."""

    call_id: str
    local: NameAddress
    remote: NameAddress
    target: str
    routes: tuple[str, ...]
    local_cseq: int
    remote_cseq: int | None

    @staticmethod
    def of_server(invite: Request, tag: str) -> Dialog:
        """The dialog that answering `invite` makes. Raises SipFault(400) without a usable Contact."""
        return Dialog(
            call_id=invite.call_id,
            local=invite.to.with_tag(tag),
            remote=invite.from_,
            target=_target(invite.contact),
            routes=_routes(invite.record_route),
            local_cseq=secrets.randbelow(1000) + 1,
            remote_cseq=invite.cseq,
        )

    @staticmethod
    def of_client(invite: Request, response: Response) -> Dialog:
        """The dialog that a 2xx to our `invite` makes. A peer without Contact is reached where it was asked for.
        Raises SipFault where their Contact or Record-Route cannot be read."""
        contact = response.contact
        return Dialog(
            call_id=invite.call_id,
            local=invite.from_,
            remote=response.to,
            target=_target(contact) if contact else invite.uri,
            routes=_routes(tuple(reversed(response.record_route))),
            local_cseq=invite.cseq,
            remote_cseq=None,
        )

    @property
    def key(self) -> DialogKey:
        """What requests inside the dialog are matched by."""
        return self.call_id, self.local.tag, self.remote.tag

    def take(self, request: Request) -> None:
        """Count a request of theirs. Raises SipFault(500) for one that comes after a later one (12.2.2)."""
        if self.remote_cseq is not None and request.cseq <= self.remote_cseq:
            raise SipFault(500, "CSeq out of order")
        self.remote_cseq = request.cseq

    def refresh_target(self, contact: str | None) -> None:
        """They may be reached elsewhere from now on (re-INVITE, UPDATE and their 2xx)."""
        if contact is not None:
            self.target = _target(contact)

    @property
    def next_hop(self) -> Hop:
        """Where requests inside the dialog are sent. Raises SipFault if the route cannot be read."""
        return parse_uri(self.routes[0] if self.routes else self.target).hop

    def request(
        self, method: str, headers: tuple[Header, ...] = (), body: bytes = b"", cseq: int | None = None
    ) -> Request:
        """The next request of ours, without a Via; `cseq` is given for an ACK only, which carries its INVITE's."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self.target, self.routes
        if routes and not parse_uri(routes[0]).is_loose_router:  # a strict router wants itself in the request URI
            uri, routes = routes[0], (*routes[1:], self.target)
        return Request(
            method=method,
            uri=uri,
            vias=(),
            from_=self.local,
            to=self.remote,
            call_id=self.call_id,
            cseq=cseq,
            headers=(*(("route", f"<{route}>") for route in routes), ("max-forwards", "70"), *headers),
            body=body,
        )


def _target(contact: str | None) -> str:
    if contact is None:
        raise SipFault(400, "no Contact")
    parse_uri(contact)
    return contact


def _routes(uris: tuple[str, ...]) -> tuple[str, ...]:
    for uri in uris:
        parse_uri(uri)
    return uris
