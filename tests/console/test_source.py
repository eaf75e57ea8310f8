"""Where a request comes from is kept without naming a person."""

from __future__ import annotations

import pytest

from console.web.source import masked


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("unix socket of somebody", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_its_network(source: str, kept: str) -> None:
    assert masked(source) == kept
