"""What `hotline doctor` says of the machine: disk, clock, who may read our files."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.errors import HotlineError
from config.settings import Settings, default_hotline_file
from hotline.doctor.checks import CHECKS
from hotline.doctor.machine import LEAST_FREE_BYTES, clock, disk, privacy


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    file = tmp_path / "hotline.yaml"
    file.write_bytes(default_hotline_file().read_bytes())
    return Settings(data_folder=folder, hotline_file=file)


def test_the_machine_is_among_what_is_looked_into() -> None:
    assert {"disk", "clock", "privacy"} <= set(CHECKS)


async def test_a_disk_that_is_nearly_full_is_told_with_what_helps(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=LEAST_FREE_BYTES))
    assert "2.0 GiB free" in await disk(settings)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=LEAST_FREE_BYTES - 1))
    with pytest.raises(HotlineError) as told:
        await disk(settings)
    assert "HOTLINE_RECORDINGS_FOLDER" in told.value.remedy


async def test_the_time_is_told_as_it_is_at_the_hotline(settings: Settings) -> None:
    assert "in Asia/Seoul" in await clock(settings)


async def test_a_clock_that_runs_behind_its_own_files_is_wrong(settings: Settings) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(settings.hotline_file, (tomorrow, tomorrow))
    with pytest.raises(HotlineError, match="was changed after that") as told:
        await clock(settings)
    assert "timedatectl" in told.value.remedy


async def test_a_folder_or_secret_that_others_can_read_is_told_with_the_command(settings: Settings) -> None:
    assert "this user alone" in await privacy(settings)
    secret = settings.data_folder / "console.secret"
    secret.touch()
    secret.chmod(0o640)
    with pytest.raises(HotlineError) as told:
        await privacy(settings)
    assert told.value.remedy == f"chmod 600 {secret}"
    secret.chmod(0o600)
    settings.data_folder.chmod(0o755)
    with pytest.raises(HotlineError) as told:
        await privacy(settings)
    assert told.value.remedy == f"chmod 700 {settings.data_folder}"
