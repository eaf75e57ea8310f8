"""`hotline cases`, against a database of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import HotlineError, NotFound
from hotline.cli import app
from hotline.commands.opened_book import opened_book
from tests.callbacks.promised import complain


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a case that somebody called about."""
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))

    async def a_case() -> str:
        async with opened_book() as opened:
            contact = await opened.book.contact_by_number("+821012345678", "standard")
            return (await complain(opened.book, contact, "repair", "洗衣机坏了", language="zh")).reference

    return asyncio.run(a_case())


def report(reference: str, to: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["cases", "report", reference, "--to", str(to), *more])


def test_a_case_is_written_as_a_page_and_as_a_pdf(reference: str, tmp_path: Path) -> None:
    page, document = tmp_path / "case.html", tmp_path / "case.pdf"
    assert report(reference, page, "--language", "zh").exit_code == 0
    assert report(reference, document).exit_code == 0
    assert "洗衣机坏了" in page.read_text(encoding="utf-8")
    assert reference in page.read_text(encoding="utf-8")
    assert document.read_bytes().startswith(b"%PDF-")


def test_what_cannot_be_written_is_said_in_one_line(reference: str, tmp_path: Path) -> None:
    nobody = report("000000000", tmp_path / "case.html")
    assert isinstance(nobody.exception, NotFound)
    other = report(reference, tmp_path / "case.docx")
    assert isinstance(other.exception, HotlineError)
    assert "ends in .html or .pdf" in str(other.exception)
    nowhere = report(reference, tmp_path / "no folder" / "case.html")
    assert isinstance(nowhere.exception, HotlineError)
    assert "cannot be written" in str(nowhere.exception)
