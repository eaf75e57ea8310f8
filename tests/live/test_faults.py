"""What a user gets wrong ends in one clear line with the remedy, exit code 2 and no traceback."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.demo.house import ADDRESS
from tests.ports import free_port


def hotline(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, in a data folder of its own, on free ports."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environment |= {
        "HOTLINE_DATA_FOLDER": str(folder),
        "HOTLINE_SIP_ADDRESS": ADDRESS,
        "HOTLINE_SIP_PORT": str(free_port()),
        "HOTLINE_CONSOLE_PORT": str(free_port()),
        "HOTLINE_LOG_LEVEL": "error",
    }
    environment |= settings
    command = [sys.executable, "-m", "hotline", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def assert_fault(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("hotline: ")
    for word in words:
        assert word in ended.stderr


def test_a_busy_sip_port(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((ADDRESS, 0))
        port = str(other.getsockname()[1])
        assert_fault(hotline(tmp_path, "serve", HOTLINE_SIP_PORT=port), port, "in use", "another SIP port")


def test_a_busy_console_port(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind((ADDRESS, 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert_fault(hotline(tmp_path, "serve", HOTLINE_CONSOLE_PORT=port), port, "choose another port")


def test_a_broken_hotline_file(tmp_path: Path) -> None:
    file = tmp_path / "hotline.yaml"
    file.write_text("languages: [en]\n", encoding="utf-8")
    assert_fault(hotline(tmp_path, "serve", HOTLINE_HOTLINE_FILE=str(file)), "hotline.yaml:1:", "`flow` is missing")


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    with sqlite3.connect(tmp_path / "hotline.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert_fault(hotline(tmp_path, "serve"), "9999", "newer version of hotline")


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("", encoding="utf-8")
    assert_fault(hotline(folder / "data", "serve"), "cannot be written", "HOTLINE_DATA_FOLDER")


def test_a_language_that_no_model_hears(tmp_path: Path) -> None:
    wav = tmp_path / "words.wav"
    wav.write_bytes(b"")
    fault = hotline(tmp_path, "transcribe", str(wav), "--language", "xx")
    assert_fault(fault, "no recogniser for the language xx", "hotline models fetch xx")


@pytest.mark.parametrize(("setting", "value"), [("HOTLINE_SIP_PORT", "99999"), ("HOTLINE_MQTT_URL", "http://x")])
def test_a_setting_that_is_none(tmp_path: Path, setting: str, value: str) -> None:
    assert_fault(hotline(tmp_path, "serve", **{setting: value}), setting, "hotline.toml")
