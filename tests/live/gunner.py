"""What fires at the target: callers that only need a socket, and floods from threads or processes of their own."""

from __future__ import annotations

import itertools
import json
import random
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.live.target import HOST

SDP = (
    "v=0\r\no=g 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python has no name for it
_RTP = struct.Struct(">BBHII")


class Target:
    """The process that is fired at."""

    def __init__(self, options: dict[str, object]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.target", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.sip = (HOST, int(self._answer()["port"]))
        self.complaints = ""

    def fares(self) -> dict[str, float]:
        """Memory, processor time, files, threads, legs, transactions, and what was told."""
        assert self._process.stdin is not None
        self._process.stdin.write("how\n")
        self._process.stdin.flush()
        return self._answer()

    def stop(self) -> None:
        """End it; what it logged as a warning or worse is in `complaints`."""
        with suppress(subprocess.TimeoutExpired):
            _, self.complaints = self._process.communicate(timeout=10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        assert "Traceback" not in self.complaints, self.complaints
        assert self._process.returncode == 0

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._process.communicate()[1]
        found: dict[str, float] = json.loads(line)
        return found


@contextmanager
def target(**options: object) -> Iterator[Target]:
    """A target for one test."""
    running = Target(options)
    try:
        yield running
    finally:
        running.stop()


def bound(host: str = HOST) -> socket.socket:
    """A UDP socket that waits a quarter of a second."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host, 0))
    made.settimeout(0.25)
    return made


@dataclass
class Caller:
    """One telephone: calls, speaks, and notes when each packet came, by the kernel's clock."""

    target: Target
    host: str = HOST
    call_id: str = field(default_factory=lambda: f"{random.getrandbits(48):x}")
    tag: str = ""
    audio_to: tuple[str, int] = ("", 0)

    def __post_init__(self) -> None:
        self.sip = bound(self.host)
        self.rtp = bound(self.host)
        self.rtp.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.sequence = 0
        self.cseq = 0

    def close(self) -> None:
        self.sip.close()
        self.rtp.close()

    def message(self, method: str, cseq: int, body: str = "") -> bytes:
        """A request of this call."""
        port = self.sip.getsockname()[1]
        to = f";tag={self.tag}" if self.tag else ""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} sip:hotline@{HOST} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{port};branch=z9hG4bK{self.call_id}{method}{cseq};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:g@{self.host}>;tag=g{self.call_id}\r\nTo: <sip:hotline@{HOST}>{to}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:g@{self.host}:{port}>\r\n{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def ask(self, method: str, body: str = "", patience: float = 5.0) -> tuple[int, float]:
        """Ask until there is a final answer; its status, 0 for none in time, and the seconds it took."""
        self.cseq += 1
        cseq = self.cseq
        data = self.message(method, cseq, body)
        began = time.monotonic()
        while time.monotonic() - began < patience:
            self.sip.sendto(data, self.target.sip)
            with suppress(TimeoutError):
                while True:
                    answer = self.sip.recv(65536).decode("utf-8", "replace")
                    found = re.match(r"SIP/2\.0 (\d+)", answer)
                    if found is None or f"CSeq: {cseq} {method}" not in answer or int(found[1]) < 200:
                        continue
                    took = time.monotonic() - began
                    if method == "INVITE":
                        self._take(answer, int(found[1]), cseq)
                    return int(found[1]), took
        return 0, time.monotonic() - began

    def call(self, patience: float = 5.0) -> tuple[int, float]:
        """Call the target; the final status and how long it took."""
        return self.ask("INVITE", SDP.format(host=self.host, port=self.rtp.getsockname()[1]), patience)

    def hang_up(self) -> int:
        """Ends the call; the status."""
        return self.ask("BYE")[0]

    def speak(self, payload: bytes = b"\xff" * 160) -> None:
        """Send one packet of voice."""
        self.rtp.sendto(_RTP.pack(0x80, 0, self.sequence & 0xFFFF, self.sequence * 160, 7) + payload, self.audio_to)
        self.sequence += 1

    def listen(self, seconds: float, *, speaking: bool = True) -> list[float]:
        """For so long; the arrival times of what came, in seconds of the kernel's clock."""
        arrivals: list[float] = []
        end = time.monotonic() + seconds
        self.rtp.settimeout(0.02)
        while time.monotonic() < end:
            if speaking:
                self.speak()
            with suppress(TimeoutError):
                arrivals.append(self._heard())
        return arrivals

    def forget_what_waits(self) -> None:
        """Drop what came before."""
        self.rtp.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self.rtp.recv(2048)

    def _heard(self) -> float:
        _, extras, _, _ = self.rtp.recvmsg(2048, 64)
        seconds, nanoseconds = struct.unpack("qq", extras[0][2][:16])
        return float(seconds + nanoseconds / 1e9)

    def _take(self, answer: str, status: int, cseq: int) -> None:
        tag = re.search(r"^To:.*;tag=([^\s;]+)", answer, re.MULTILINE)
        if status == 200 and tag is not None:
            self.tag = tag[1]
            port = re.search(r"^m=audio (\d+)", answer, re.MULTILINE)
            assert port is not None
            self.audio_to = (HOST, int(port[1]))
            self.sip.sendto(self.message("ACK", cseq), self.target.sip)


_FLOODER = """
import json, socket, sys, time
order = json.loads(sys.stdin.readline())
shots = [bytes.fromhex(shot) for shot in order["shots"]]
guns = []
for host in order["hosts"]:
    gun = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    gun.bind((host, 0))
    guns.append(gun)
to, count, rate = (order["to"][0], order["to"][1]), order["count"], order["rate"]
begin = time.monotonic()
for number in range(count):
    if rate and not number % 50:
        ahead = number / rate - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
    shot = shots[number % len(shots)]
    if order["counted"]:
        shot = shot.replace(b"@@@@@@@@", b"%08d" % number)
    guns[number % len(guns)].sendto(shot, to)
print(count / (time.monotonic() - begin))
"""


class Flood:
    """Shots fired in a process of its own, so that those who measure are not slowed by it. In every shot `@@@@@@@@`
    becomes a number of its own if `counted`. `rate` is shots a second, 0 as fast as possible."""

    def __init__(
        self,
        shots: Sequence[bytes],
        to: tuple[str, int],
        count: int,
        *,
        rate: float = 0,
        hosts: Sequence[str] = (HOST,),
        counted: bool = False,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FLOODER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        order = {
            "shots": [shot.hex() for shot in shots],
            "to": to,
            "count": count,
            "rate": rate,
            "hosts": list(hosts),
            "counted": counted,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    @property
    def is_over(self) -> bool:
        return self._process.poll() is not None

    def wait(self) -> float:
        """Until it is over; shots a second."""
        said, _ = self._process.communicate(timeout=60)
        assert self._process.returncode == 0
        return float(said)


_METRONOME = """
import sys, threading, time
stopped = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
due = time.monotonic()
while not stopped.is_set():
    due += 0.02
    time.sleep(max(0.0, due - time.monotonic()))
    print(time.monotonic())
"""


class Metronome:
    """A process that does nothing but wake up every 20 ms and note when it did: what the machine, busy with a flood
    and whatever else, does to the pace of a program that has no work to do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _METRONOME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def stop(self) -> list[float]:
        """End it; when it woke, in seconds of the monotonic clock."""
        said, _ = self._process.communicate(timeout=10)
        assert self._process.returncode == 0
        return [float(line) for line in said.splitlines()]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def gaps(arrivals: Sequence[float]) -> list[float]:
    """Seconds between one packet and the next."""
    return [later - earlier for earlier, later in itertools.pairwise(arrivals)]
