"""What of one contact may be read beside another's case."""

from __future__ import annotations

import pytest

from ivr.free_text import without_addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sent to jane.doe@example.org today", "sent to … today"),
        ("call +82 10-1234-5678 after six", "call … after six"),
        ("card 4111 1111 1111 1111, ok", "card …, ok"),
        ("电话13800138000,换新", "电话…,换新"),
        ("(02) 123-4567", "…"),
        ("hold the button for 10 seconds, then 20", "hold the button for 10 seconds, then 20"),
        ("recall 7 of 2026", "recall 7 of 2026"),
    ],
)
def test_numbers_and_addresses_are_left_out(text: str, shown: str) -> None:
    assert without_addresses(text) == shown
