"""Whether callers can be heard, as `hotline doctor` finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import HotlineError, ModelMissing
from config.settings import Settings
from hotline.doctor.speech import speech
from tests.speech.vosk_server import VoskServer


def settings(folder: Path, **servers: str) -> Settings:
    return Settings(data_folder=folder, second_hearing=False, ears_remote_url=servers)


async def test_languages_that_nobody_hears_are_found_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="en, zh") as fault:
        await speech(settings(tmp_path))
    assert "models fetch en" in fault.value.remedy


async def test_each_language_is_told_with_who_hears_it(tmp_path: Path) -> None:
    async with VoskServer() as server:
        found = await speech(settings(tmp_path, en=server.url, zh=server.url, ko=server.url))
    assert found == "heard: en (a server), zh (a server), ko (a server)"


@pytest.mark.live
async def test_a_model_that_is_installed_hears_its_language(tmp_path: Path) -> None:
    async with VoskServer() as server:
        found = await speech(settings(tmp_path, en=server.url, zh=server.url))
    assert found == "heard: en (a server), zh (a server), ko (Vosk)"


async def test_a_server_that_does_not_answer_is_found(tmp_path: Path) -> None:
    async with VoskServer() as server:
        url = server.url
    with pytest.raises(HotlineError, match="for en does not answer") as fault:
        await speech(settings(tmp_path, en=url, zh=url))
    assert "ears_remote_url" in fault.value.remedy
