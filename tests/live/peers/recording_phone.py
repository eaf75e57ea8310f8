"""Telephones whose every datagram, in and out, is kept in a capture."""

from __future__ import annotations

import asyncio
import socket

from hotline.demo.peer import SpeakingPhone
from hotline.demo.peer_audio import PhoneAudio
from tests.live.peers.capture import Address, Capture
from tests.ports import free_port


class _RecordingAudio(PhoneAudio):
    """RTP at an even port, and RTCP, which is kept and not understood, at the one above."""

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture
        self._reports: asyncio.DatagramTransport | None = None

    async def open(self, address: str) -> int:
        loop = asyncio.get_running_loop()
        self.port = free_port(address)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(address, self.port))
        self._reports, _ = await loop.create_datagram_endpoint(
            lambda: _Keeper(self._capture, (address, self.port + 1)), local_addr=(address, self.port + 1)
        )
        return self.port

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._capture.add(asyncio.get_running_loop().time(), addr[:2], ("127.0.0.1", self.port), data)
        super().datagram_received(data, addr)

    def close(self) -> None:
        super().close()
        if self._reports is not None:
            self._reports.close()


class _Keeper(asyncio.DatagramProtocol):
    def __init__(self, capture: Capture, here: Address) -> None:
        self._capture = capture
        self._here = here

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._capture.add(asyncio.get_running_loop().time(), addr[:2], self._here, data)


class RecordingPhone(SpeakingPhone):
    """A telephone on 127.0.0.1. Its own requests and answers are kept too: without them nobody could tell which of our
    datagrams are RTP."""

    def __init__(self, user: str, capture: Capture, *, auto_answer_after: float | None = None) -> None:
        super().__init__(user, "127.0.0.1", auto_answer_after=auto_answer_after)
        self._capture = capture
        self.audio = _RecordingAudio(capture)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._capture.add(asyncio.get_running_loop().time(), addr[:2], (self.address, self.port), data)
        super().datagram_received(data, addr)

    def _send(self, data: bytes, to: Address) -> None:
        self._capture.add(asyncio.get_running_loop().time(), (self.address, self.port), to, data)
        super()._send(data, to)


class RawPeer:
    """Says what it is told to, word for word, and keeps what is answered."""

    def __init__(self, capture: Capture, edge: Address) -> None:
        self._capture = capture
        self._edge = edge
        self._socket = socket.socket(socket.AF_INET6 if ":" in edge[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((edge[0], 0))
        self.address: Address = self._socket.getsockname()[:2]

    async def ask(self, text: str) -> str:
        """Send it (`{here}` is our own address) and return what comes back. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        host = f"[{self.address[0]}]" if ":" in self.address[0] else self.address[0]
        data = text.replace("{here}", f"{host}:{self.address[1]}").replace("\n", "\r\n").encode()
        await loop.sock_sendto(self._socket, data, self._edge)
        return await self.hear()

    async def hear(self) -> str:
        """What comes next. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(3):
            answer, source = await loop.sock_recvfrom(self._socket, 65535)
        self._capture.add(loop.time(), source[:2], self.address, answer)
        return answer.decode()

    async def say(self, text: str, to: Address) -> None:
        """Send it there as it is."""
        await asyncio.get_running_loop().sock_sendto(self._socket, text.replace("\n", "\r\n").encode(), to)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()
