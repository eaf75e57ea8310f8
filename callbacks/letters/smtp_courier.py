"""Mail over SMTP. The only module that imports aiosmtplib."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

import aiosmtplib

from callbacks.letters.courier import NotDelivered, Parcel
from config.clock import Clock

_TIMEOUT_SECONDS = 30.0
#: Refusals that are about us, not about the letter: 530, 534, 535 and 538 ask for (other) credentials (RFC 4954).
_OUR_FAULT = frozenset({530, 534, 535, 538})


class Security(StrEnum):
    """How the connection is protected."""

    TLS = "tls"  # from the first byte (RFC 8314)
    STARTTLS = "starttls"  # after greeting; refused where the server cannot
    NONE = "none"  # a server of this machine or network


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and whom it is from (`hotline@example.org`)."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    security: Security = Security.STARTTLS


class SmtpCourier:
    """Hands each letter over in a connection of its own: there are few, and hours may lie between them."""

    def __init__(self, server: MailServer, name: str, clock: Clock) -> None:
        """`name` is ours, as the receiver sees it beside the address."""
        self._server = server
        self._name = name
        self._clock = clock

    async def deliver(self, parcel: Parcel) -> None:
        """Raises `NotDelivered`."""
        server, security = self._server, self._server.security
        if "@" not in parcel.to:
            raise NotDelivered("the address cannot be one", for_good=True)
        try:
            mail = self._mail(parcel)
            await aiosmtplib.send(
                mail,
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=security is Security.TLS,
                start_tls=security is Security.STARTTLS,
                timeout=_TIMEOUT_SECONDS,
            )
        except ValueError as fault:  # what is no mail address does not fit into the headers of one
            raise NotDelivered("the address cannot be one", for_good=True) from fault
        except aiosmtplib.SMTPRecipientsRefused as fault:
            codes = [refused.code for refused in fault.recipients]
            raise NotDelivered(f"the receiver was refused: {codes}", for_good=min(codes, default=400) >= 500) from fault
        except aiosmtplib.SMTPResponseException as fault:
            for_good = fault.code >= 500 and fault.code not in _OUR_FAULT
            raise NotDelivered(f"the mail server said {fault.code}", for_good=for_good) from fault
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise NotDelivered(f"the mail server does not answer: {type(fault).__name__}", for_good=False) from fault

    def _mail(self, parcel: Parcel) -> EmailMessage:
        letter, sender = parcel.letter, Address(display_name=self._name, addr_spec=self._server.sender)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender
        mail["To"] = Address(addr_spec=parcel.to)
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{parcel.key}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers this one
        mail["Content-Language"] = letter.language
        mail.set_content(letter.text)
        return mail
