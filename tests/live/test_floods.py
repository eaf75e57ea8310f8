"""Floods against the real edge: whoever is on the line goes on talking, whoever calls is served, nothing grows.

The edge runs in a process of its own (`target`), the floods in others (`gunner`). Pacing is measured by the kernel's
time stamps, which a busy test machine does not blur; the edge itself it may delay, so the bounds have some room.
"""

from __future__ import annotations

import random
import socket
import struct
import time
from contextlib import ExitStack, closing, suppress

import pytest

from tests.live.gunner import Caller, Flood, Metronome, bound, gaps, percentile, target
from tests.live.target import HOST
from tests.sip.bench import SDP, request
from tests.sip.torture.corpus import CORPUS

#: They take a core and more, and judge the pacing of packets.
pytestmark = pytest.mark.alone

_MEGABYTE = 1 << 20
_n = random.Random(7)
_INVITE = request("INVITE", body=SDP)
#: What is bad, cut off or noise; nothing that would make a call.
_BAD = [
    *(case.data for case in CORPUS if case.status != 180 and 0 < len(case.data) < 60_000),
    *(_n.randbytes(_n.randrange(1, 1200)) for _ in range(60)),
    *(_INVITE[: _n.randrange(20, 320)] for _ in range(60)),
]
_RTP = struct.Struct(">BBHII")


def _call_and_hang_up(caller: Caller) -> float:
    """How long it took to be answered."""
    with closing(caller):
        status, took = caller.call()
        assert status == 200
        assert caller.hang_up() == 200
        return took


def _unevenness(arrivals: list[float]) -> float:
    """Seconds by which the gaps between packets differ from 20 ms, at p99."""
    return percentile([abs(gap - 0.02) for gap in gaps(arrivals)], 0.99)


def test_100000_bad_datagrams_cost_no_memory_no_call_and_no_packet() -> None:
    with target() as edge, closing(Caller(edge)) as talking:
        assert talking.call()[0] == 200
        talking.listen(0.5)
        Flood(_BAD, edge.sip, 20_000, rate=10_000).wait()  # whatever is made once is made now
        before = edge.fares()
        talking.forget_what_waits()
        flood = Flood(_BAD, edge.sip, 100_000, rate=10_000)
        arrivals: list[float] = []
        waits: list[float] = []
        while not flood.is_over:
            arrivals += talking.listen(0.5)
            waits.append(_call_and_hang_up(Caller(edge)))
        flood.wait()
        assert talking.ask("OPTIONS")[0] == 200
        time.sleep(0.1)  # the media thread closes a port at its next beat
        after = edge.fares()
        assert talking.hang_up() == 200
        assert len(waits) >= 3
        assert percentile(waits, 0.5) < 0.1
        assert percentile(gaps(arrivals), 0.9) < 0.03
        assert after["rss"] - before["rss"] < 4 * _MEGABYTE
        assert after["files"] == before["files"]
        assert after["legs"] == 1


def test_a_flood_of_calls_from_one_source_is_limited_and_others_are_served() -> None:
    with target(admission={"calls": 500, "rate_of_one_source": 5.0}) as edge:
        shot = request("INVITE", body=SDP, call_id="flood-@@@@@@@@", branch="z9hG4bK-@@@@@@@@")
        flood = Flood([shot], edge.sip, 20_000, rate=5000, hosts=["127.0.0.2"], counted=True)
        waits: list[float] = []
        while not flood.is_over:
            waits.append(_call_and_hang_up(Caller(edge, "127.0.0.3")))
            time.sleep(0.3)
        flood.wait()
        fares = edge.fares()
        # A burst of two seconds' worth, then five a second; ours besides.
        assert fares["arrived"] - len(waits) <= 5 * 12
        assert fares["transactions"] < 1000
        assert len(waits) >= 3
        assert percentile(waits, 0.5) < 0.1


