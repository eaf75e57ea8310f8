"""What takes events out of the house, by the settings; what the doctor and the command line tell of it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from config.clock import SystemClock, VirtualClock
from config.database import Database
from config.errors import HotlineError
from config.event_log import LogRange
from config.events import Event, EventBus
from config.settings import Settings, load_settings
from config.sql_event_log import SqlEventLog
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from config.sql_webhook_cursors import SqlCursors
from config.webhook_cursors import Cursor
from hotline.cli import app
from hotline.doctor.broker import events as examine
from hotline.event_senders import event_senders
from hotline.sql_migrate import upgrade
from tests.config.webhook_receiver import Receiver
from tests.waiting import until

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


def settings_in(folder: Path, **more: object) -> Settings:
    return load_settings(data_folder=folder, **more)


def webhook(receiver: Receiver) -> dict[str, object]:
    return {"name": "crm", "url": receiver.url, "secret": SECRET}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}", EventBus(), SystemClock())
    await upgrade(made)
    yield made
    await made.close()


async def ring(database: Database, times: int, at: datetime) -> None:
    async with database.unit_of_work() as work:
        await work.tell(Rang(subject="door", at=at, times=times))


async def comes_to(database: Database, position: int) -> bool:
    """Whether the webhook has a place, so far at least."""
    places = await SqlCursors(database).everyone()
    return "crm" in places and places["crm"].position >= position


async def test_where_nothing_is_set_events_stay_in_the_house_and_go_when_their_days_are_over(
    database: Database, tmp_path: Path
) -> None:
    clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
    for times in (1, 2):
        await ring(database, times, clock.now())
    senders = event_senders(settings_in(tmp_path, event_days=2), database, EventBus(), "main", {}, clock)
    [forget] = senders.duties
    assert not senders.is_connected
    task = asyncio.create_task(forget())
    log = SqlEventLog(database)
    async with asyncio.timeout(10):
        while len(await log.after(0, 10, LogRange())) != 1:  # the newest stays
            assert clock.now() < datetime(2026, 3, 4, tzinfo=UTC)
            await clock.advance(3600)
            await asyncio.sleep(0.01)
    assert clock.now() > datetime(2026, 3, 3, tzinfo=UTC)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_webhook_of_the_settings_is_told_of_events_and_of_each_once_though_it_is_begun_again(
    database: Database, tmp_path: Path
) -> None:
    receiver, bus = Receiver(), EventBus()
    settings = settings_in(tmp_path, webhooks=[webhook(receiver)])
    senders = event_senders(settings, database, bus, "main", {}, SystemClock())
    deliver = senders.duties[1]
    async with receiver.up():
        for times in (1, 2):
            task = asyncio.create_task(deliver())
            async with asyncio.timeout(20):
                await until(partial(comes_to, database, 0))
                await ring(database, times, datetime.now(UTC))
                await bus.publish(Rang(subject="door", at=datetime.now(UTC), times=times))  # wakes it
                await until(partial(comes_to, database, times))
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert receiver.counts == [1, 2]


async def test_the_doctor_tells_of_events_set_aside_and_of_webhooks_that_are_gone(
    database: Database, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, webhooks=[webhook(Receiver())])
    assert await examine(settings) == "none is set aside; 1 webhooks"
    await ring(database, 1, datetime.now(UTC))
    [entry] = await SqlOutbox(database).unsent(1)
    await SqlSetAside(database).put("mqtt", entry, "Packet too large", datetime.now(UTC))
    with pytest.raises(HotlineError, match="set aside: 1 by mqtt") as fault:
        await examine(settings)
    assert "hotline events send-again" in fault.value.remedy
    await SqlCursors(database).put("crm", Cursor(1, gone_at=datetime.now(UTC)))
    with pytest.raises(HotlineError, match="webhook crm said that it is gone"):
        await examine(settings)


async def test_what_was_set_aside_is_listed_and_sent_again_by_command(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    await ring(database, 1, datetime.now(UTC))
    [entry] = await SqlOutbox(database).unsent(1)
    await SqlSetAside(database).put("mqtt", entry, "Packet too large", datetime.now(UTC))

    async def run(*arguments: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["events", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "Packet too large" in await run("set-aside")
    [told] = json.loads(await run("set-aside", "--json"))
    assert (told["receiver"], told["entry"]["id"]) == ("mqtt", entry.id)
    assert await run("send-again") == "1 events are sent again\n"
    assert await SqlSetAside(database).wanted_again("mqtt") == [entry]
