"""A broker that is slow, killed, started again, or refuses: nothing is lost, order holds, repeats can be told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.broker import Broker
from tests.live.broker_ground import SUBJECTS, Ground, Inbox, body, ground_with, listening, sending
from tests.servers import Mosquitto, running_mosquitto

EVENTS = 300
#: What it acknowledges to us it has written to the listener's socket before: a broker that is killed with messages in
#: its hands has lost them itself.
AT_ONCE = "allow_anonymous true\nmax_inflight_messages 0\n"


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    with running_mosquitto(tmp_path, AT_ONCE) as broker:
        yield broker


@pytest.fixture
async def ground(tmp_path: Path, mosquitto: Mosquitto) -> AsyncIterator[Ground]:
    async with ground_with(tmp_path, Broker("127.0.0.1", mosquitto.port, tls=False)) as made:
        yield made


async def load(ground: Ground, counts: range) -> None:
    """Calls going on: an event every few milliseconds. Ends in time only if nobody waits for the broker."""
    for count in counts:
        await ground.tell(count)
        await asyncio.sleep(0.002)


def taken(inbox: Inbox) -> list[dict[str, Any]]:
    return [body(inbox.get_nowait()) for _ in range(inbox.qsize())]


async def test_nothing_is_lost_through_a_broker_that_freezes_is_killed_and_started_again(
    ground: Ground, mosquitto: Mosquitto, record_property: Callable[[str, object], None]
) -> None:
    third = EVENTS // 3
    async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
        await load(ground, range(third))
        mosquitto.freeze()
        await asyncio.wait_for(load(ground, range(third, 2 * third)), 60)  # the calls do not wait
        waited = await ground.outbox.count_unsent()
        mosquitto.thaw()
        await ground.all_sent()
        heard = [taken(inbox)]
        loading = asyncio.create_task(load(ground, range(2 * third, EVENTS)))
        await asyncio.sleep(0.1)
        ground.clock.go.clear()  # the sender tries again when the listener is back
        mosquitto.kill()
        await loading
        mosquitto.start()
    async with listening(mosquitto, "hotline/main/promise/#") as again:
        ground.clock.go.set()
        async with sending(ground):
            await ground.all_sent()
            heard += [taken(inbox), taken(again)]
    events = [event for part in heard for event in part]
    told = Counter(event["id"] for event in events)
    first = list({event["id"]: event for event in events}.values())
    repeats, lost = len(events) - len(told), EVENTS - len(told)
    table = f"sent {EVENTS}, received {len(events)}, repeats {repeats}, lost {lost}, waited while frozen {waited}"
    record_property("table", table)
    assert {event["data"]["count"] for event in first} == set(range(EVENTS))
    assert len(first) == EVENTS  # what came twice had the same id
    for subject in SUBJECTS:
        counts = [event["data"]["count"] for event in first if event["subject"] == subject]
        assert counts == sorted(counts)


async def test_an_event_that_the_broker_refuses_is_set_aside_and_blocks_nobody(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    acl.write_text("topic read #\ntopic write hotline/main/node/#\ntopic write hotline/main/promise/kept\n")
    with running_mosquitto(tmp_path, f"allow_anonymous true\nacl_file {acl}\n") as mosquitto:
        async with (
            ground_with(tmp_path, Broker("127.0.0.1", mosquitto.port, tls=False)) as ground,
            listening(mosquitto, "hotline/main/promise/#") as inbox,
        ):
            await ground.tell(0, 3)
            await ground.tell_broken("a")
            await ground.tell(6, 1)
            async with sending(ground):
                await ground.all_sent()
            assert sorted(event["data"]["count"] for event in taken(inbox)) == [0, 1, 3, 6]
            [refusal] = await ground.set_aside.refusals()
            assert (refusal.entry.verb, refusal.fault) == ("broken", "Not authorized")


async def test_an_event_that_makes_the_broker_hang_up_is_set_aside_and_blocks_nobody(tmp_path: Path) -> None:
    with running_mosquitto(tmp_path, "allow_anonymous true\nmax_packet_size 2000\n") as mosquitto:
        async with (
            ground_with(tmp_path, Broker("127.0.0.1", mosquitto.port, tls=False)) as ground,
            listening(mosquitto, "hotline/main/promise/#") as inbox,
        ):
            await ground.tell(0, 1, 2)
            await ground.tell(3, text="x" * 3000)
            await ground.tell(4, 5, 6)
            async with sending(ground):
                await ground.all_sent()
            heard = {event["data"]["count"] for event in taken(inbox)}
            assert heard == {0, 1, 2, 4, 5, 6}
            assert await ground.set_aside.counts() == {"mqtt": 1}


async def test_what_was_set_aside_goes_out_once_the_broker_takes_it(tmp_path: Path, mosquitto: Mosquitto) -> None:
    async with ground_with(tmp_path, Broker("127.0.0.1", mosquitto.port, tls=False)) as ground:
        await ground.tell(0)
        [entry] = await ground.outbox.unsent(1)
        await ground.set_aside.put("mqtt", entry, "too large", ground.clock.now())
        async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
            await ground.tell(1)
            await ground.all_sent()
            assert await ground.set_aside.send_again() == 1
            async with asyncio.timeout(10):
                heard = [body(await inbox.get())["data"]["count"] for _ in range(2)]
            async with asyncio.timeout(10):
                while await ground.set_aside.counts():  # noqa: ASYNC110 - nothing tells when a row goes
                    await asyncio.sleep(0.05)
        assert heard == [1, 0]
