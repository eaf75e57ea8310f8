"""What journeys share: the stage with the default hotline file, and the promise that nothing went wrong unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.flow.catalogue import STEPS
from ivr.understanding.understander import Understander
from tests.journeys.stage import JourneyStage


@pytest.fixture(scope="session")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file(), STEPS)[0]


@pytest.fixture(scope="session")
def understander(file: HotlineFile) -> Understander:
    return Understander(file)


@pytest.fixture
def no_hidden_faults() -> Iterator[None]:
    """Faults that the program survives are logged as errors; a journey that causes one has failed."""
    with capture_logs() as logged:
        yield
    assert [entry for entry in logged if entry["log_level"] in ("error", "critical")] == []


@pytest.fixture
async def stage(file: HotlineFile, understander: Understander, no_hidden_faults: None) -> AsyncIterator[JourneyStage]:
    stage = JourneyStage(file, understander)
    await stage.open()
    yield stage
    await stage.close()
