"""What the contracts of the desk and of its conversations share."""

from __future__ import annotations

import pytest

from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.flow.catalogue import STEPS
from ivr.understanding.understander import Understander


@pytest.fixture(scope="session")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file(), STEPS)[0]


@pytest.fixture(scope="session")
def understander(file: HotlineFile) -> Understander:
    return Understander(file)
