"""A small SIP peer over a real UDP socket: a telephone that does what a test says. It knows nothing of ivr.sip."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

_SDP = (
    "v=0\r\no=peer 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 9 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


@dataclass(frozen=True)
class Datagram:
    """What came in, cut into lines."""

    start: str
    headers: dict[str, list[str]]
    body: str

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self.headers["cseq"][0].split()[1]

    @property
    def call_id(self) -> str:
        return self.headers["call-id"][0]

    def one(self, name: str) -> str:
        return self.headers[name][0]


def read(data: bytes) -> Datagram:
    head, _, body = data.decode().partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Datagram(start, headers, body)


@dataclass
class Peer:
    """One telephone. `outcome` is what it does with a call: a final status, None to ring and wait, 183 to be
    heard and wait. `picks_up_when_asked`: while it waits, a NOTIFY of the *talk* event answers it."""

    edge: tuple[str, int]
    outcome: int | None = 200
    inbox: list[Datagram] = field(default_factory=list)
    picks_up_when_asked: bool = False

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._changed = asyncio.Event()
        self._count = 0
        self._cseq = 10
        self._invite: Datagram | None = None
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    @property
    def uri(self) -> str:
        return f"sip:peer@127.0.0.1:{self.port}"

    async def wait_for(self, status: int = 0, method: str = "", call_id: str = "") -> Datagram:
        """The first datagram that came of that status (0: a request) and method."""

        def fits(found: Datagram) -> bool:
            is_it = found.status == status and (not method or found.method == method)
            return is_it and (not call_id or found.call_id == call_id)

        return await self._first(fits)

    async def wait_for_text(self, text: str) -> Datagram:
        """The first datagram that came with this in its body."""
        return await self._first(lambda found: text in found.body)

    async def _first(self, fits: Callable[[Datagram], bool]) -> Datagram:
        async with asyncio.timeout(5):
            while True:
                for found in self.inbox:
                    if fits(found):
                        return found
                self._changed.clear()
                await self._changed.wait()

    def send(self, text: str) -> None:
        self._socket.sendto(text.encode("utf-8", "surrogateescape"), self.edge)

    # --- calling -----------------------------------------------------------------------------------------------------

    def call(self, caller: str = "+82105550123", dialled: str = "hotline") -> str:
        """Send an INVITE; its Call-ID."""
        self._count += 1
        call_id = f"peer-{self.port}-{self._count}"
        self.send(
            self.message("INVITE", call_id, 1, caller, f"<sip:{dialled}@127.0.0.1>", _SDP.format(port=self.port + 1))
        )
        return call_id

    def message(
        self,
        method: str,
        call_id: str,
        cseq: int,
        caller: str,
        to: str,
        body: str = "",
        content: str = "application/sdp",
    ) -> str:
        branch = f"z9hG4bK-{call_id}-{'1' if method == 'CANCEL' else f'{method}-{cseq}'}"
        if method == "INVITE" and cseq == 1:
            branch = f"z9hG4bK-{call_id}-1"
        found = re.search(r"<([^>]*)>", to)
        uri = found[1] if found else to
        kind = f"Content-Type: {content}\r\n" if body else ""
        return (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{caller}@127.0.0.1>;tag=t{call_id}\r\nTo: {to}\r\nCall-ID: {call_id}\r\n"
            f"CSeq: {cseq} {method}\r\nContact: <{self.uri}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def acknowledge(self, ok: Datagram, caller: str = "+82105550123") -> None:
        self.send(self.message("ACK", ok.call_id, 1, caller, ok.one("to")))

    def bye(self, ok: Datagram, caller: str = "+82105550123") -> None:
        self.send(self.message("BYE", ok.call_id, 2, caller, ok.one("to")))

    def press(self, ok: Datagram, key: str, caller: str = "+82105550123") -> None:
        body = f"Signal={key}\r\nDuration=160\r\n"
        self.send(self.message("INFO", ok.call_id, 3, caller, ok.one("to"), body, "application/dtmf-relay"))

    def hold(self, ok: Datagram, *, on: bool, caller: str = "+82105550123") -> None:
        """Put the other side on hold, or take it off, by UPDATE."""
        body = _SDP.format(port=self.port + 1) + ("a=sendonly\r\n" if on else "")
        self._cseq += 1
        self.send(self.message("UPDATE", ok.call_id, self._cseq, caller, ok.one("to"), body))

    async def refer(self, ok: Datagram, target: str, caller: str = "+82105550123") -> int:
        """Ask the other side to call `target`; the status it answers with."""
        self._cseq += 1
        plain = self.message("REFER", ok.call_id, self._cseq, caller, ok.one("to"))
        self.send(plain.replace("Contact:", f"Refer-To: <{target}>\r\nContact:"))
        answer = await self._first(lambda found: found.status > 0 and found.one("cseq") == f"{self._cseq} REFER")
        return answer.status

    def cancel(self, call_id: str, caller: str = "+82105550123", dialled: str = "hotline") -> None:
        self.send(self.message("CANCEL", call_id, 1, caller, f"<sip:{dialled}@127.0.0.1>"))

    # --- being called ----------------------------------------------------------------------------------------------

    def respond(self, asked: Datagram, status: int, body: str = "") -> None:
        to = asked.one("to") if ";tag=" in asked.one("to") or status == 100 else f"{asked.one('to')};tag=p{self.port}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        kind += "Allow-Events: talk\r\n" if self.picks_up_when_asked else ""
        vias = "".join(f"Via: {via}\r\n" for via in asked.headers["via"])
        self.send(
            f"SIP/2.0 {status} Whatever\r\n{vias}From: {asked.one('from')}\r\nTo: {to}\r\nCall-ID: {asked.call_id}\r\n"
            f"CSeq: {asked.one('cseq')}\r\nContact: <{self.uri}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def hang_up_called(self) -> None:
        """End the call that we answered."""
        asked = self._invite
        assert asked is not None
        uri = re.search(r"<([^>]*)>", asked.one("contact"))
        assert uri is not None
        self.send(
            f"BYE {uri[1]} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK-bye-{asked.call_id}\r\n"
            f"Max-Forwards: 70\r\nFrom: {asked.one('to')};tag=p{self.port}\r\nTo: {asked.one('from')}\r\n"
            f"Call-ID: {asked.call_id}\r\nCSeq: 7 BYE\r\nContent-Length: 0\r\n\r\n"
        )

    def _read(self) -> None:
        while True:
            try:
                data, _ = self._socket.recvfrom(65535)
            except BlockingIOError:
                break
            found = read(data)
            is_repeat = found in self.inbox
            self.inbox.append(found)
            if not found.status and not is_repeat:
                self._react(found)
        self._changed.set()

    def _react(self, asked: Datagram) -> None:
        if asked.method == "INVITE":
            self._invite = asked
            if self.outcome is None or self.outcome == 200:
                self.respond(asked, 180)
            if self.outcome == 183:
                self.respond(asked, 183, _SDP.format(port=self.port + 1))
            elif self.outcome is not None:
                self.respond(asked, self.outcome, _SDP.format(port=self.port + 1) if self.outcome == 200 else "")
        elif asked.method == "CANCEL":
            self.respond(asked, 200)
            if self._invite is not None:
                self.respond(self._invite, 487)
        elif asked.method != "ACK":
            self.respond(asked, 200)
            if asked.method == "NOTIFY" and self._invite is not None and self.picks_up_when_asked:
                assert asked.headers["event"] == ["talk"]
                self.respond(self._invite, 200, _SDP.format(port=self.port + 1))
