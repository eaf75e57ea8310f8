"""Tables that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from console.web.csv_answer import cell, row


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_put_behind_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+821012345678", "-3", "-3.25", "ana", "", "1588"])
def test_a_mere_number_and_a_word_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_values_are_written_as_programs_read_them() -> None:
    moment = datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert [cell(value) for value in (None, True, False, 3, 2.5, moment)] == [
        *("", "true", "false", "3", "2.5", "2026-03-10T04:00:00+00:00"),
    ]


def test_what_separates_is_quoted() -> None:
    cells = ['"Lee" <+82>', "a,b", "two\nlines"]
    assert next(csv.reader(io.StringIO(row(cells)))) == cells
    assert row(["a"]).endswith("\r\n")
