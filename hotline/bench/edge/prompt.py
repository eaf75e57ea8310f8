"""What both programs under test play: the same ten seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

_RATE, _SECONDS = 8000, 10


def write_prompt(path: Path, subtype: str = "PCM_16") -> None:
    """A tone that swells, mono at 8 kHz, in one of soundfile's subtypes (`PCM_U8` is what pyVoIP wants)."""
    time = np.arange(_RATE * _SECONDS) / _RATE
    tone = 0.25 * np.sin(2 * np.pi * 440 * time) * np.abs(np.sin(2 * np.pi * 0.5 * time))
    soundfile.write(path, tone, _RATE, subtype=subtype)
