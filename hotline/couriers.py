"""Which messages can leave this house, by its settings."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from callbacks.letters.courier import Courier
from callbacks.letters.http_courier import HttpCourier
from callbacks.letters.smtp_courier import MailServer, Security, SmtpCourier
from callbacks.model import Channel
from config.clock import Clock
from config.hotline_file import HotlineFile
from config.settings import Settings
from prompts.letters import Sender

STATUS_PATH = "/status"


def couriers(settings: Settings, name: str, clock: Clock, closing: AsyncExitStack) -> dict[Channel, Courier]:
    """One courier for each channel that is set up; `closing` gives their connections back."""
    found: dict[Channel, Courier] = {}
    if settings.smtp_host and settings.smtp_sender:
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        server = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=password,
            security=Security(settings.smtp_security),
        )
        found[Channel.MAIL] = SmtpCourier(server, name, clock)
    if settings.text_gateway_url:
        token = settings.text_gateway_token.get_secret_value() if settings.text_gateway_token else None
        texts = HttpCourier(settings.text_gateway_url.get_secret_value(), token)
        closing.push_async_callback(texts.close)
        found[Channel.TEXT] = texts
    return found


@dataclass(frozen=True, slots=True)
class LetterRules:
    """What the messenger takes from the hotline file in force."""

    sender: Sender
    maximum_tries: int

    @classmethod
    def of(cls, file: HotlineFile, public_url: str | None) -> LetterRules:
        """By the file, and the address at which contacts find the status page."""
        page = public_url.rstrip("/") + STATUS_PATH if public_url else ""
        sender = Sender(file.hotline.name, ZoneInfo(file.hotline.zone), page)
        return cls(sender, file.messages.maximum_tries)
