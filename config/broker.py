"""An MQTT broker: its address, and a line to it as the senders of events see one."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from config.errors import SettingsFault

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerLost(Exception):
    """There is no line to the broker, or there is none any more."""


class SignInRefused(BrokerLost):
    """The broker is there and lets us not in."""


class BrokerFull(BrokerLost):
    """The line was given up because the broker takes nothing at this time."""


class NotTaken(Exception):
    """The broker refuses this one message, and says why; the line stands."""


class BrokerLine(Protocol):
    """An open line to the broker. Every method raises `BrokerLost` once it is gone."""

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Return once the broker has acknowledged the message (QoS 1). Raises `NotTaken`."""

    async def subscribe(self, topic: str) -> None:
        """Ask for what is retained under the topic, and what comes."""

    def messages(self) -> AsyncIterator[bytes]:
        """What was subscribed to, until the line is lost."""


@dataclass(frozen=True, slots=True)
class LastWill:
    """A retained message that the broker publishes in our place when we are gone without a goodbye."""

    topic: str
    payload: bytes


#: Opens a line for the length of a block. Raises `BrokerLost`, and `SettingsFault` for a certificate file.
OpenLine = Callable[[LastWill | None], AbstractAsyncContextManager[BrokerLine]]


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens and how to sign in. `tls`: encrypted, its certificate checked against `ca` (a file of
    PEM certificates), or without one against the machine's own authorities. `certificate` and `key` are ours, for a
    broker that asks for one."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def tls_context(self) -> ssl.SSLContext | None:
        """Made anew for each connection, so that renewed files count at the next one. Raises `SettingsFault`."""
        if not self.tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as fault:
            raise _bad_file("HOTLINE_MQTT_CA", self.ca, fault) from fault
        if self.certificate is not None:
            try:  # a key that needs a pass phrase fails: nobody is there to type it
                context.load_cert_chain(self.certificate, self.key, password="")
            except (OSError, ssl.SSLError) as fault:
                raise _bad_file("HOTLINE_MQTT_CERTIFICATE", self.certificate, fault) from fault
        return context


def broker_from_url(
    url: str, ca: Path | None = None, certificate: Path | None = None, key: Path | None = None
) -> Broker:
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
        ca=ca,
        certificate=certificate,
        key=key,
    )


def _bad_file(setting: str, file: Path | None, fault: OSError) -> SettingsFault:
    return SettingsFault(
        f"{file} cannot be used: {fault.strerror or fault}",
        where=setting,
        remedy="name a PEM file that this user can read; a key must be without a pass phrase",
    )
