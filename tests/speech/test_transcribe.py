"""`hotline transcribe`: sound files in, JSON lines out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

import hotline.commands.transcribe as transcribe_module
from config.errors import ModelMissing
from hotline.commands.transcribe import UnreadableSound, read_sound, transcribe
from ivr.messages import Expecting, Word
from ivr.speech.hearing import NOTHING, Hearing
from ivr.speech.models import ModelStore
from ivr.speech.prosody import Samples
from ivr.speech.recognisers import Recognisers
from tests.speech.fake_recognisers import FakeFirst, FakeSecond
from tests.speech.sounds import RATE, clip, silence

KEYS = ["file", "text", "words", "conf", "duration_s", "speech_s", "level_dbfs", "pitch_hz"]
SPOKEN = clip("ko", "thanks")


def write(path: Path, samples: Samples, rate: int = RATE, subtype: str = "PCM_16", channels: int = 1) -> Path:
    scaled = samples.astype(np.float32) / 32_768  # whole numbers would be written into a FLOAT file as they are
    soundfile.write(path, np.repeat(scaled[:, np.newaxis], channels, axis=1), rate, subtype=subtype)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, list[dict[str, object]]]]:
    def go(*paths: Path, language: str = "ko") -> tuple[int, list[dict[str, object]]]:
        out = io.StringIO()
        code = transcribe(paths, language, ModelStore(tmp_path / "models"), out)
        return code, [json.loads(line) for line in out.getvalue().splitlines()]

    return go


Run = Callable[..., tuple[int, list[dict[str, object]]]]


def _stand_in(monkeypatch: pytest.MonkeyPatch, loaded: Recognisers) -> None:
    """These recognisers hear Korean, whatever models this machine has."""
    monkeypatch.setattr(transcribe_module, "load_recognisers", lambda *_args, **_kw: loaded)
    monkeypatch.setattr(ModelStore, "languages", lambda _self: frozenset({"ko"}))


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> FakeFirst:
    """A recogniser that hears one word at 0.4 to 0.9 s of each utterance."""
    first = FakeFirst(Hearing("네", (Word("네", 0.4, 0.9, 0.95),), 0.95))
    loaded = Recognisers(first, FakeSecond(NOTHING), close=lambda: None)
    _stand_in(monkeypatch, loaded)
    return first


@pytest.mark.live
def test_a_file_is_heard_by_the_real_recognisers(tmp_path: Path, run: Run) -> None:
    code, (line,) = run(write(tmp_path / "thanks.wav", SPOKEN))
    assert code == 0
    assert list(line) == KEYS
    assert line["file"] == str(tmp_path / "thanks.wav")
    assert "감사합니다" in str(line["text"])
    words = line["words"]
    assert isinstance(words, list)
    assert all(list(word) == ["word", "start", "end", "conf"] for word in words)
    assert words
    assert line["duration_s"] == pytest.approx(len(SPOKEN) / RATE, abs=0.001)


@pytest.mark.usefixtures("made_up")
def test_the_files_keep_their_order_and_a_broken_one_costs_only_itself(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF this is not sound")
    good = [write(tmp_path / f"{name}.wav", SPOKEN) for name in ("b", "a")]
    code, lines = run(good[0], broken, tmp_path / "absent.wav", good[1])
    assert code == 2
    assert [line["file"] for line in lines] == [str(path) for path in good]
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0].startswith(str(broken))
    assert said[1].startswith(str(tmp_path / "absent.wav"))


@pytest.mark.usefixtures("made_up")
def test_words_are_placed_in_the_file_not_in_the_utterance(tmp_path: Path, run: Run) -> None:
    twice = np.concatenate((silence(2), SPOKEN, silence(3), SPOKEN))
    _, (line,) = run(write(tmp_path / "twice.wav", twice))
    assert line["text"] == "네 네"
    words = line["words"]
    assert isinstance(words, list)
    between = words[1]["start"] - words[0]["start"]
    assert between == pytest.approx(3 + len(SPOKEN) / RATE, abs=0.1)
    assert 1.9 < words[0]["start"] < 2.6


@pytest.mark.usefixtures("made_up")
def test_silence_is_a_line_without_text(tmp_path: Path, run: Run) -> None:
    code, (line,) = run(write(tmp_path / "silence.wav", silence(3)))
    assert code == 0
    assert (line["text"], line["words"], line["conf"], line["speech_s"], line["pitch_hz"]) == ("", [], 0.0, 0.0, 0.0)
    assert line["duration_s"] == 3.0


@pytest.mark.usefixtures("made_up")
def test_an_empty_file_is_a_line_too(tmp_path: Path, run: Run) -> None:
    code, (line,) = run(write(tmp_path / "empty.wav", silence(0)))
    assert code == 0
    assert line["duration_s"] == 0.0


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize(
    ("subtype", "channels"), [("PCM_16", 1), ("PCM_U8", 2), ("PCM_24", 2), ("FLOAT", 1), ("ULAW", 1)]
)
def test_any_rate_width_and_number_of_channels_is_read(tmp_path: Path, rate: int, subtype: str, channels: int) -> None:
    samples = soxr.resample(SPOKEN, RATE, rate)
    read, read_rate = read_sound(write(tmp_path / "any.wav", samples, rate, subtype, channels))
    assert read_rate == (RATE if rate >= RATE else 8_000)
    assert len(read) / read_rate == pytest.approx(len(SPOKEN) / RATE, abs=0.01)
    level = 20 * np.log10(np.sqrt(np.mean(read.astype(float) ** 2)) / np.sqrt(np.mean(SPOKEN.astype(float) ** 2)))
    assert abs(level) < 1.0


def test_a_folder_is_not_a_sound(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSound, match=str(tmp_path)):
        read_sound(tmp_path)


def test_a_language_nobody_hears_is_said_with_the_remedy(run: Run) -> None:
    with pytest.raises(ModelMissing, match="hotline models fetch xx"):
        run(language="xx")


def test_a_narrow_file_is_heard_again_by_the_second(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    second = FakeSecond(Hearing("감사합니다", (), 0.8))
    loaded = Recognisers(FakeFirst(), second, close=lambda: None)
    _stand_in(monkeypatch, loaded)
    _, (line,) = run(write(tmp_path / "narrow.wav", soxr.resample(SPOKEN, RATE, 8_000), 8_000))
    assert line["text"] == "감사합니다"
    assert [(language, expecting) for _, language, expecting in second.given] == [("ko", Expecting.SPEECH)]


def test_a_file_that_ends_in_a_phrase_that_goes_on_is_heard_all_the_same(
    tmp_path: Path, run: Run, made_up: FakeFirst
) -> None:
    made_up.so_far = "환불 그리고"  # "refund, and": a caller who says that is waited for
    code, (line,) = run(write(tmp_path / "a.wav", SPOKEN))
    assert (code, line["text"]) == (0, "네")
