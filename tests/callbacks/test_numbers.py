"""How a caller's number becomes a name for the contact."""

from __future__ import annotations

import pytest

from callbacks.contacts.numbers import normal_number


@pytest.mark.parametrize(
    ("given", "country", "normal"),
    [
        ("010-1234-5678", "KR", "+821012345678"),
        ("+82 10 1234 5678", "DE", "+821012345678"),
        ("01012345678", "KR", "+821012345678"),
        ("1005", "KR", "1005"),
        ("1005", "DE", "1005"),
        ("+15550100", "KR", "+15550100"),
        ("alice", "KR", "alice"),
        ("Anonymous", "KR", ""),
        ("", "KR", ""),
    ],
)
def test_a_number_has_one_normal_form(given: str, country: str, normal: str) -> None:
    assert normal_number(given, country) == normal
