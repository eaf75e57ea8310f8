"""The files that put the hotline on a machine say what the program does, and pass the checks of those who read them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from config.settings import Settings, load_settings
from hotline.workers import supervisor
from ivr.drain_moves import LEAVE_SECONDS

pytestmark = pytest.mark.long  # they read files, alike on every Python

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "hotline.service").read_text(encoding="utf-8")
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = YAML(typ="safe").load(DEPLOY / "compose.yaml")
#: What systemd says of a service without any hardening is 9.6; what one that talks to the network can reach is near 1.
MOST_EXPOSURE = 2.0
#: What a stop takes at most: the drain, the goodbye, then main is ended, and then edge and ears together.
LONGEST_STOP = Settings.model_fields["drain_limit"].default + LEAVE_SECONDS + 3 * supervisor._STOP_SECONDS


def of_unit(name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    assert found is not None, name
    return found[1]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it is, but for the program and the folder, which are on no build machine."""
    text = re.sub("^ExecStart=.*$", "ExecStart=/bin/true", UNIT, flags=re.MULTILINE)
    path = tmp_path / "hotline.service"
    path.write_text(text.replace("WorkingDirectory=/etc/hotline", "WorkingDirectory=/"), encoding="utf-8")
    return path


def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    told = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (told.returncode, [line for line in told.stderr.splitlines() if "hotline.service" in line]) == (0, [])


def test_the_service_is_little_exposed(unit: Path) -> None:
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", str(unit)], capture_output=True, text=True, check=True
    )
    level = re.search(r"Overall exposure level for hotline.service: ([0-9.]+)", told.stdout)
    assert level is not None
    assert float(level[1]) <= MOST_EXPOSURE


def test_systemd_waits_longer_than_a_stop_takes() -> None:
    assert int(of_unit("TimeoutStopSec")) >= LONGEST_STOP
    assert of_unit("KillMode") == "mixed"  # or the edge would be told to stop while calls are still on it


def test_so_does_the_engine_of_the_container() -> None:
    assert int(COMPOSE["services"]["hotline"]["stop_grace_period"].removesuffix("s")) >= LONGEST_STOP


def test_the_service_starts_a_command_that_there_is() -> None:
    assert of_unit("ExecStart").split()[1:] == ["serve"]
    assert re.search(r'^CMD \["serve"\]$', CONTAINERFILE, re.MULTILINE)


def test_the_container_is_built_by_the_uv_that_makes_the_lock() -> None:
    version = re.search(r"^UV_VERSION=(.+)$", (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None
    assert f"astral-sh/uv:{version[1]} " in CONTAINERFILE


def test_every_room_is_in_the_container() -> None:
    rooms = re.search(r"^packages = \[(.*)\]$", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert rooms is not None
    for room in re.findall(r'"(\w+)"', rooms[1]):
        assert f"\nCOPY {room} {room}\n" in CONTAINERFILE
        assert f"\n!{room}\n" in (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8")


def test_the_container_runs_as_nobody_in_particular() -> None:
    assert re.search(r"^USER 10001:10001$", CONTAINERFILE, re.MULTILINE)


def test_every_variable_of_the_deployed_files_is_a_setting() -> None:
    said = UNIT + CONTAINERFILE + (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    named = {name.lower().removesuffix("_file") for name in re.findall(r"HOTLINE_([A-Z_]+)", said)}
    assert named - set(Settings.model_fields) == set()


def test_every_line_of_the_example_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are commented out, too."""
    text = (DEPLOY / "hotline.toml").read_text(encoding="utf-8")
    wanted = re.sub(r"^# (?=[a-z_0-9]+ = )", "", text, flags=re.MULTILINE)
    assert wanted.count("\n# ") < text.count("\n# ")
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("mqtt://hotline:secret@127.0.0.1:1883\n", encoding="utf-8")
    path = tmp_path / "hotline.toml"
    path.write_text(re.sub(r'"/etc/hotline/\w+"', f'"{secret}"', wanted), encoding="utf-8")
    monkeypatch.setenv("HOTLINE_CONFIG", str(path))
    assert load_settings().trunk_user == "100200"


def test_every_secret_that_a_container_uses_is_a_file_outside_the_project() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    kept = [secret["file"] for secret in COMPOSE["secrets"].values()]
    assert all(path.startswith("./secrets/") for path in kept)
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
