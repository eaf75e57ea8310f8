"""A user agent without sockets or time: datagrams are a list, timers virtual, audio silent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from ivr.messages import Dial, EdgeEvent, LegArrived
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.incoming import IncomingLeg
from ivr.sip.message import Request, Response
from ivr.sip.parser import parse
from ivr.sip.resolve import Resolver
from ivr.sip.settings import EdgeSettings
from ivr.sip.uri import Address
from ivr.sip.user_agent import UserAgent
from tests.sip.silent_media import SilentMedia
from tests.sip.virtual_timers import VirtualTimers

US: Address = ("192.0.2.1", 5060)
US6: Address = ("2001:db8::1", 5060)
THEM = Hop("192.0.2.9", 5062)
E_ = TypeVar("E_", bound=EdgeEvent)

SDP = (
    "v=0\r\no=u 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 31000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class Wire:
    """`ivr.sip.transport.Transport` for tests."""

    def __init__(self) -> None:
        self.sent: list[tuple[Request | Response, Hop]] = []
        self.raw: list[bytes] = []
        self.is_broken = False
        self.failures: list[Callable[[], None]] = []

    def send(self, data: bytes, destination: Hop, failed: Callable[[], None] | None = None) -> None:
        if self.is_broken and failed is not None:
            self.failures.append(failed)
        self.raw.append(data)
        # The refusal of a message that cannot be understood echoes what could not be understood.
        with contextlib.suppress(SipFault):
            self.sent.append((parse(data), destination))

    def local(self, destination: Hop) -> Address:
        return US6 if destination.is_ipv6 else US


def request(
    method: str,
    *,
    body: str | bytes = "",
    extra: str = "",
    cseq: int = 1,
    branch: str = "",
    call_id: str = "call-1",
    from_: str = "<sip:+82105550123@192.0.2.9>;tag=theirs",
    to: str = "<sip:hotline@192.0.2.1>",
    uri: str = "sip:hotline@192.0.2.1",
    contact: str = "Contact: <sip:caller@192.0.2.9:5062>\r\n",
    content_type: str = "application/sdp",
) -> bytes:
    """A request of theirs, as bytes."""
    payload = body.encode() if isinstance(body, str) else body
    kind = f"Content-Type: {content_type}\r\n" if payload else ""
    branch = branch or f"z9hG4bK-{call_id}-{method}-{cseq}"
    head = (
        f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5062;branch={branch};rport\r\nMax-Forwards: 70\r\n"
        f"From: {from_}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n{contact}{extra}{kind}"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode("utf-8", "surrogateescape") + payload


class Bench:
    """One user agent and everything around it."""

    def __init__(self, settings: EdgeSettings | None = None, ports: int = 50, resolver: Resolver | None = None) -> None:
        self.wire = Wire()
        self.timers = VirtualTimers()
        self.media = SilentMedia(ports)
        self.events: list[EdgeEvent] = []
        self.agent = UserAgent(
            settings or EdgeSettings("192.0.2.1"), self.wire, self.timers, self.media, self.tell, resolver
        )

    def tell(self, event: EdgeEvent) -> None:
        self.events.append(event)

    def receive(self, data: bytes, source: Hop = THEM) -> list[Request | Response]:
        """Hand a datagram in; what was sent because of it."""
        before = len(self.wire.sent)
        self.agent.receive(data, source)
        return [message for message, _ in self.wire.sent[before:]]

    def during(self, seconds: float) -> list[Request | Response]:
        """Let time pass; what was sent meanwhile."""
        before = len(self.wire.sent)
        self.timers.advance(seconds)
        return [message for message, _ in self.wire.sent[before:]]

    def status_of(self, data: bytes, source: Hop = THEM) -> int:
        """The status of the last response to a datagram, 0 for none."""
        answers = [m for m in self.receive(data, source) if isinstance(m, Response)]
        return answers[-1].status if answers else 0

    def last(self, kind: type[E_]) -> E_:
        """The latest event of that kind."""
        return [event for event in self.events if isinstance(event, kind)][-1]

    def count(self, kind: type[EdgeEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.events)

    # --- a call from them ----------------------------------------------------------------------------------------

    def arrive(self, **more: str) -> str:
        """They call; the leg."""
        self.receive(request("INVITE", body=more.pop("body", SDP), **more))  # type: ignore[arg-type]  # only texts are passed
        return self.last(LegArrived).leg

    def answer(self, leg: str) -> Response:
        """We answer; our 200."""
        found = self.agent.legs[leg]
        assert isinstance(found, IncomingLeg)
        before = len(self.wire.sent)
        found.answer()
        message = self.wire.sent[before][0]
        assert isinstance(message, Response)
        return message

    def established(self, **more: str) -> tuple[str, str]:
        """A call of theirs that is up; the leg and our To with tag."""
        leg = self.arrive(**more)
        ok = self.answer(leg)
        self.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack"))
        return leg, str(ok.to)

    # --- a call to them ------------------------------------------------------------------------------------------

    def dial(self, target: str = "sip:agent@192.0.2.9:5062", leg: str = "out", ring: float = 20.0) -> Request:
        """We call; our INVITE."""
        before = len(self.wire.sent)
        self.agent.dial(Dial(leg, target, "+8215880000", ring))
        message = self.wire.sent[before][0]
        assert isinstance(message, Request)
        return message

    def reply(
        self,
        asked: Request,
        status: int,
        *,
        tag: str = "phone",
        body: bytes = b"",
        extra: tuple[tuple[str, str], ...] = (),
    ) -> list[Request | Response]:
        """They respond to a request of ours; what we sent because of it."""
        headers = (("contact", "<sip:agent@192.0.2.9:5062>"), *extra)
        if body:
            headers = (*headers, ("content-type", "application/sdp"))
        return self.receive(
            asked.respond(status, tag=tag if status > 100 else "", headers=headers, body=body).serialise()
        )
