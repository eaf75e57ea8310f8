"""What the tests of dialogs share: requests of theirs inside a dialog, and ours picked out of what was sent."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, Bench, request


def of(messages: Iterable[Request | Response], method: str) -> list[Request]:
    """The requests of that method among them."""
    return [found for found in messages if isinstance(found, Request) and found.method == method]


def responses(messages: Iterable[Request | Response]) -> list[tuple[str, int]]:
    """Method and status of the responses among them."""
    return [(found.method, found.status) for found in messages if isinstance(found, Response)]


def sent(bench: Bench, method: str) -> Request:
    """Our latest request of that method."""
    return of((message for message, _ in bench.wire.sent), method)[-1]


def count(bench: Bench, method: str) -> int:
    """How often we sent a request of that method, repeats included."""
    return len(of((message for message, _ in bench.wire.sent), method))


def response(bench: Bench, data: bytes) -> Response:
    """Our last response to a datagram."""
    return [found for found in bench.receive(data) if isinstance(found, Response)][-1]


def ack(to: str, cseq: int = 1, body: str = "") -> bytes:
    """Their ACK of our 2xx."""
    return request("ACK", to=to, cseq=cseq, branch=f"z9hG4bK-ack-{cseq}", body=body)


def dialled(bench: Bench, *, extra: tuple[tuple[str, str], ...] = ()) -> Request:
    """A call of ours that is up; our INVITE."""
    invite = bench.dial()
    bench.reply(invite, 200, body=SDP.encode(), extra=extra)
    return invite


def from_called(invite: Request, method: str, *, cseq: int = 1, tag: str = "phone", **more: str) -> bytes:
    """A request of those whom we called, inside the dialog of our INVITE."""
    return request(
        method,
        call_id=invite.call_id,
        from_=f"{invite.to};tag={tag}",
        to=str(invite.from_),
        cseq=cseq,
        branch=f"z9hG4bK-{tag}-{method}-{cseq}",
        **more,
    )
