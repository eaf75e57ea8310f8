"""One webhook as the settings describe it: a `[[webhooks]]` table of hotline.toml."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

#: What a secret begins with (Standard Webhooks), and how many bytes follow in base64.
_MARK = "whsec_"
_SECRET_BYTES = range(24, 65)

Pattern = Annotated[str, Field(pattern=r"^(\*|[a-z-]+)/(\*|[a-z-]+)$|^\*$")]


class WebhookSettings(BaseModel):
    """An address that events are posted to. `name` is what logs call it and where it left off is kept under: another
    name begins anew, with what comes. `events` are `noun/verb`, either of them `*`; `*` alone is every event."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
    url: SecretStr  # addresses of webhooks often hold a token
    events: Annotated[tuple[Pattern, ...], Field(min_length=1)] = ("*",)
    secret: SecretStr  # whsec_ and 24 to 64 bytes in base64; make one: openssl rand -base64 32

    @field_validator("url")
    @classmethod
    def _encrypted(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("an address looks like https://example.org/events")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("https is demanded but for addresses of this machine: 127.0.0.1, ::1, localhost")
        return value

    @field_validator("secret")
    @classmethod
    def _decodable(cls, value: SecretStr) -> SecretStr:
        if len(key_of(value.get_secret_value())) not in _SECRET_BYTES:
            raise ValueError("a secret has 24 to 64 bytes after whsec_")
        return value


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises `ValueError` for what is no secret."""
    if not secret.startswith(_MARK):
        raise ValueError("a secret is written as whsec_ and base64")
    try:
        return base64.b64decode(secret.removeprefix(_MARK), validate=True)
    except binascii.Error as fault:
        raise ValueError("a secret is written as whsec_ and base64") from fault


def fault_between(webhooks: tuple[WebhookSettings, ...]) -> str:
    """What is wrong among webhooks that are fine each by itself; empty if nothing is."""
    names = [webhook.name for webhook in webhooks]
    return next((f"two webhooks are named {name}" for name in names if names.count(name) > 1), "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
