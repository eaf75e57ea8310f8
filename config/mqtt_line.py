"""A line to an MQTT 5 broker. The only module that imports aiomqtt.

MQTT 5, because a broker of MQTT 3.1.1 cannot say that it refuses a message: it acknowledges it and drops it.
(MQTT 5.0, 3.4.2.1, PUBACK reason codes: https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING

import aiomqtt
from aiomqtt.exceptions import MqttConnectError

from config.broker import Broker, BrokerFull, BrokerLine, BrokerLost, LastWill, NotTaken, OpenLine, SignInRefused

if TYPE_CHECKING:
    from paho.mqtt.client import Client as PahoClient
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

_KEEPALIVE_SECONDS = 15
#: A broker that is stopped is found out by the keepalive; this is for one that lives and forgets a message.
_ACKNOWLEDGE_SECONDS = 60.0
#: Messages on their way at once. Some brokers close the connection above ten (their Receive Maximum, MQTT 5.0, 3.3.4).
_IN_FLIGHT = 10
#: A refusal that is about the moment, not about the message.
_QUOTA_EXCEEDED = 0x97


def line_to(broker: Broker) -> OpenLine:
    """What opens lines to this broker."""
    return partial(mqtt_line, broker)


@contextlib.asynccontextmanager
async def mqtt_line(broker: Broker, will: LastWill | None = None) -> AsyncIterator[BrokerLine]:
    """A line for the length of the block. Raises `BrokerLost`, `SignInRefused`, and `SettingsFault` for a file."""
    client = _Client(broker, will)
    try:
        async with client:
            yield _Line(client)
    except MqttConnectError as fault:
        raise SignInRefused(str(fault)) from fault
    except aiomqtt.MqttError as fault:
        raise BrokerLost(str(fault)) from fault


class _Line:
    def __init__(self, client: _Client) -> None:
        self._client = client

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        answer = await self._client.send(topic, payload, retain=retain)
        if answer.value == _QUOTA_EXCEEDED:
            raise BrokerFull("the broker takes nothing at this time: quota exceeded")
        if answer.is_failure:
            raise NotTaken(str(answer))

    async def subscribe(self, topic: str) -> None:
        with _lost():
            await self._client.subscribe(topic, qos=1)

    async def messages(self) -> AsyncIterator[bytes]:
        with _lost():
            async for message in self._client.messages:
                yield message.payload


class _Client(aiomqtt.Client):
    """Of aiomqtt's own `publish` nobody learns the reason with which a broker refused the message."""

    def __init__(self, broker: Broker, will: LastWill | None) -> None:
        super().__init__(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True) if will else None,
            keepalive=_KEEPALIVE_SECONDS,
            tls_context=broker.tls_context(),
            protocol=aiomqtt.ProtocolVersion.V5,
            max_inflight_messages=_IN_FLIGHT,
        )
        self._answers: dict[int, asyncio.Future[ReasonCode]] = {}

    async def send(self, topic: str, payload: bytes, *, retain: bool) -> ReasonCode:
        """The broker's answer. Raises `BrokerLost`."""
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        if sent.rc != 0:
            raise BrokerLost(f"nothing can be sent ({sent.rc.name})")
        answer: asyncio.Future[ReasonCode] = asyncio.get_running_loop().create_future()
        self._answers[sent.mid] = answer
        try:
            await asyncio.wait(
                (answer, self._disconnected), timeout=_ACKNOWLEDGE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            del self._answers[sent.mid]
        if answer.done():
            return answer.result()
        raise BrokerLost("the connection ended" if self._disconnected.done() else "the broker does not acknowledge")

    def _on_publish(
        self, client: PahoClient, userdata: object, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        answer = self._answers.get(mid)
        if answer is not None and not answer.done():
            answer.set_result(reason_code)


@contextlib.contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except aiomqtt.MqttError as fault:
        raise BrokerLost(str(fault)) from fault
