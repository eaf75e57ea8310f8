"""Events as others get them: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec), one MQTT topic a kind."""

from __future__ import annotations

import json
from datetime import UTC

from config.outbox import OutboxEntry


def topic(site: str, entry: OutboxEntry) -> str:
    """`hotline/<site>/<noun>/<verb>`."""
    return f"hotline/{site}/{entry.noun}/{entry.verb}"


def status_topic(site: str) -> str:
    """Where a retained message tells whether the hotline of this site is online."""
    return f"hotline/{site}/node/status"


def state_topic(site: str, name: str) -> str:
    """Where a retained message tells how things stand."""
    return f"hotline/{site}/state/{name}"


def envelope(site: str, entry: OutboxEntry) -> bytes:
    """The event in structured mode. `id` is the same when it is sent again, so that receivers can drop repeats."""
    event = {
        "specversion": "1.0",
        "id": entry.id,
        "source": f"/hotline/{site}",
        "type": f"hotline.{entry.noun}.{entry.verb}",
        "subject": entry.subject,
        "time": entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": entry.data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
