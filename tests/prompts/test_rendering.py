"""Rendering makes what changed, keeps what did not, and removes what nobody asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from prompts.manifest import read_manifest
from prompts.voices.cast import Part
from prompts.voices.rendering import Line, render
from prompts.voices.voice import Sound


class ToneVoice:
    """Says everything as a second of a tone."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str) -> Sound:
        self.said.append(text)
        return Sound(np.sin(np.arange(16_000) / 10).astype(np.float32), 16_000)


def made(lines: list[Line], folder: Path, voice: ToneVoice, name: str = "tone") -> tuple[int, int]:
    return render(lines, folder, {"tone": Part(name, lambda: voice)}, lambda line: None)


HELLO = Line("en/hello.opus", "en", "Hello", "tone")
BYE = Line("en/bye.opus", "en", "Goodbye.", "tone")


def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    voice = ToneVoice()
    assert made([HELLO, BYE], tmp_path, voice) == (2, 0)
    assert made([HELLO, BYE], tmp_path, voice) == (0, 0)
    assert made([HELLO, Line("en/bye.opus", "en", "See you.", "tone")], tmp_path, voice) == (1, 0)
    assert voice.said == ["Hello,", "Goodbye.", "See you."]


def test_another_voice_makes_everything_again(tmp_path: Path) -> None:
    made([HELLO, BYE], tmp_path, ToneVoice())
    assert made([HELLO, BYE], tmp_path, ToneVoice(), name="other") == (2, 0)


def test_a_lost_file_is_made_again(tmp_path: Path) -> None:
    made([HELLO, BYE], tmp_path, ToneVoice())
    (tmp_path / HELLO.path).unlink()
    assert made([HELLO, BYE], tmp_path, ToneVoice()) == (1, 0)


def test_a_line_that_is_gone_takes_its_clip_along(tmp_path: Path) -> None:
    made([HELLO, BYE], tmp_path, ToneVoice())
    assert made([HELLO], tmp_path, ToneVoice()) == (0, 1)
    assert not (tmp_path / BYE.path).exists()
    assert read_manifest(tmp_path).keys() == {HELLO.path}
