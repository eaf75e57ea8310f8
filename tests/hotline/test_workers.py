"""The processes of the hotline, looked at one by one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import NotWritable
from hotline.workers.run_folder import RunFolder

_FOREIGN = ("nicegui", "vosk", "sqlalchemy", "aiosqlite", "sklearn", "faster_whisper", "alembic", "aiomqtt", "fastapi")


def test_the_edge_imports_neither_database_nor_recogniser_nor_console() -> None:
    """So that it starts fast, stays small, and nothing of theirs can disturb the pacing of the media."""
    program = "import sys, hotline.workers.__main__, hotline.workers.edge; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(_FOREIGN).isdisjoint(told.stdout.split())


def test_the_folder_of_the_sockets_is_for_this_user_alone() -> None:
    folder = RunFolder.make()
    assert folder.path.stat().st_mode & 0o777 == 0o700
    folder.path.rmdir()


def test_a_folder_whose_sockets_would_have_too_long_a_name_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with pytest.raises(NotWritable, match="too long"):
        RunFolder.make()
    assert list(deep.iterdir()) == []
