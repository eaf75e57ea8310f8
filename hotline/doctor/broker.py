"""The broker, the webhooks and the events that nobody took, for `hotline doctor`."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from config.broker import Broker, BrokerLost, SignInRefused
from config.clock import SystemClock
from config.database import Database
from config.errors import HotlineError
from config.events import EventBus
from config.mqtt_line import mqtt_line
from config.settings import Settings
from config.sql_set_aside import SqlSetAside
from config.sql_webhook_cursors import SqlCursors
from hotline.sql_migrate import check_version

_ANSWER_SECONDS = 3.0


async def broker(settings: Settings) -> str:
    """Connect, check each other's certificates where there are any, and sign in; nothing is published."""
    one = settings.broker
    if one is None:
        return "none is set: events stay in this process"
    where = f"{one.host}:{one.port}"
    await _connect(one, where)
    try:
        async with asyncio.timeout(_ANSWER_SECONDS), mqtt_line(one):
            pass
    except SignInRefused as fault:
        raise HotlineError(
            f"{where} does not let us in: {fault}", remedy="correct user and password in HOTLINE_MQTT_URL"
        ) from fault
    except (BrokerLost, TimeoutError) as fault:
        remedy = "correct HOTLINE_MQTT_URL: is it an MQTT 5 broker?"
        if one.tls and one.certificate is None:
            remedy = "if it wants a certificate of ours, set HOTLINE_MQTT_CERTIFICATE and HOTLINE_MQTT_KEY"
        elif one.tls:
            remedy = "it may not know who signed HOTLINE_MQTT_CERTIFICATE; its own log says"
        raise HotlineError(f"{where} answers, but does not sign us in", remedy=remedy) from fault
    return f"{where} lets us in{', encrypted' if one.tls else ''}"


async def events(settings: Settings) -> str:
    """Whether any event was set aside, and whether any webhook is gone."""
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    try:
        if not await check_version(database):
            return "the database is not at this version"  # its own line says what to do
        counts = await SqlSetAside(database).counts()
        cursors = await SqlCursors(database).everyone()
    finally:
        await database.close()
    gone = [one.name for one in settings.webhooks if one.name in cursors and cursors[one.name].gone_at is not None]
    if gone:
        raise HotlineError(
            f"the receiver of webhook {', '.join(gone)} said that it is gone (410)",
            where="HOTLINE_WEBHOOKS",
            remedy="remove the webhook, or give it another name to begin anew",
        )
    if counts:
        each = ", ".join(f"{count} by {receiver}" for receiver, count in sorted(counts.items()))
        raise HotlineError(
            f"events were refused and are set aside: {each}",
            remedy="hotline events set-aside says why; then hotline events send-again",
        )
    return f"none is set aside; {len(settings.webhooks)} webhooks"


async def _connect(one: Broker, where: str) -> None:
    context = one.tls_context()
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(one.host, one.port, ssl=context)
    except ssl.SSLCertVerificationError as fault:
        raise HotlineError(
            f"the certificate of {where} is not trusted: {fault.verify_message}",
            remedy="name the file of who signed it: HOTLINE_MQTT_CA; the host must be as the certificate has it",
        ) from fault
    except ssl.SSLError as fault:
        raise HotlineError(
            f"no encrypted connection to {where}: {fault.reason}",
            remedy="mqtts:// needs the broker's port for TLS, usually 8883; without TLS write mqtt://",
        ) from fault
    except (OSError, TimeoutError) as fault:
        raise HotlineError(
            f"{where} does not answer", remedy="start the broker, or correct HOTLINE_MQTT_URL"
        ) from fault
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
