"""`hotline versions`, against a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import HotlineError
from config.faults import HotlineFileFaults
from config.versions import VersionConflict
from hotline.cli import app
from tests.house_rules import ROOT

GOOD = (ROOT / "tests" / "config" / "good.yaml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["versions", *words])


def publish(folder: Path, text: str, base: int, reason: str = "why not") -> Result:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return run("publish", str(folder / "mine.yaml"), "--base", str(base), "--reason", reason, "--author", "ana")


def test_what_was_published_is_listed_shown_and_compared(folder: Path) -> None:
    assert publish(folder, GOOD, 0, "begin").output == "version 1 is published\n"
    assert publish(folder, GOOD.replace("name: Test", "name: Care"), 1, "a better name").exit_code == 0
    newest, oldest = run("list").output.splitlines()[1:]
    assert newest.split()[0] == "2"
    assert "a better name" in newest
    assert oldest.split()[0] == "1"
    assert run("show", "1").output == GOOD
    changed = run("diff", "2").output
    assert "-hotline: {name: Test" in changed
    assert "+hotline: {name: Care" in changed
    assert run("diff", "2", "--against", "2").output == "\n"


def test_of_two_who_start_from_the_same_version_the_second_sees_both_changes(folder: Path) -> None:
    publish(folder, GOOD, 0)
    publish(folder, GOOD.replace("name: Test", "name: Theirs"), 1)
    second = publish(folder, GOOD.replace("name: Test", "name: Yours"), 1)
    assert isinstance(second.exception, VersionConflict)
    assert second.exception.exit_code == 2
    assert "+hotline: {name: Theirs" in second.output
    assert "+hotline: {name: Yours" in second.output
    assert "+++ yours" in second.output


def test_a_file_with_errors_is_not_published(folder: Path) -> None:
    refused = publish(folder, GOOD.replace("Asia/Seoul", "Mars"), 0)
    assert isinstance(refused.exception, HotlineFileFaults)
    assert run("list").output.splitlines()[1:] == []


def test_going_back_publishes_the_old_text_again(folder: Path) -> None:
    publish(folder, GOOD, 0)
    publish(folder, GOOD.replace("name: Test", "name: Care"), 1)
    assert run("rollback", "1", "--reason", "worse").output == "version 3 is published\n"
    assert run("show", "3").output == GOOD
    assert "back to version 1: worse" in run("list").output


def test_a_version_that_never_was_is_said_to_be_none(folder: Path) -> None:
    assert isinstance(run("show", "9").exception, HotlineError)
