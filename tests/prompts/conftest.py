"""A library over the default hotline file and the packaged sounds."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import config
from config.hotline_file import HotlineFile
from prompts.prompt_library import PromptLibrary


@pytest.fixture(scope="session")
def hotline_file() -> HotlineFile:
    path = Path(config.__file__).parent / "default_hotline.yaml"
    return HotlineFile.model_validate(YAML(typ="safe").load(path))


@pytest.fixture(scope="session")
def library(hotline_file: HotlineFile) -> PromptLibrary:
    return PromptLibrary(hotline_file)
