from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.stereo_file import LEFT, RIGHT, Piece, StereoFile, rescue
from ivr.media.wav import RATE
from tests.media.sounds import level, tone


def read(path: Path) -> tuple[Samples, Samples]:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    return samples[:, 0], samples[:, 1]


def lay(file: StereoFile, side: int, at: float, seconds: float, codec: Codec = Codec.PCMU) -> None:
    """A tone, in packets of 20 ms that come when they are due."""
    coded = new_encoder(codec).encode(tone(400, seconds, codec.sample_rate))
    for start in range(0, len(coded), 160):
        file.add(Piece(side, at + start / 8000, codec, coded[start : start + 160]))


def test_the_unfinished_file_can_be_played_at_any_moment(tmp_path: Path) -> None:
    file = StereoFile(tmp_path / "a.wav")
    assert len(read(tmp_path / "a.wav.part")[0]) == 0
    for second in range(4):
        lay(file, LEFT, float(second), 1.0)
        lay(file, RIGHT, float(second), 1.0)
    left, right = read(tmp_path / "a.wav.part")  # as a killed process leaves it
    assert len(left) == len(right) >= 2 * RATE
    assert level(left[RATE:]) > 5000
    file.close(4.0)
    assert len(read(tmp_path / "a.wav")[0]) == 4 * RATE


def test_the_sides_stay_aligned_over_silences_and_changes_of_codec(tmp_path: Path) -> None:
    file = StereoFile(tmp_path / "a.wav")
    for second, codec in enumerate((Codec.PCMU, Codec.G722, Codec.PCMA, Codec.G722)):
        lay(file, second % 2, float(second), 1.0, codec)
    file.close(4.0)
    left, right = read(tmp_path / "a.wav")
    loud = [
        [level(channel[int((n + 0.2) * RATE) : int((n + 0.8) * RATE)]) > 5000 for n in range(4)]
        for channel in (left, right)
    ]
    assert loud == [[True, False, True, False], [False, True, False, True]]


def test_a_recording_never_replaces_another(tmp_path: Path) -> None:
    for seconds in (1.0, 2.0, 3.0):
        file = StereoFile(tmp_path / "a.wav")
        file.close(seconds)
    assert {path.name: len(read(path)[0]) // RATE for path in tmp_path.iterdir()} == {
        "a.wav": 1,
        "a-2.wav": 2,
        "a-3.wav": 3,
    }


def test_only_what_nobody_writes_any_longer_is_rescued(tmp_path: Path) -> None:
    living, dead = StereoFile(tmp_path / "living.wav"), StereoFile(tmp_path / "dead.wav")
    lay(dead, LEFT, 0.0, 3.0)
    dead.abandon()
    assert rescue(tmp_path) == [tmp_path / "dead.wav"]
    assert level(read(tmp_path / "dead.wav")[0]) > 5000
    living.close(1.0)
    assert rescue(tmp_path) == []


def test_a_file_that_is_being_written_is_not_begun_again(tmp_path: Path) -> None:
    file = StereoFile(tmp_path / "a.wav")
    lay(file, LEFT, 0.0, 3.0)
    with pytest.raises(BlockingIOError):
        StereoFile(tmp_path / "a.wav")
    file.close(3.0)
    assert level(read(tmp_path / "a.wav")[0]) > 5000


pieces = st.builds(
    Piece, st.sampled_from([LEFT, RIGHT]), st.floats(0, 5), st.sampled_from(list(Codec)), st.binary(max_size=400)
)


@settings(max_examples=40)
@given(st.lists(pieces, max_size=30))
def test_whatever_is_laid_into_it_the_sides_are_of_one_length_and_time_bounds_it(
    tmp_path_factory: pytest.TempPathFactory, laid: list[Piece]
) -> None:
    path = tmp_path_factory.mktemp("calls") / "a.wav"
    file = StereoFile(path)
    for piece in laid:
        file.add(piece)
    file.close(5.0)
    left, right = read(path)
    assert len(left) == len(right)
    assert 5 * RATE <= len(left) <= 5.6 * RATE + 400 * 2
    assert left.dtype == np.int16
