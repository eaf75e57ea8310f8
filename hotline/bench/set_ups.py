"""How fast calls are answered: INVITE to 200, then ACK and BYE, over UDP against the real edge with the real media
plane.

Two processes: this one stands for the telephones, the edge has a core of its own.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np

from config.errors import HotlineError
from config.logging import configure_logging
from hotline.bench.row import Row
from ivr.media.plane import MediaPlane
from ivr.messages import Answer, EdgeEvent, LegArrived
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings

_HOST = "127.0.0.1"
_PORTS = (40000, 43998)
_QUIET_CALLS, _BUSY_SECONDS, _AT_ONCE = 200, 4.0, 16
#: A country's alarm line: 500 callers a second, and none of them notices a wait for the answer.
_TARGET_RATE, _TARGET_P99 = 500, 50.0
#: Seconds without any message after which the calls in progress are lost; the telephones send nothing twice.
_PATIENCE = 2.0
_HEADER = re.compile(rb"^(To|Contact|Call-ID|CSeq):\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_URI = re.compile(rb"<([^>]*)>")


@dataclass(slots=True)
class Seen:
    """What the telephones saw: seconds from INVITE to 200 of each call, calls without an answer, and how long it all
    took."""

    waits: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0

    def milliseconds(self, percentile: float) -> float:
        """A percentile of the waits."""
        return float(np.percentile(self.waits, percentile)) * 1000


def rows() -> Iterator[Row]:
    """One caller after another, then as many as it takes."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    edge = processes.Process(target=_edge, args=(theirs,), daemon=True)
    edge.start()
    theirs.close()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[1:] or cores)
    telephones = Telephones(ours.recv())
    quiet = telephones.call(most=1, calls=_QUIET_CALLS)
    paced = telephones.call(gap=1 / _TARGET_RATE, seconds=_BUSY_SECONDS)
    ours.send("measure")
    flat_out = telephones.call(most=_AT_ONCE, seconds=_BUSY_SECONDS)
    ours.send("stop")
    cpu: float = ours.recv()
    edge.join()
    rate, p99 = len(flat_out.waits) / flat_out.seconds, paced.milliseconds(99)
    lost = quiet.lost + paced.lost + flat_out.lost
    made = lost + len(quiet.waits) + len(paced.waits) + len(flat_out.waits)
    yield Row("sip", "INVITE to 200 p50, one call at a time", quiet.milliseconds(50), "ms", None, None)
    yield Row("sip", f"INVITE to 200 p50, {_TARGET_RATE} calls a second", paced.milliseconds(50), "ms", None, None)
    yield Row("sip", f"INVITE to 200 p99, {_TARGET_RATE} calls a second", p99, "ms", _TARGET_P99, p99 <= _TARGET_P99)
    yield Row("sip", f"calls set up and ended, {_AT_ONCE} at once", rate, "1/s", _TARGET_RATE, rate >= _TARGET_RATE)
    yield Row("sip", "processor time of such a call", 1000 * cpu / len(flat_out.waits), "ms", None, None)
    yield Row("sip", f"calls not answered of {made}", lost, "calls", 0, lost == 0)


class Telephones:
    """Callers on one socket that hang up as soon as they are answered."""

    def __init__(self, edge: tuple[str, int]) -> None:
        self._edge = edge
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind((_HOST, 0))
        self._socket.setblocking(False)
        self._port: int = self._socket.getsockname()[1]
        self._began: dict[str, float] = {}  # Call-ID -> when it was invited
        self._ending: set[str] = set()

    def call(self, most: int = 1 << 30, calls: int = 1 << 30, gap: float = 0.0, seconds: float = float("inf")) -> Seen:
        """So many calls, or calls for so many seconds; never more than `most` at once, and no sooner than `gap`
        seconds after one another. Raises `HotlineError` if none is answered."""
        seen, made = Seen(), 0
        start = heard = now = time.monotonic()
        while self._open or (made < calls and now - start < seconds):
            while made < calls and now - start < seconds and self._open < most and made * gap <= now - start:
                self._invite()
                made += 1
            is_ready = select.select([self._socket], [], [], gap or _PATIENCE)[0]
            now = time.monotonic()
            if is_ready:
                heard = now
                self._take(self._socket.recv(4096), seen)
            elif now - heard > _PATIENCE:
                seen.lost += self._open
                self._began.clear()
                self._ending.clear()
        seen.seconds = now - start
        if not seen.waits:
            raise HotlineError("no call was answered", where="the edge", remedy="see `hotline doctor`")
        return seen

    @property
    def _open(self) -> int:
        return len(self._began) + len(self._ending)

    def _invite(self) -> None:
        call = secrets.token_hex(12)
        body = (
            f"v=0\r\no=bench 1 1 IN IP4 {_HOST}\r\ns=-\r\nc=IN IP4 {_HOST}\r\nt=0 0\r\n"
            f"m=audio {self._port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
        self._began[call] = time.monotonic()
        self._send("INVITE", call, 1, f"sip:hotline@{_HOST}", f"<sip:hotline@{_HOST}>", body)

    def _take(self, data: bytes, seen: Seen) -> None:
        if not data.startswith(b"SIP/2.0 200"):
            return  # provisional, or audio
        headers = {name.lower(): value for name, value in _HEADER.findall(data)}
        call = headers[b"call-id"].decode()
        if headers[b"cseq"].endswith(b"BYE"):
            self._ending.discard(call)
        elif (began := self._began.pop(call, None)) is not None:
            seen.waits.append(time.monotonic() - began)
            found = _URI.search(headers[b"contact"])
            target = found[1].decode() if found else f"sip:{_HOST}"
            to = headers[b"to"].decode()
            self._send("ACK", call, 1, target, to)
            self._send("BYE", call, 2, target, to)
            self._ending.add(call)

    def _send(self, method: str, call: str, number: int, uri: str, to: str, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        message = (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {_HOST}:{self._port};branch=z9hG4bK{call}{method}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:+821000000000@{_HOST}>;tag={call[:8]}\r\nTo: {to}\r\nCall-ID: {call}\r\n"
            f"CSeq: {number} {method}\r\nContact: <sip:bench@{_HOST}:{self._port}>\r\n{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(message.encode(), self._edge)


def _edge(asker: Connection) -> None:
    """The program under test, on the first core."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    configure_logging("human", "error")
    asyncio.run(_answer(asker))


async def _answer(asker: Connection) -> None:
    """Answer every call at once, until told to stop."""
    edge = PyVoipEdge(EdgeSettings(_HOST, 0), MediaPlane(_HOST, _PORTS, (), lambda _: None))

    def on_event(event: EdgeEvent) -> None:
        if isinstance(event, LegArrived):
            edge.send(Answer(event.leg))

    await edge.start(on_event)
    asker.send(edge.address)
    await asyncio.to_thread(asker.recv)
    used = time.process_time()
    await asyncio.to_thread(asker.recv)
    asker.send(time.process_time() - used)
    await edge.stop()
