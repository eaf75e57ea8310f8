"""The console over its samples, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.browser import Browser, FakeConsole


@pytest.fixture(scope="module")
def console() -> Iterator[FakeConsole]:
    with FakeConsole() as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as opened:
        yield opened
