"""The handbook's page about events, made from the events themselves: `python -m hotline.handbook.event_docs FILE`."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from callbacks import dialled
from callbacks import events as book_events
from callbacks.aftercare import manager_line
from callbacks.letters import events as message_events
from config import versions
from config.cloud_events import envelope, state_topic, status_topic
from config.events import Event
from config.outbox import OutboxEntry
from hotline.handbook.event_introduction import INTRODUCTION, STATES_INTRODUCTION, SUBJECTS
from hotline.wallboard_states import STATES
from routing import events as floor_events

#: The modules whose events are saved and sent. Those of `ivr.events` are told in one process only.
SAVED: tuple[ModuleType, ...] = (book_events, manager_line, message_events, dialled, floor_events, versions)

_SITE = "main"
_WIDTH = 100
_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_ID = "0196f5b0c1d27a3e8f4b5c6d7e8f9a0b"
#: What fields hold in the examples, by name; numbers and times by their type.
_EXAMPLES: dict[str, object] = {
    "agent": "ana",
    "attempt": "0196f5b0c1d27a3e8f4b5c6d7e8f9a01",
    "author": "ana",
    "by": "ana",
    "call": "0196f5b0c1d27a3e8f4b5c6d7e8f9a02",
    "category": "outage",
    "ceiling": "cost",
    "channel": "mail",
    "cost": "50.00",
    "contact": "0196f5b0c1d27a3e8f4b5c6d7e8f9a03",
    "ended_by": "caller",
    "fault": "the mail server said 550",
    "kind": "callback",
    "work.kind": "call",
    "language": "en",
    "outcome": "no-answer",
    "owner": "ana",
    "product": "router",
    "promise": "0196f5b0c1d27a3e8f4b5c6d7e8f9a04",
    "queue": "support",
    "reason": "lunch",
    "sha": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "state": "paused",
    "step": "answer",
    "successor": "0196f5b0c1d27a3e8f4b5c6d7e8f9a05",
    "template": "promise",
    "tier": "standard",
    "urgency": "service",
    "why": "",
}
_SUBJECT = "0196f5b0c1d27a3e8f4b5c6d7e8f9a06"
_SUBJECTS = {"agent": "ana", "hotline-file": "7", "dialling": "2026-03-02"}
_BY_TYPE: dict[str, object] = {
    "integer": 2,
    "number": 12.5,
    "boolean": True,
    "date-time": _AT.isoformat(),
}


def saved_events() -> list[type[Event]]:
    """Every kind of event that leaves the house, by noun and in the order of the code."""
    found = [
        kind
        for module in SAVED
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Event) and hasattr(kind, "verb")
        if kind.__module__ == module.__name__
    ]
    nouns = list(dict.fromkeys(kind.noun for kind in found))
    return sorted(found, key=lambda kind: nouns.index(kind.noun))


def schema_of(kind: type[Event]) -> dict[str, Any]:
    """The JSON Schema of the event's `data`."""
    whole = TypeAdapter(kind).json_schema(mode="serialization")
    own = {field.name for field in fields(kind)} - {"subject", "at"}
    properties = {name: part for name, part in whole["properties"].items() if name in own}
    return {
        "type": "object",
        "properties": {name: _untitled(part) for name, part in properties.items()},
        "required": [name for name in whole["required"] if name in own],
    }


def example_of(kind: type[Event]) -> dict[str, Any]:
    """A whole CloudEvent of this kind."""
    data = {name: _example(kind, name, part) for name, part in schema_of(kind)["properties"].items()}
    entry = OutboxEntry(1, _ID, kind.noun, kind.verb, _SUBJECTS.get(kind.noun, _SUBJECT), _AT, data)
    parsed: dict[str, Any] = json.loads(envelope(_SITE, entry))
    return parsed


def events_page() -> str:
    """The page in Markdown."""
    return "\n".join((INTRODUCTION, *_states(), *_kinds())).rstrip() + "\n"


def _states() -> Iterator[str]:
    yield STATES_INTRODUCTION
    for name, state in STATES.items():
        schema = TypeAdapter(state).json_schema(mode="serialization")
        del schema["description"]  # stands above it
        yield f"### `{state_topic('<site>', name)}`\n\n{_prose(state)}\n\n{_fenced(_untitled(schema))}"
    status = {"type": "object", "properties": {"status": {"enum": ["online", "offline"]}}, "required": ["status"]}
    yield f"### `{status_topic('<site>')}`\n\nWhether the hotline is there.\n\n{_fenced(status)}"


def _kinds() -> Iterator[str]:
    noun = ""
    for kind in saved_events():
        if kind.noun != noun:
            noun = kind.noun
            yield f"## {noun}\n\nSubject: {SUBJECTS[noun]}.\n"
        yield f"### {noun}/{kind.verb}\n\n{_prose(kind)}\n"
        yield f"Schema of `data`:\n\n{_fenced(schema_of(kind))}\nExample:\n\n{_fenced(example_of(kind))}"


def _example(kind: type[Event], name: str, part: dict[str, Any]) -> object:
    shape = next((one for one in part.get("anyOf", [part]) if one.get("type") != "null"), part)
    known = _BY_TYPE.get(shape.get("format", "")) or _BY_TYPE.get(shape.get("type", ""))
    if known is not None:
        return known
    for key in (f"{kind.noun}.{name}", name):
        if key in _EXAMPLES:
            return _EXAMPLES[key]
    raise KeyError(f"{kind.__name__}.{name} has no example: add one to hotline/handbook/event_docs.py")


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names, and which say nothing more."""
    if isinstance(schema, dict):
        return {key: _untitled(part) for key, part in schema.items() if not (key == "title" and isinstance(part, str))}
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema


def _prose(kind: type[object]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _fenced(value: object) -> str:
    return f"```json\n{_written(value, 0)}\n```\n"


def _written(value: Any, depth: int) -> str:
    """JSON in which whatever fits into a line is one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + 2 * depth <= _WIDTH or not isinstance(value, dict | list):
        return line
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        parts, (opening, closing) = [_written(part, depth + 1) for part in value], "[]"
    else:
        parts = [f"{json.dumps(key)}: {_written(part, depth + 1)}" for key, part in value.items()]
        opening, closing = "{}"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}{closing}"


def main(target: str) -> None:
    """Write the page."""
    Path(target).write_text(events_page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
