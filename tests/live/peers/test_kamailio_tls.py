"""Callers who encrypt their signalling: TLS as far as Kamailio, with what is in deploy/kamailio, and us behind."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.messages import HangUp, LegArrived
from ivr.sip.settings import EdgeSettings
from tests.live.many.front import SHIPPED, furnish
from tests.live.peers.application import Application
from tests.live.peers.conftest import Start
from tests.live.peers.kamailio import Kamailio, serving
from tests.ports import free_port
from tests.sip.bench import SDP

pytestmark = pytest.mark.live

#: The proxy, who may call, and who is a stranger; 5061 is as the shipped configuration has it.
PROXY, KNOWN, STRANGER = "127.0.5.1", "127.0.5.2", "127.0.5.3"
TLS_PORT = 5061
NUMBER = "+82105550123"


def certificate(folder: Path) -> None:
    """Key and certificate of the proxy, where the shipped tls.cfg is made to look for them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(hours=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(PROXY))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls").mkdir()
    (folder / "tls" / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls" / "key.pem").write_bytes(private)


@asynccontextmanager
async def tls_front(folder: Path, machine: tuple[str, int]) -> AsyncIterator[Kamailio]:
    """The shipped configuration with TLS switched on, for the length of the block; strangers may call, too."""
    at = (PROXY, free_port(PROXY))
    furnish(folder, at, [machine], (KNOWN, 9), KNOWN, strangers_calls_a_second=5)
    site = folder / "site.cfg"
    site.write_text(site.read_text(encoding="utf-8") + "#!define WITH_TLS\n", encoding="utf-8")
    ours = folder / "tls" / "certificate.pem"
    text = (SHIPPED / "tls.cfg").read_text(encoding="utf-8").replace("/etc/kamailio/tls", str(folder / "tls"))
    text = text.replace("/etc/ssl/certs/ca-certificates.crt", str(ours))  # a hundred would not fit into its memory here
    (folder / "tls.cfg").write_text(text, encoding="utf-8")
    certificate(folder)
    async with serving(folder, at[1]) as kamailio:
        yield kamailio


class TlsPhone:
    """A telephone at the end of one encrypted connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        host, port = writer.get_extra_info("sockname")[:2]
        self._us = f"{host}:{port}"

    def send(self, method: str, cseq: int, *, to: str = "", uri: str = "", body: str = "", extra: str = "") -> None:
        uri = uri or f"sip:1001@{PROXY}:{TLS_PORT};transport=tls"
        to = to or f"<{uri}>"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._writer.write(
            (
                f"{method} {uri} SIP/2.0\r\n"
                f"Via: SIP/2.0/TLS {self._us};branch=z9hG4bK-{method}-{cseq}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:{NUMBER}@{self._us}>;tag=theirs\r\nTo: {to}\r\nCall-ID: tls-{self._us}\r\n"
                f"CSeq: {cseq} {method}\r\nContact: <sip:{NUMBER}@{self._us};transport=tls>\r\n{extra}{kind}"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )

    async def hears(self, start: str) -> str:
        """The first message that begins so."""
        async with asyncio.timeout(5):
            while True:
                head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
                length = next(line for line in head.split("\r\n") if line.lower().startswith("content-length:"))
                await self._reader.readexactly(int(length.partition(":")[2]))
                if head.startswith(start):
                    return head

    def answer(self, request: str) -> None:
        """200 to a request of theirs."""
        copied = [
            line
            for line in request.split("\r\n")
            if line.partition(":")[0].lower() in ("via", "from", "to", "call-id", "cseq")
        ]
        self._writer.write("\r\n".join(["SIP/2.0 200 OK", *copied, "Content-Length: 0", "", ""]).encode())

    def close(self) -> None:
        """At once: the proxy may still be sending, which no orderly end of TLS allows for."""
        self._writer.transport.abort()


@asynccontextmanager
async def tls_phone(folder: Path, host: str) -> AsyncIterator[TlsPhone]:
    """One that trusts the proxy's certificate and no other."""
    trusting = ssl.create_default_context(cafile=str(folder / "tls" / "certificate.pem"))
    reader, writer = await asyncio.open_connection(PROXY, TLS_PORT, ssl=trusting, local_addr=(host, 0))
    phone = TlsPhone(reader, writer)
    try:
        yield phone
    finally:
        phone.close()


def said(message: str, name: str) -> list[str]:
    """What a message says under a header's name."""
    parts = (line.partition(":") for line in message.split("\r\n"))
    return [value.strip() for header, _, value in parts if header.lower() == name]


async def hotline(start: Start) -> Application:
    """It takes calls from the proxy, and from nobody else."""
    return await start(EdgeSettings("127.0.0.1", free_port("127.0.0.1"), allowed_sources=(f"{PROXY}/32",)))


async def test_a_call_by_tls_is_answered_and_ended_through_the_proxy(tmp_path: Path, start: Start) -> None:
    application = await hotline(start)
    folder = tmp_path / "front"
    async with tls_front(folder, application.address), tls_phone(folder, KNOWN) as phone:
        phone.send("OPTIONS", 1)
        await phone.hears("SIP/2.0 200")
        phone.send("INVITE", 2, body=SDP)
        ok = await phone.hears("SIP/2.0 200")
        [arrived] = application.told(LegArrived)
        assert (arrived.caller, arrived.dialled, arrived.is_verified) == (NUMBER, "1001", True)
        routes = "".join(f"Route: {route}\r\n" for route in reversed(said(ok, "record-route")))
        phone.send("ACK", 2, to=said(ok, "to")[0], uri=said(ok, "contact")[0].strip("<>"), extra=routes)
        application.send(HangUp(arrived.leg))
        phone.answer(await phone.hears("BYE"))


async def test_a_stranger_by_tls_is_served_and_not_believed_who_calls(tmp_path: Path, start: Start) -> None:
    application = await hotline(start)
    folder = tmp_path / "front"
    async with tls_front(folder, application.address), tls_phone(folder, STRANGER) as phone:
        phone.send("INVITE", 1, body=SDP, extra="P-Asserted-Identity: <tel:+82299998888>\r\n")
        await phone.hears("SIP/2.0 200")
        [arrived] = application.told(LegArrived)
        assert (arrived.caller, arrived.is_verified) == (NUMBER, False)


async def test_who_does_not_speak_tls_gets_nothing_at_its_port(tmp_path: Path, start: Start) -> None:
    application = await hotline(start)
    folder = tmp_path / "front"
    async with tls_front(folder, application.address):
        reader, writer = await asyncio.open_connection(PROXY, TLS_PORT, local_addr=(KNOWN, 0))
        writer.write(b"OPTIONS sip:1001@127.0.5.1 SIP/2.0\r\nContent-Length: 0\r\n\r\n")
        async with asyncio.timeout(5):
            assert not (await reader.read(100)).startswith(b"SIP")
        writer.close()
    assert application.told(LegArrived) == []
