"""The events stream: resumed where one was, ended when one signs out, and no reader holds it up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.types import Message

from callbacks.model import Wish
from config.clock import VirtualClock
from config.event_log import MemoryEventLog
from config.outbox import OutboxEntry
from config.urgency import Urgency
from console.web.event_stream import HEARTBEAT, PATIENCE, EventStream, Following
from tests.callbacks.samples import NOON
from tests.console.sample_api import SampleApi


@dataclass
class Reader:
    """Somebody who reads the stream over ASGI, as a server would hand it on."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_over: bool = False
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()
            self.began.set()
            self.is_over = not message.get("more_body", False)

    @property
    def events(self) -> list[dict[str, object]]:
        """What was sent as data."""
        lines = [line.removeprefix("data: ") for line in self.text.splitlines() if line.startswith("data: {")]
        return [json.loads(line) for line in lines]


@asynccontextmanager
async def reading(api: SampleApi, user: str, query: str = "", last: str | None = None) -> AsyncIterator[Reader]:
    """A reader who leaves at the end of the block."""
    headers = [(b"authorization", f"Bearer {await api.token(user)}".encode()), (b"host", b"console")]
    if last is not None:
        headers.append((b"last-event-id", last.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "method": "GET",
        "path": "/api/v1/events",
        "raw_path": b"/api/v1/events",
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 5000),
        "server": ("console", 80),
    }
    reader, leaves, is_asked = Reader(), asyncio.Event(), False

    async def receive() -> Message:
        nonlocal is_asked
        if not is_asked:
            is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    running = asyncio.ensure_future(api.app(scope, receive, reader.take))
    try:
        await reader.began.wait()
        await api.clock.settle()
        yield reader
    finally:
        leaves.set()
        await running


async def note(api: SampleApi) -> None:
    """Something that is told: a case."""
    await api.book.open_case(
        contact=api.smoke.contact, category="refund", urgency=Urgency.MONEY, wish=Wish.NONE, language="en", summary="x"
    )
    await api.clock.settle()


async def test_what_happens_is_sent_as_cloud_events(api: SampleApi) -> None:
    async with reading(api, "sam") as reader:
        await note(api)
        (event,) = reader.events
    assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (event["type"], event["source"], event["specversion"]) == ("hotline.case.opened", "/hotline/seoul", "1.0")
    assert f"id: {event['id']}\nevent: hotline.case.opened\n" in reader.text
    assert "retry: 3000" in reader.text


async def test_only_the_types_that_are_asked_for_are_sent(api: SampleApi) -> None:
    async with reading(api, "sam", "type=hotline.promise&type=hotline.case.solved") as reader:
        await note(api)
        await api.book.solve_case(api.smoke.id, "minji", "new fuse")
        await api.clock.settle()
    assert [event["type"] for event in reader.events] == ["hotline.promise.made", "hotline.case.solved"]
    assert (await api.ask("sam", "GET", "/events?type=everything")).status_code == 422


async def test_who_comes_back_goes_on_where_they_were(api: SampleApi) -> None:
    async with reading(api, "sam") as reader:
        await note(api)
    last = str(reader.events[-1]["id"])
    await note(api)
    await note(api)
    async with reading(api, "sam", last=last) as again:
        await api.clock.settle()
        assert len(again.events) == 2
        await note(api)
        assert len(again.events) == 3
    unknown = await api.ask("sam", "GET", "/events", headers={"Last-Event-ID": "never-told"})
    assert (unknown.status_code, unknown.json()["faults"][0]["where"]) == (422, "header.last-event-id")


async def test_a_quiet_stream_beats_and_ends_when_its_reader_signs_out(api: SampleApi) -> None:
    async with reading(api, "sam") as reader:
        await api.clock.advance(HEARTBEAT + 5)
        assert ": still here\n\n" in reader.text
        await api.ask("sam", "DELETE", "/sessions")
        await api.clock.advance(10)
        assert reader.text.endswith("event: end\ndata: you are not signed in\n\n")
        assert reader.is_over


async def test_the_stream_is_for_leaders(api: SampleApi) -> None:
    assert (await api.ask("minji", "GET", "/events")).status_code == 403
    assert (await api.browser.get("/api/v1/events")).status_code == 401


async def test_a_reader_who_takes_nothing_is_told_so_and_disconnected() -> None:
    clock = VirtualClock(NOON)
    taken: list[bytes] = []
    stuck = asyncio.Event()

    async def frames() -> AsyncGenerator[bytes]:
        for n in range(1000):
            yield f"data: {n}\n\n".encode()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            taken.append(message.get("body", b""))
            if len(taken) == 1:
                await stuck.wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    running = asyncio.ensure_future(EventStream(frames(), clock)({"type": "http"}, receive, send))
    await clock.settle()
    assert len(taken) == 1
    await clock.advance(PATIENCE + 1)
    stuck.set()
    await clock.settle()
    await asyncio.wait_for(running, 5)
    assert taken[1].endswith(b"connect again with Last-Event-ID\n\n")
    assert len(taken) == 3


async def test_an_event_that_is_seen_late_is_sent_nevertheless() -> None:
    """Two transactions end at once: the one with the greater position is seen first."""
    clock = VirtualClock(NOON)
    log, told = Late(), Told()
    following = Following(log, told, clock, "seoul")

    async def may_go_on() -> None:
        """Always."""

    frames = following.frames(0, lambda _entry: True, may_go_on)
    await anext(frames)
    log.entries = [entry(2)]
    assert b"subject-2" in await anext(frames)
    log.entries = [entry(1), entry(2), entry(3)]
    late = await anext(frames)
    assert late.index(b"subject-1") < late.index(b"subject-3")
    assert b"subject-2" not in late
    await frames.aclose()
    assert told.listeners == []


class Late(MemoryEventLog):
    """A log whose entries come as they please."""

    def __init__(self) -> None:
        self.entries = []

    async def after(self, position: int, limit: int, wanted: object) -> list[OutboxEntry]:
        return [one for one in self.entries if one.position > position][:limit]


class Told:
    """`Events` that counts who listens."""

    def __init__(self) -> None:
        self.listeners: list[object] = []

    def subscribe(self, listener: object, *, own_only: bool = False) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def publish(self, event: object) -> None:
        """Nobody is told."""


def entry(position: int) -> OutboxEntry:
    return OutboxEntry(position, f"id-{position}", "case", "opened", f"subject-{position}", NOON, {})


@pytest.mark.parametrize("kind", ["hotline.case\nid: 1", "hotline."])
async def test_nothing_of_the_request_gets_into_the_stream(api: SampleApi, kind: str) -> None:
    answer = await api.ask("sam", "GET", f"/events?{httpx.QueryParams({'type': kind})}")
    assert answer.status_code == 422
