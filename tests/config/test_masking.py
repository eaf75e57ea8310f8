"""Numbers in logs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.masking import mask_number, mask_numbers


@pytest.mark.parametrize(
    ("number", "masked"), [("+821012345678", "+82********78"), ("01012345678", "010******78"), ("1001", "1001")]
)
def test_country_and_tail_stay_and_extensions_are_whole(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@given(st.text(alphabet="0123456789+ ab", max_size=60))
def test_no_text_keeps_six_digits_in_a_row(text: str) -> None:
    runs = "".join(c if c.isdigit() else " " for c in mask_numbers(text)).split()
    assert all(len(run) < 6 for run in runs)
