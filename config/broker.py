"""The address of an MQTT broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens and how to sign in. `tls`: encrypted, its certificate checked."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def broker_from_url(url: str) -> Broker:
    """Read `mqtt://USER:PASSWORD@HOST:PORT` or `mqtts://…`. Raises `ValueError` without repeating the address."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError("an MQTT address looks like mqtt://USER:PASSWORD@HOST:PORT, or mqtts:// for TLS")
    return Broker(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
