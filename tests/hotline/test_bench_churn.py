"""What the bench says of samples taken while calls come and go."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import closing

import pytest

from hotline.bench.churn import Churned, Sample
from hotline.bench.edge.lives import Kind, Lives, Tally
from hotline.bench.edge.peer import HOST, Peer
from hotline.bench.edge.wording import respond


def churned(memories: Sequence[float]) -> Churned:
    """Samples every 5 seconds with so many kB, after one before it all."""
    during = [Sample(5.0 * number, memory, 10, 1, 1, 0) for number, memory in enumerate(memories, 1)]
    return Churned((Sample(0, 50, 5, 0, 0, 0), *during, Sample(999, 50, 5, 0, 0, 0)), Tally())


def test_memory_that_grows_steadily_is_seen_in_the_slope() -> None:
    assert churned([1000 + 10 * number for number in range(50)]).slope("memory") == pytest.approx(2.0)


def test_what_grows_only_while_it_is_warming_is_flat() -> None:
    assert churned([100 * number for number in range(10)] + [1000] * 40).slope("memory") == pytest.approx(0.0)


def test_too_little_is_no_slope() -> None:
    assert churned([]).slope("memory") == 0.0


def test_failures_are_counted_by_reason() -> None:
    tally = Tally()
    for reason in ("status 503", "nothing heard", "status 503"):
        tally.fail(reason)
    assert (tally.failed, tally.reasons) == (3, {"status 503": 2, "nothing heard": 1})


# --- lives, led by the test's own time, with a hotline that the test plays -----------------------------------------


def led(wire: socket.socket, peer: Peer, audio: bool) -> Tally:
    """One plain call from its INVITE to the end of its BYE, with or without a packet of audio."""
    peer.callers.hotline = wire.getsockname()
    lives = Lives(peer, mean=1.0, seed=1)
    lives.begin(0.0)
    invite = wire.recv(4096)
    answer = respond(invite, 200, "OK") + f"m=audio {wire.getsockname()[1]} RTP/AVP 0\r\n".encode()
    _said(wire, answer, peer, lives, 0.1)
    wire.recv(4096)  # ACK
    if audio:
        wire.sendto(bytes(172), (HOST, peer.banks[0].port))
        peer.listen()
    lives.step(100.0, [])
    _said(wire, respond(wire.recv(4096), 200, "OK"), peer, lives, 100.1)
    return lives.tally


def _said(wire: socket.socket, data: bytes, peer: Peer, lives: Lives, now: float) -> None:
    wire.sendto(data, peer.callers.address)
    peer.callers.step(now)
    lives.step(now, peer.callers.changed)
    peer.callers.changed = []


@pytest.mark.parametrize(("audio", "reasons"), [(True, {}), (False, {"nothing heard": 1})])
def test_a_call_that_heard_nothing_has_failed(audio: bool, reasons: dict[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire, closing(Peer(20)) as peer:
        wire.bind((HOST, 0))
        wire.settimeout(2)
        tally = led(wire, peer, audio)
    assert tally.made[Kind.PLAIN] == tally.calls == 1
    assert tally.reasons == reasons
    assert len(tally.waits) == 1
