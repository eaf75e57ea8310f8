"""`hotline contacts` and `hotline privacy` on a real file."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic

import pytest
from typer.testing import CliRunner

from config.errors import HotlineError, NotFound
from hotline.cli import app

pytestmark = pytest.mark.long

GOOD = "number,name,tier\n010-1234-5678,Kim,vip\n1001,Lee,\n"
BAD = "number,name,tier\n010-1234-5678,Kim,gold\n1001,Lee,\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str | Path, code: int = 0) -> str:
    """The command's output. A fault is raised, as `main` tells it."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def csv_file(folder: Path, text: str) -> Path:
    path = folder / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_dry_run_shows_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    shown = run("contacts", "import", csv_file(tmp_path, GOOD), "--dry-run")
    assert "new 2, changed 0, as they are 0" in shown
    assert "Kim" in shown
    assert "nothing was written" in shown
    with pytest.raises(NotFound):
        run("contacts", "show", "1001")


def test_an_import_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    file = csv_file(tmp_path, GOOD)
    assert "written: 2 new, 0 changed" in run("contacts", "import", file)
    assert "written: 0 new, 0 changed" in run("contacts", "import", file)
    shown = run("contacts", "show", "01012345678")
    assert "Kim" in shown
    assert "vip" in shown


def test_nothing_is_written_when_a_line_is_wrong_unless_it_is_skipped(tmp_path: Path) -> None:
    file = csv_file(tmp_path, BAD)
    told = run("contacts", "import", file, code=1)
    assert f"{file}:2: no tier is called `gold`; use vip, standard" in told
    with pytest.raises(NotFound):
        run("contacts", "show", "1001")
    assert "written: 1 new" in run("contacts", "import", file, "--skip-faulty")
    assert "Lee" in run("contacts", "show", "1001")


def test_a_file_that_cannot_be_read_is_one_line_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(HotlineError, match="cannot be read"):
        run("contacts", "import", tmp_path / "none.csv")
    binary = tmp_path / "contacts.csv"
    binary.write_bytes(b"number\n\xff\xfe")
    with pytest.raises(HotlineError, match="UTF-8"):
        run("contacts", "import", binary)


def test_ten_thousand_contacts_come_in_within_seconds(tmp_path: Path) -> None:
    lines = "\n".join(f"+8210{n:08},caller {n},standard" for n in range(20_000_000, 20_010_000))
    started = monotonic()
    assert "written: 10000 new" in run("contacts", "import", csv_file(tmp_path, f"number,name,tier\n{lines}\n"))
    assert monotonic() - started < 60  # seconds; two on an idle machine


def test_an_export_is_noted_and_an_erased_contact_is_gone(tmp_path: Path) -> None:
    run("contacts", "import", csv_file(tmp_path, GOOD))
    held = json.loads(run("contacts", "export", "1001"))
    assert held["contact"]["name"] == "Lee"
    to = tmp_path / "held.json"
    run("contacts", "export", held["contact"]["id"], "--to", to)
    assert json.loads(to.read_text(encoding="utf-8")) == held
    assert run("privacy", "looks").count(held["contact"]["id"]) == 2
    assert "withdrawn: 0" in run("contacts", "erase", "1001", "--yes")
    with pytest.raises(NotFound):
        run("contacts", "show", "1001")


def test_retention_says_what_it_would_remove() -> None:
    assert "would be removed" in run("privacy", "retain", "--dry-run")
    assert "recordings" in run("privacy", "retain")
