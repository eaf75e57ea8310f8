"""`hotline understand retrain` and `hotline evaluate text`, against a database of their own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callbacks.model import Wish
from config.errors import HotlineError
from config.urgency import Urgency
from hotline.cli import app
from hotline.commands.opened_book import opened_book

pytestmark = pytest.mark.long

TEXTS = "text,label,language\ni want a refund,refund,en\n我要转人工,agent,zh\n"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))


async def corrected(summary: str) -> None:
    """A case that the machine put under `other` and an agent under `repair`."""
    async with opened_book() as opened:
        contact = await opened.book.contact_by_number("+821012345678", "standard")
        case = await opened.book.open_case(
            contact=contact.id,
            category="other",
            urgency=Urgency.INFO,
            wish=Wish.NONE,
            language="en",
            summary=summary,
        )
        await opened.book.classify_case(case.id, "repair", None, "ana")


def test_the_report_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    asyncio.run(corrected("my flimflam went kaput"))
    held_out, written = tmp_path / "texts.csv", tmp_path / "new.yaml"
    held_out.write_text("text,label,language\nthe flimflam went kaput,repair,en\n", encoding="utf-8")
    run = CliRunner().invoke(app, ["understand", "retrain", "--report", "--held-out", str(held_out)])
    assert run.exit_code == 0, run.output
    assert "the flimflam went kaput" in run.output
    assert "100.0 %" in run.output  # of the checked cases were corrected
    run = CliRunner().invoke(app, ["understand", "retrain", "--held-out", str(held_out), "--write", str(written)])
    assert run.exit_code == 0, run.output
    assert "my flimflam went kaput" in written.read_text(encoding="utf-8")


def test_with_nothing_corrected_nothing_is_learned() -> None:
    run = CliRunner().invoke(app, ["understand", "retrain", "--report"])
    assert run.exit_code == 0
    assert "nothing to learn from" in run.output


def test_lines_are_still_understood_without_a_command() -> None:
    run = CliRunner().invoke(app, ["understand"], input='{"text": "i want a refund", "lang": "en"}\n')
    assert json.loads(run.stdout)["category"] == "refund"


def test_labelled_texts_are_scored_and_drawn(tmp_path: Path) -> None:
    texts, picture = tmp_path / "texts.csv", tmp_path / "confusion.svg"
    texts.write_text(TEXTS, encoding="utf-8")
    run = CliRunner().invoke(app, ["evaluate", "text", str(texts), "--json", "--picture", str(picture)])
    assert run.exit_code == 0, run.output
    scores = json.loads(run.stdout)
    assert [score["language"] for score in scores] == ["en", "zh", "all"]
    assert scores[-1]["macro_recall"] == 1
    assert picture.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("text,label\na,b\n", "no column language"),
        ("text,label,language\n", "no texts"),
        ("text,label,language\na,,en\n", "is missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_where(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "texts.csv"
    path.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(app, ["evaluate", "text", str(path)])
    assert isinstance(run.exception, HotlineError)
    assert what in str(run.exception)
    assert str(path) in str(run.exception)
