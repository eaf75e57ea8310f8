"""`hotline evaluate speech`: files of known words in, error rates by band and hearing out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from rich.console import Console
from typer.testing import CliRunner

import hotline.evaluation.evaluate_speech as command
from config.errors import HotlineError, NotWritable
from hotline.cli import app
from hotline.evaluation.evaluate_speech import Shown, evaluate_speech
from hotline.evaluation.speech_manifest import UnreadableManifest
from hotline.evaluation.speech_score import Band, SpeechScore, Which
from ivr.speech.hearing import Hearing, SecondHearing
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import Recognisers
from tests.speech.fake_recognisers import FakeFirst, FakeSecond, heard
from tests.speech.sounds import clip

SAID = "감사합니다, 안녕히 계세요."
HEADING = "path,transcript,language\n"
Run = Callable[..., tuple[dict[tuple[Which, Band], SpeechScore], str]]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Hearing, Hearing | None], None]:
    """Recognisers that hear what they are told to."""

    def set_up(first: Hearing, second: Hearing | None) -> None:
        again: SecondHearing | None = FakeSecond(second) if second is not None else None
        loaded = Recognisers(FakeFirst(first), again, close=lambda: None)
        monkeypatch.setattr(command, "load_recognisers", lambda *_args, **_kw: loaded)
        monkeypatch.setattr(ModelStore, "languages", lambda _self: frozenset({"ko"}))

    return set_up


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """One file of full band and one of the telephone's."""
    spoken = clip("ko", "thanks")
    soundfile.write(tmp_path / "wide.wav", spoken, 16_000)
    soundfile.write(tmp_path / "narrow.wav", spoken[::2], 8_000)
    path = tmp_path / "manifest.csv"
    path.write_text(f'{HEADING}wide.wav,"{SAID}",ko\nnarrow.wav,"{SAID}",ko\n', encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def go(manifest: Path, shown: Shown | None = None) -> tuple[dict[tuple[Which, Band], SpeechScore], str]:
        out, screen = io.StringIO(), Console(file=io.StringIO())
        models = ModelStore(tmp_path / "models")
        scores = evaluate_speech(manifest, models, Console(file=out, width=160), screen, shown or Shown())
        return {(score.which, score.band): score for score in scores}, out.getvalue()

    return go


StandIn = Callable[[Hearing, Hearing | None], None]


def test_bands_are_told_apart_and_a_wide_file_is_heard_in_both(stand_in: StandIn, run: Run, manifest: Path) -> None:
    stand_in(heard(SAID), heard(SAID))
    scores, printed = run(manifest)
    assert {key: score.files for key, score in scores.items()} == {
        (which, band): files for which in Which for band, files in ((Band.WIDE, 1), (Band.NARROW, 2))
    }
    assert "wide" in printed
    assert "narrow" in printed


def test_the_second_hearing_gains_where_the_ears_would_ask_for_it(stand_in: StandIn, run: Run, manifest: Path) -> None:
    stand_in(heard("감사합니다", 0.95), heard(SAID, 0.8))
    scores, printed = run(manifest)
    wide, narrow = scores[Which.STOOD, Band.WIDE], scores[Which.STOOD, Band.NARROW]
    assert scores[Which.FIRST, Band.WIDE].errors.cer == pytest.approx(6 / 11)
    assert wide.errors.cer == pytest.approx(6 / 11)  # a sure first hearing at full band is not asked about
    assert narrow.errors.cer == 0.0
    assert "+54.5" in printed


def test_without_a_second_hearing_the_first_stands(stand_in: StandIn, run: Run, manifest: Path) -> None:
    stand_in(heard("감사합니다", 0.6), None)
    scores, _ = run(manifest)
    assert {which for which, _ in scores} == {Which.FIRST, Which.STOOD}
    assert scores[Which.STOOD, Band.NARROW].errors == scores[Which.FIRST, Band.NARROW].errors
    assert scores[Which.FIRST, Band.WIDE].calibration.error == pytest.approx(0.6 - 5 / 11)


def test_silence_counts_as_nothing_heard(stand_in: StandIn, run: Run, tmp_path: Path) -> None:
    stand_in(heard(SAID), heard(SAID))
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000, dtype=np.int16), 16_000)
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(f"{HEADING}silent.wav,네,ko\n", encoding="utf-8")
    scores, _ = run(manifest)
    assert [score.errors.cer for score in scores.values()] == [1.0] * 6


def test_json_and_pictures_tell_the_same(stand_in: StandIn, run: Run, manifest: Path, tmp_path: Path) -> None:
    stand_in(heard("감사합니다", 0.95), heard(SAID, 0.8))
    rates, trust = tmp_path / "rates.svg", tmp_path / "trust.svg"
    scores, printed = run(manifest, Shown(as_json=True, picture=rates, calibration=trust))
    values = json.loads(printed)
    assert [value["cer"] for value in values] == [score.errors.cer for score in scores.values()]
    assert {"language", "band", "hearing", "wer", "real_time_factor", "reliability"} <= values[0].keys()
    assert "<title>ko, wide, first hearing: 54.5 %</title>" in rates.read_text(encoding="utf-8")
    points = trust.read_text(encoding="utf-8").count("<circle")
    assert points == len(values)


def test_a_picture_that_cannot_be_written_says_so(stand_in: StandIn, run: Run, manifest: Path, tmp_path: Path) -> None:
    stand_in(heard(SAID), None)
    with pytest.raises(NotWritable):
        run(manifest, Shown(picture=tmp_path / "nowhere" / "rates.svg"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("path,text,language\na.wav,hello,ko\n", "manifest.csv:1: no column transcript; head it"),
        (f"{HEADING}wide.wav,네,ko\nlost.wav,네,ko\n", "manifest.csv:3: there is no file lost.wav; name"),
        (f"{HEADING}wide.wav,네,xx\n", "manifest.csv:2: nobody here hears the language xx; write"),
        (f"{HEADING}wide.wav,...,ko\n", "manifest.csv:2: a path, transcript or language is missing; complete it"),
        (f"{HEADING}manifest.csv,네,ko\n", "manifest.csv:2: "),
        (HEADING, "no sound files; add lines"),
    ],
)
def test_a_wrong_manifest_is_told_with_its_line(
    stand_in: StandIn, run: Run, manifest: Path, text: str, what: str
) -> None:
    stand_in(heard(SAID), None)
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableManifest) as fault:
        run(manifest)
    assert what in str(fault.value)
    assert "\n" not in str(fault.value)
    assert fault.value.exit_code == 2


def test_a_manifest_that_is_not_there_ends_with_one_line() -> None:
    shown = CliRunner().invoke(app, ["evaluate", "speech", "nowhere.csv"])
    assert isinstance(shown.exception, HotlineError)
    assert "nowhere.csv: No such file or directory" in str(shown.exception)


def test_what_a_wide_line_carried_above_the_telephone_band_is_gone(tmp_path: Path) -> None:
    from hotline.evaluation.telephone_band import telephone_band

    time = np.arange(16_000) / 16_000
    levels = []
    for hertz in (100, 1_000, 5_000):
        sent = (8_000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16)
        left = telephone_band(sent)[2_000:6_000].astype(np.float64)
        levels.append(20 * np.log10(np.std(left) / np.std(sent)))
    assert len(telephone_band(np.zeros(16_000, dtype=np.int16))) == 8_000
    assert levels[0] < -40
    assert levels[1] == pytest.approx(0.0, abs=0.3)
    assert levels[2] < -40
