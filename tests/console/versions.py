"""Published versions, in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from config.versions import Version


def version(number: int, text: str) -> Version:
    """A version that says this."""
    return Version(number, text, "user:root", "because", datetime(2026, 3, 2, tzinfo=UTC), "")
