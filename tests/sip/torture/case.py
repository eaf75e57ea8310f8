"""One hostile or merely strange datagram, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.messages import LegArrived
from ivr.sip.hop import Hop
from tests.sip.bench import SDP, THEM, Bench


@dataclass(frozen=True, slots=True)
class Case:
    """`status` is what the datagram is answered with last, 0 for silence. An INVITE that is taken rings: 180."""

    sentence: str
    data: bytes
    status: int


def message(*lines: str, body: str | bytes = "", ending: str = "\r\n") -> bytes:
    """A datagram line by line; `{length}` stands for the length of the body."""
    payload = body.encode() if isinstance(body, str) else body
    head = ending.join([*lines, "", ""]).replace("{length}", str(len(payload)))
    return head.encode("utf-8", "surrogateescape") + payload


def headers(method: str, name: str, *more: str, to: str = "<sip:hotline@192.0.2.1>") -> tuple[str, ...]:
    """The headers of a plain request of theirs; `name` makes Call-ID and branch its own."""
    return (
        f"Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bK-{name};rport",
        "Max-Forwards: 70",
        f"From: <sip:ann@192.0.2.9>;tag=t-{name}",
        f"To: {to}",
        f"Call-ID: {name}@192.0.2.9",
        f"CSeq: 1 {method}",
        "Contact: <sip:ann@192.0.2.9:5062>",
        *more,
    )


def invite(name: str, *more: str, start: str = "INVITE sip:hotline@192.0.2.1 SIP/2.0", body: str = SDP) -> bytes:
    """An INVITE with an offer, and headers that may be strange."""
    lines = headers("INVITE", name, *more)
    return message(start, *lines, "Content-Type: application/sdp", "Content-Length: {length}", body=body)


def plain(method: str, name: str, *more: str, uri: str = "sip:hotline@192.0.2.1") -> bytes:
    """Any other request, without a body."""
    return message(f"{method} {uri} SIP/2.0", *headers(method, name, *more), "Content-Length: 0")


def judge(case: Case, source: Hop = THEM) -> Bench:
    """Hand the datagram to a user agent: it is answered as said, costs nothing but the call it makes, and a call
    that comes afterwards is served."""
    bench = Bench()
    bench.receive(case.data, source)
    answers = [int(sent.split()[1]) for sent in bench.wire.raw if sent.startswith(b"SIP/2.0 ")]
    assert (answers[-1] if answers else 0) == case.status
    assert bench.count(LegArrived) == len(bench.media.open) == (case.status == 180)
    leg, _ = bench.established(call_id="a-good-call-afterwards")
    assert leg in bench.agent.legs
    bench.agent.hang_up_all()
    bench.during(100)
    assert not bench.media.open
    assert not bench.agent.legs
    return bench
