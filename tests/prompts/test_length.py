"""No caller has to listen for more than twelve seconds; whoever would is reported before anybody calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.hotline_file import HotlineFile
from prompts.length import LONGEST_SECONDS, pace, too_long
from prompts.prompt_library import PromptLibrary, packaged_audio


def test_nothing_packaged_is_too_long(library: PromptLibrary) -> None:
    assert too_long(library) == ()


@pytest.mark.parametrize(("language", "least", "most"), [("en", 0.04, 0.1), ("zh", 0.15, 0.4), ("ko", 0.1, 0.25)])
def test_the_pace_of_a_language_is_that_of_its_clips(language: str, least: float, most: float) -> None:
    assert least < pace(language, packaged_audio()) < most


def test_an_endless_title_is_reported_though_nobody_has_spoken_it_yet(hotline_file: HotlineFile) -> None:
    endless = hotline_file.categories["repair"].model_copy(update={"titles": {"en": "a fridge of the old kind " * 8}})
    file = hotline_file.model_copy(
        update={"languages": ("en",), "categories": hotline_file.categories | {"fridge": endless}}
    )
    (found,) = too_long(PromptLibrary(file))
    assert (found.language, found.category) == ("en", "fridge")
    assert found.seconds > LONGEST_SECONDS


def test_an_endless_recording_is_reported(hotline_file: HotlineFile, tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    recorded = tmp_path / "en" / "greeting.1.opus"
    soundfile.write(recorded, np.zeros(round(16_000 * (LONGEST_SECONDS + 1))), 16_000, format="OGG", subtype="OPUS")
    (found,) = too_long(PromptLibrary(hotline_file, overrides=tmp_path))
    assert (found.language, found.prompt, found.category) == ("en", "greeting", None)
