"""The demo's callers have everything to say in every language, and each clip is fit for a telephone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

import hotline
from prompts.manifest import read_manifest

CLIPS = Path(hotline.__file__).parent / "demo" / "clips"
NAMES = {
    "smoke", "refund", "delivery", "repair", "billing", "login", "fault",
    "yes", "no", "correct", "callback", "human", "thanks",
}  # fmt: skip


def test_every_caller_can_say_everything() -> None:
    paths = {f"{language}/{name}.opus" for language in ("en", "zh", "ko") for name in NAMES}
    assert set(read_manifest(CLIPS)) == paths
    assert all((CLIPS / path).is_file() for path in paths)


def test_clips_are_level_and_not_clipped() -> None:
    for path in read_manifest(CLIPS):
        samples, rate = soundfile.read(CLIPS / path)
        assert rate == 16_000
        assert 0.5 < len(samples) / rate < 6, path
        assert -26 < 10 * np.log10(np.mean(samples**2)) < -17, path
        assert np.abs(samples).max() < 0.95, path
