"""Mail to a real SMTP server, text messages to a real HTTP server, both on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from callbacks.letters.courier import NotDelivered, Parcel
from callbacks.letters.http_courier import HttpCourier
from callbacks.letters.smtp_courier import MailServer, Security, SmtpCourier
from config.clock import VirtualClock
from prompts.letters import Letter
from tests.callbacks.samples import NOON
from tests.ports import free_port

LETTER = Letter("ko", "약속한 전화", "안녕하세요.\n\n약속드린 대로 전화드립니다.\n", "한빛: 전화드립니다.")


def parcel(to: str = "jane@example.org") -> Parcel:
    return Parcel("0123abcd", to, LETTER)


@dataclass
class Mailbox:
    """What the mail server does with what it gets."""

    received: list[Envelope] = field(default_factory=list)
    answer: str = "250 taken"
    refuses: str = ""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.received.append(envelope)
        return self.answer


def _sign_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=(given.login, given.password) == (b"hotline", b"right"), handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_server(mailbox: Mailbox) -> Iterator[Controller]:
    server = Controller(
        mailbox, "127.0.0.1", free_port(), authenticator=_sign_in, auth_require_tls=False, ready_timeout=10
    )
    server.start()
    yield server
    server.stop()


def courier(server: Controller, password: str | None = None) -> SmtpCourier:
    user = "hotline" if password else None
    where = MailServer("127.0.0.1", server.port, "care@hotline.example", user, password, Security.NONE)
    return SmtpCourier(where, "한빛 상담", VirtualClock(NOON))


def parsed(envelope: Envelope) -> Message:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content)


async def test_a_mail_arrives_as_it_was_written(mail_server: Controller, mailbox: Mailbox) -> None:
    await courier(mail_server).deliver(parcel())
    (envelope,) = mailbox.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("care@hotline.example", ["jane@example.org"])
    mail = parsed(envelope)
    assert str(make_header(decode_header(mail["Subject"]))) == "약속한 전화"
    assert str(make_header(decode_header(mail["From"]))) == "한빛 상담 <care@hotline.example>"
    assert mail["Message-ID"] == "<0123abcd@hotline.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Tue, 10 Mar 2026 04:00:00 +0000"
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.decode().replace("\r\n", "\n") == LETTER.text


async def test_a_second_copy_carries_the_same_message_id(mail_server: Controller, mailbox: Mailbox) -> None:
    for _ in range(2):
        await courier(mail_server).deliver(parcel())
    ids = {parsed(envelope)["Message-ID"] for envelope in mailbox.received}
    assert len(mailbox.received) == 2
    assert len(ids) == 1


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such user", True), ("450 mailbox busy", False)])
async def test_a_refused_receiver_is_for_good_or_for_now(
    mail_server: Controller, mailbox: Mailbox, answer: str, for_good: bool
) -> None:
    mailbox.refuses = answer
    with pytest.raises(NotDelivered) as fault:
        await courier(mail_server).deliver(parcel())
    assert fault.value.for_good is for_good
    assert "jane" not in fault.value.reason


@pytest.mark.parametrize(("answer", "for_good"), [("554 spam", True), ("451 try later", False)])
async def test_a_refused_letter_is_for_good_or_for_now(
    mail_server: Controller, mailbox: Mailbox, answer: str, for_good: bool
) -> None:
    mailbox.answer = answer
    with pytest.raises(NotDelivered) as fault:
        await courier(mail_server).deliver(parcel())
    assert (fault.value.for_good, fault.value.reason) == (for_good, f"the mail server said {answer[:3]}")


async def test_the_password_is_used_and_a_wrong_one_is_no_fault_of_the_letter(
    mail_server: Controller, mailbox: Mailbox
) -> None:
    await courier(mail_server, "right").deliver(parcel())
    assert len(mailbox.received) == 1
    with pytest.raises(NotDelivered) as fault:
        await courier(mail_server, "wrong").deliver(parcel())
    assert not fault.value.for_good


async def test_a_server_that_is_away_or_cannot_encrypt_is_tried_again(mail_server: Controller) -> None:
    plain = MailServer("127.0.0.1", mail_server.port, "care@hotline.example", security=Security.STARTTLS)
    with pytest.raises(NotDelivered) as no_tls:
        await SmtpCourier(plain, "한빛", VirtualClock(NOON)).deliver(parcel())
    nobody = MailServer("127.0.0.1", free_port(), "care@hotline.example", security=Security.NONE)
    with pytest.raises(NotDelivered) as away:
        await SmtpCourier(nobody, "한빛", VirtualClock(NOON)).deliver(parcel())
    assert not no_tls.value.for_good
    assert not away.value.for_good


@pytest.mark.parametrize("address", ["jane@example.org\r\nBcc: all@example.org", "nobody", ""])
async def test_what_is_no_address_never_reaches_the_wire(
    mail_server: Controller, mailbox: Mailbox, address: str
) -> None:
    with pytest.raises(NotDelivered) as fault:
        await courier(mail_server).deliver(parcel(address))
    assert fault.value.for_good
    assert mailbox.received == []


# --- text messages ------------------------------------------------------------------------------------------------


@dataclass
class Gateway:
    """A gateway that sends each key once."""

    url: str = ""
    status: int = 202
    requests: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    seen = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.requests.append(({key.lower(): value for key, value in self.headers.items()}, body))
            known = body["id"] in seen.sent
            if seen.status < 300:
                seen.sent.add(body["id"])
            self.send_response(409 if known else seen.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_address[1]}/texts"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def text_courier(gateway: Gateway) -> AsyncIterator[HttpCourier]:
    made = HttpCourier(gateway.url, "secret-token")
    yield made
    await made.close()


async def test_a_text_message_is_posted_with_its_key_and_our_token(gateway: Gateway, text_courier: HttpCourier) -> None:
    await text_courier.deliver(parcel("+821012345678"))
    ((headers, body),) = gateway.requests
    assert body == {"id": "0123abcd", "to": "+821012345678", "text": LETTER.short, "language": "ko"}
    assert headers["authorization"] == "Bearer secret-token"
    assert headers["idempotency-key"] == "0123abcd"


async def test_what_the_gateway_has_already_is_delivered(gateway: Gateway, text_courier: HttpCourier) -> None:
    for _ in range(2):
        await text_courier.deliver(parcel("+821012345678"))
    assert gateway.sent == {"0123abcd"}


@pytest.mark.parametrize(
    ("status", "for_good"), [(400, True), (422, True), (401, False), (429, False), (500, False), (302, False)]
)
async def test_a_refusal_is_for_good_or_for_now(
    gateway: Gateway, text_courier: HttpCourier, status: int, for_good: bool
) -> None:
    gateway.status = status
    with pytest.raises(NotDelivered) as fault:
        await text_courier.deliver(parcel("+821012345678"))
    assert (fault.value.for_good, fault.value.reason) == (for_good, f"the gateway said {status}")


async def test_a_gateway_that_is_away_is_tried_again() -> None:
    courier = HttpCourier("http://127.0.0.1:9/texts")
    with pytest.raises(NotDelivered) as fault:
        await courier.deliver(parcel("+821012345678"))
    await courier.close()
    assert not fault.value.for_good
