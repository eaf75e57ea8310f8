"""What a day needs: phones, a folder for a house, a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.browser import Browser
from tests.live.days.phones import Phones


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones() as installed:
        yield installed


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as opened:
        yield opened
        opened.picture(tmp_path / "the-end.png")  # of a day that went wrong
