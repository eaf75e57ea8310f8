"""Codes for the status page."""

from __future__ import annotations

from datetime import timedelta

from callbacks.status.status_codes import StatusCodes
from tests.callbacks.samples import NOON

CODES = StatusCodes("a secret")
TEN = timedelta(minutes=10)


def test_a_code_opens_its_own_reference_only() -> None:
    code = CODES.code("471233", NOON)
    assert len(code) == 6
    assert code.isdigit()
    assert CODES.is_right("471233", f" {code} ", NOON)
    assert not CODES.is_right("471234", code, NOON)
    assert not StatusCodes("another").is_right("471233", code, NOON)


def test_a_code_is_good_for_ten_minutes_and_not_for_half_an_hour() -> None:
    code = CODES.code("471233", NOON)
    assert CODES.is_right("471233", code, NOON + TEN)
    assert not CODES.is_right("471233", code, NOON + 2 * TEN)
    assert not CODES.is_right("471233", code, NOON - TEN)


def test_nothing_is_no_code() -> None:
    assert not CODES.is_right("471233", "", NOON)
    assert not CODES.is_right("471233", "코드", NOON)