def test_a_flood_of_voice_from_strangers_is_not_heard_and_others_keep_their_pace() -> None:
    with target() as edge, closing(Caller(edge)) as victim, closing(Caller(edge)) as other:
        assert (victim.call()[0], other.call()[0]) == (200, 200)
        for _ in range(20):
            victim.speak()
            other.speak()
            time.sleep(0.02)
        quiet = edge.fares()
        other.listen(2.0)
        calm = edge.fares()["cpu"] - quiet["cpu"]
        shots = [_RTP.pack(0x80, 0, number & 0xFFFF, number * 160, 9) + bytes(160) for number in range(200)]
        flood = Flood(shots, victim.audio_to, 100_000, rate=25_000, hosts=["127.0.0.2", HOST, "127.0.0.4"])
        metronome = Metronome()
        other.forget_what_waits()
        victim.forget_what_waits()
        heard: list[float] = []
        while not flood.is_over:
            heard += other.listen(0.5)
            victim.speak()
        beats = metronome.stop()
        assert flood.wait() > 15_000
        still = victim.listen(0.5)
        loud = edge.fares()
        other.listen(2.0)
        afterwards = edge.fares()["cpu"] - loud["cpu"]
        # 10 ms; a machine that is busy with other things delays whoever waits for a processor, at this very moment.
        assert _unevenness(heard) < max(0.01, 2 * _unevenness(beats))
        assert len(still) > 15  # the audio still goes to the phone, not to a stranger
        assert afterwards < calm + 0.1
        assert victim.hang_up() == other.hang_up() == 200


@pytest.mark.parametrize("with_tag", [False, True])
def test_a_scanner_from_outside_hears_not_one_byte(with_tag: bool) -> None:
    tag = ";tag=guess" if with_tag else ""
    to = f"<sip:100@127.0.0.1>{tag}"
    scans = [
        request(method, body=SDP if method == "INVITE" else "", to=to, call_id=f"scan-{method}", extra=extra)
        for method, extra in [
            ("OPTIONS", "User-Agent: friendly-scanner\r\n"),
            ("REGISTER", "Expires: 3600\r\n"),
            ("INVITE", "User-Agent: sipvicious\r\n"),
            ("CANCEL", ""),
            ("BYE", ""),
            ("SUBSCRIBE", "Event: presence\r\n"),
            ("FOO", ""),
        ]
    ]
    scans += [case.data for case in CORPUS if 0 < len(case.data) < 60_000]
    with target(allowed_sources=["127.0.0.1/32"]) as edge, bound("127.0.0.66") as scanner:
        for scan in scans:
            scanner.sendto(scan, edge.sip)
        scanner.settimeout(1.0)
        with pytest.raises(TimeoutError):
            scanner.recv(65536)
        with (
            suppress(TimeoutError, ConnectionError),
            socket.create_connection(edge.sip, 1, ("127.0.0.66", 0)) as knocking,
        ):
            knocking.sendall(scans[0])
            assert knocking.recv(1) == b""
        assert _call_and_hang_up(Caller(edge)) < 1


def test_streams_that_trickle_or_never_end_cost_a_bounded_sum_and_hold_up_nobody() -> None:
    pieces = (
        b"INVITE sip:hotline@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.2\r\n",  # half a message
        b"O",
        b"\r\n" * 2000,
        b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 999999999\r\n\r\n",
        b"OPTIONS sip:x SIP/2.0\r\nX-Big: " + b"b" * 1_000_000,
    )
    with target() as edge:
        before = edge.fares()
        with ExitStack() as streams:
            for number in range(300):
                with suppress(OSError):
                    stream = streams.enter_context(socket.create_connection(edge.sip, 2, ("127.0.0.2", 0)))
                    stream.settimeout(0.5)
                    stream.sendall(pieces[number % len(pieces)])
            assert _call_and_hang_up(Caller(edge)) < 1
            during = edge.fares()
        assert during["rss"] - before["rss"] < 40 * _MEGABYTE
        assert during["files"] - before["files"] <= 60  # so many connections at once from one source, and no more
        time.sleep(0.5)
        assert edge.fares()["files"] <= before["files"] + 3


def test_a_stream_that_never_finishes_its_message_is_closed() -> None:
    with target() as edge, socket.create_connection(edge.sip, 2) as stream:
        stream.sendall(b"X" * 200_000)
        stream.settimeout(5)
        with suppress(ConnectionError):
            assert stream.recv(1) == b""
