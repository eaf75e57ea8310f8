from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.recording import RATE, Recorder, Recording
from tests.media.sounds import level, tone


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def record(clock: Seconds, recording: Recording, left: Samples | None, right: Samples | None, codec: Codec) -> None:
    """One second of call in frames."""
    recording.codec = codec
    encoders = new_encoder(codec), new_encoder(codec)
    for start in range(0, codec.sample_rate, codec.frame_samples):
        for samples, encoder, put in zip((left, right), encoders, (recording.said, recording.heard), strict=True):
            if samples is not None:
                put(encoder.encode(samples[start : start + codec.frame_samples]))
        clock.now += 0.02


def read(path: Path) -> tuple[Samples, Samples]:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    return samples[:, 0], samples[:, 1]


def test_what_the_leg_says_is_left_and_what_it_hears_right(tmp_path: Path) -> None:
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recording = recorder.new(tmp_path / "calls" / "a.wav")
    record(clock, recording, tone(400, 1.0), None, Codec.G722)
    record(clock, recording, None, tone(400, 1.0), Codec.G722)
    record(clock, recording, tone(400, 1.0, 8000), tone(400, 1.0, 8000), Codec.PCMU)
    recording.finish()
    recorder.stop()
    left, right = read(tmp_path / "calls" / "a.wav")
    assert abs(len(left) - 3 * RATE) < RATE // 50
    middle = [slice(int((second + 0.2) * RATE), int((second + 0.8) * RATE)) for second in range(3)]
    assert [level(left[part]) > 5000 for part in middle] == [True, False, True]
    assert [level(right[part]) > 5000 for part in middle] == [False, True, True]


def test_until_it_is_finished_it_does_not_have_its_name(tmp_path: Path) -> None:
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recording = recorder.new(tmp_path / "a.wav")
    record(clock, recording, tone(400, 1.0), None, Codec.G722)
    assert not (tmp_path / "a.wav").exists()
    recorder.stop()  # finishes what is open
    assert len(read(tmp_path / "a.wav")[0]) == RATE
    assert not (tmp_path / "a.wav.part").exists()


def test_a_folder_that_cannot_be_written_harms_no_other_recording(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    bad, good = recorder.new(tmp_path / "file" / "a.wav"), recorder.new(tmp_path / "b.wav")
    for recording in (bad, good):
        record(clock, recording, tone(400, 1.0), None, Codec.G722)
        recording.finish()
    recorder.stop()
    assert np.any(read(tmp_path / "b.wav")[0])
