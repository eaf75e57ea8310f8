"""The outbox over a real broker: order, nothing lost through a restart, the retained status, the last will."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.broker import Broker
from config.mqtt_events import MqttEvents
from config.mqtt_line import line_to
from config.retained_states import RetainedStates
from tests.live.broker_ground import SUBJECTS, Ground, body, ground_with, listening, sending, take
from tests.servers import Mosquitto


@pytest.fixture
async def ground(tmp_path: Path, mosquitto: Mosquitto) -> AsyncIterator[Ground]:
    async with ground_with(tmp_path, Broker("127.0.0.1", mosquitto.port, tls=False)) as made:
        yield made


async def test_an_event_arrives_as_a_cloud_event_under_its_topic(ground: Ground, mosquitto: Mosquitto) -> None:
    async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
        await ground.tell(1)
        [message] = await take(inbox, 1)
        await ground.all_sent()
    assert message.topic.value == "hotline/main/promise/kept"
    assert message.qos == 1
    event = body(message)
    assert event["specversion"] == "1.0"
    assert event["type"] == "hotline.promise.kept"
    assert event["source"] == "/hotline/main"
    assert event["subject"] == "b"
    assert event["data"] == {"count": 1, "text": ""}


async def test_what_was_told_before_the_broker_was_reached_arrives_in_order(
    ground: Ground, mosquitto: Mosquitto
) -> None:
    for count in range(30):
        await ground.tell(count)
    async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
        heard = await take(inbox, 30)
    assert [body(message)["data"]["count"] for message in heard] == list(range(30))


async def test_nothing_is_lost_and_order_holds_when_the_broker_is_killed_and_started_again(
    ground: Ground, mosquitto: Mosquitto
) -> None:
    async with sending(ground):
        async with listening(mosquitto, "hotline/main/promise/#") as inbox:
            for count in range(20):
                await ground.tell(count)
            before = await take(inbox, 20)
            await ground.all_sent()
        ground.clock.go.clear()
        mosquitto.kill()
        for count in range(20, 40):
            await ground.tell(count)
        assert await ground.outbox.count_unsent() == 20
        mosquitto.start()
        async with listening(mosquitto, "hotline/main/promise/#") as inbox:
            ground.clock.go.set()
            for count in range(40, 50):
                await ground.tell(count)
            after = await take(inbox, 30)
            await ground.all_sent()
    heard = [body(message) for message in before + after]
    assert {event["data"]["count"] for event in heard} == set(range(50))
    for subject in SUBJECTS:
        counts = [event["data"]["count"] for event in heard if event["subject"] == subject]
        assert counts == sorted(counts)


async def test_the_status_is_retained_and_says_offline_after_a_clean_end(ground: Ground, mosquitto: Mosquitto) -> None:
    async with sending(ground):
        await ground.tell(1)
        await ground.all_sent()
        async with listening(mosquitto, "hotline/main/node/status") as inbox:
            [status] = await take(inbox, 1)
        assert status.retain
        assert body(status) == {"status": "online"}
    async with listening(mosquitto, "hotline/main/node/status") as inbox:
        [status] = await take(inbox, 1)
    assert status.retain
    assert body(status) == {"status": "offline"}


async def test_who_subscribes_later_learns_how_things_stand(ground: Ground, mosquitto: Mosquitto) -> None:
    async def queues() -> bytes:
        return b'{"queues": []}'

    line, states = (
        line_to(Broker("127.0.0.1", mosquitto.port, tls=False)),
        RetainedStates({"queues": queues}, ground.clock),
    )
    ground.events = MqttEvents(line, ground.outbox, ground.set_aside, "main", ground.clock, states)
    async with sending(ground), listening(mosquitto, "hotline/main/state/#") as first:
        await take(first, 1)
        async with listening(mosquitto, "hotline/main/state/#") as later:
            [state] = await take(later, 1)
    assert (state.topic.value, state.payload, state.retain) == ("hotline/main/state/queues", b'{"queues": []}', True)


NODE = """
import asyncio, sys
from config.broker import Broker
from config.clock import SystemClock
from config.mqtt_events import MqttEvents
from config.mqtt_line import line_to
from config.outbox import MemoryOutbox
from config.set_aside import MemorySetAside
line, outbox = line_to(Broker("127.0.0.1", int(sys.argv[1]), tls=False)), MemoryOutbox()
asyncio.run(MqttEvents(line, outbox, MemorySetAside(outbox), "main", SystemClock()).run())
"""


async def test_the_last_will_says_offline_when_the_process_is_killed(mosquitto: Mosquitto) -> None:
    async with listening(mosquitto, "hotline/main/node/status") as inbox:
        node = await asyncio.create_subprocess_exec(sys.executable, "-c", NODE, str(mosquitto.port))
        [online] = await take(inbox, 1)
        node.kill()
        await node.wait()
        [offline] = await take(inbox, 1)
    assert body(online) == {"status": "online"}
    assert body(offline) == {"status": "offline"}
