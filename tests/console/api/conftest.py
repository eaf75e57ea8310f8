"""The API over a book in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.sample_api import SampleApi, sample_api


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[SampleApi]:
    async with sample_api(tmp_path) as house:
        yield house
