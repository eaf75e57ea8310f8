"""Who speaks: the voices of each language for our prompts, and one for the demo's callers. Loaded when first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prompts.voices.voice import Voice


@dataclass(frozen=True, slots=True)
class Part:
    """A voice that need not be loaded to know its name, which changes whenever it would sound different."""

    name: str
    load: Callable[[], Voice]


def _joe(slowness: float) -> Part:
    def load() -> Voice:
        from prompts.voices.piper_voice import JoeVoice

        return JoeVoice(slowness=slowness)

    return Part(f"piper-joe-{slowness:g}", load)


def _chinese(style: str, speed: float) -> Part:
    def load() -> Voice:
        from prompts.voices.kokoro_voice import KokoroVoice, chinese_phonemes

        return KokoroVoice(style, chinese_phonemes(), speed=speed)

    return Part(f"kokoro-zh-{style}-{speed:g}", load)


def _korean(style: str, speed: float) -> Part:
    def load() -> Voice:
        from prompts.voices.kokoro_voice import KokoroVoice
        from prompts.voices.korean import phonemes

        return KokoroVoice(style, phonemes, speed=speed)

    return Part(f"kokoro-ko-{style}-{speed:g}", load)


#: Sentences, and the single words that fill their slots, said more slowly so that each is understood by itself.
PROMPT_VOICES = {
    "en": _joe(1.1),
    "zh": _chinese("jm_kumo", 1.1),
    "ko": _korean("jf_alpha", 1.1),
    "en-words": _joe(1.1),
    "zh-words": _chinese("jm_kumo", 0.9),
    "ko-words": _korean("jf_alpha", 0.9),
}
CALLER_VOICES = {
    "en": _joe(1.05),
    "zh": _chinese("jm_kumo", 0.9),
    "ko": _korean("jf_alpha", 0.9),
}
