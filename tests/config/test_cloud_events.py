"""What others receive."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from config.broker import broker_from_url
from config.cloud_events import envelope, status_topic, topic
from config.outbox import OutboxEntry

ENTRY = OutboxEntry(
    position=7,
    id="e1",
    noun="promise",
    verb="kept",
    subject="p1",
    at=datetime(2026, 3, 1, 18, 0, 0, 5, tzinfo=timezone(timedelta(hours=9))),
    data={"who": "김민지", "tries": 2},
)


def test_the_topic_names_the_site_the_thing_and_what_happened() -> None:
    assert topic("seoul", ENTRY) == "hotline/seoul/promise/kept"
    assert status_topic("seoul") == "hotline/seoul/node/status"


def test_the_envelope_has_every_attribute_that_cloud_events_requires() -> None:
    assert json.loads(envelope("seoul", ENTRY)) == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/hotline/seoul",
        "type": "hotline.promise.kept",
        "subject": "p1",
        "time": "2026-03-01T09:00:00.000005Z",
        "datacontenttype": "application/json",
        "data": {"who": "김민지", "tries": 2},
    }


def test_the_envelope_is_the_same_each_time_so_that_repeats_are_recognised() -> None:
    assert envelope("seoul", ENTRY) == envelope("seoul", ENTRY)


@pytest.mark.parametrize(
    "address", ["", "broker", "http://broker", "mqtt://", "mqtt://broker/path", "mqtt://broker:port", "mqtt://b:99999"]
)
def test_an_address_that_is_no_brokers_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"MQTT address|[Pp]ort"):
        broker_from_url(address)
