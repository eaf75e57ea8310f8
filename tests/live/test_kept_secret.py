"""A hotline with secrets and a key, as somebody on its machine sees it: process list, log, disk."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from config.clock import SystemClock
from config.database import Database
from config.encryption import new_key, read_keys
from config.events import EventBus
from config.sealed_stream import key_of_file
from config.sql_keys import unlock
from hotline.demo.house import ADDRESS
from hotline.demo.peer import SpeakingPhone
from hotline.sql_rekey import keys_of_texts
from tests.live.watched_house import WatchedHouse, house, until

NUMBER = "+821012340099"
KEY = new_key()
SECRETS = {
    "HOTLINE_TRUNK_PASSWORD": "open-sesame-trunk",
    "HOTLINE_SMTP_PASSWORD": "open-sesame-smtp",
    "HOTLINE_TEXT_GATEWAY_TOKEN": "open-sesame-token",
    "HOTLINE_ENCRYPTION_KEY": KEY,
}


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[WatchedHouse]:
    """A house with secrets, in which one call was recorded."""
    trunk, caller = SpeakingPhone("trunk", ADDRESS), SpeakingPhone(NUMBER, ADDRESS)
    for phone in (trunk, caller):
        await phone.start()
    made = house(tmp_path, trunk, {}, SECRETS | {"HOTLINE_LOG_LEVEL": "debug"})
    await made.furnish({})
    await made.start()
    try:
        await caller.call(made.number("1001"))
        await caller.silence(4.0)
        await caller.hang_up()
        await until(lambda: any((tmp_path / "recordings").glob("*.wav")))
        yield made
    finally:
        await made.stop()
        for phone in (trunk, caller):
            await phone.stop()


def command_lines(processes: list[int]) -> str:
    """As `ps` shows them."""
    return "".join(Path(f"/proc/{process}/cmdline").read_text() for process in processes)


async def recording_of(kept: WatchedHouse, call: str, part: str | None = None) -> httpx.Response:
    """As the console's player asks for it."""
    credentials = {"user": "admin", "password": kept.passwords["admin"]}
    async with httpx.AsyncClient(base_url=f"{kept.console_address}/api/v1", timeout=20) as api:
        token = (await api.post("/sessions", json=credentials)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"} | ({"Range": part} if part else {})
        return await api.get(f"/calls/{call}/recording", headers=headers)


@pytest.mark.timeout(120)
async def test_secrets_are_seen_nowhere_and_what_was_said_only_through_the_console(kept: WatchedHouse) -> None:
    (record,) = await kept.records(NUMBER)
    assert record.recording is not None
    path = kept.folder / "recordings" / record.recording
    with path.open("rb") as file:
        current = read_keys(KEY).current
        assert current is not None
        assert key_of_file(file) == current.id.hex()
    assert path.stat().st_mode & 0o077 == 0

    sound = await recording_of(kept, record.id)
    samples, rate = await asyncio.to_thread(soundfile.read, io.BytesIO(sound.content), dtype="int16")
    assert len(samples) > 2 * rate
    assert np.abs(samples[:, 1]).max() > 500  # the welcome, which the caller heard
    piece = await recording_of(kept, record.id, "bytes=40000-40999")
    assert (piece.status_code, piece.content) == (206, sound.content[40_000:41_000])
    said = await kept.get(f"/calls/{record.id}/transcript")
    assert isinstance(said, list)
    assert said

    database = Database(f"sqlite+aiosqlite:///{kept.database_path}", EventBus(), SystemClock())
    await unlock(database, read_keys(KEY))
    assert set(await keys_of_texts(database, lambda _: None)) == {current.id.hex()}
    await database.close()
    stored = kept.database_path.read_bytes() + kept.database_path.with_name("hotline.db-wal").read_bytes()
    assert [line["text"] for line in said if str(line["text"]).encode() in stored] == []

    shown = command_lines([os.getpid(), *kept.processes()]) + kept.log_path.read_text(encoding="utf-8")
    assert "hotline.workers" in shown
    assert [name for name, secret in SECRETS.items() if secret in shown] == []
    assert [line["text"] for line in said if str(line["text"]) in shown] == []
