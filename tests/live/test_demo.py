"""The demo is a test, too: the whole story, with the SIGKILL in the middle, and the proof from the database."""

from __future__ import annotations

import pytest

from hotline.demo.run import run


@pytest.mark.alone  # it takes five minutes, in which people talk
@pytest.mark.timeout(900)
async def test_the_demo_tells_its_story_to_the_end_and_the_database_proves_it() -> None:
    assert await run(once=True) == 0
