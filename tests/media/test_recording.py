from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.recording import Recorder, Recording
from ivr.media.stereo_file import LEFT, Piece, StereoFile
from ivr.media.wav import RATE
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


def test_a_pause_is_silence_on_both_sides_and_time_goes_on(tmp_path: Path) -> None:
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recording = recorder.new(tmp_path / "a.wav")
    for paused in (False, True, False, True):
        recording.pause(paused)
        record(clock, recording, tone(400, 1.0), tone(700, 1.0), Codec.G722)
    recording.finish()
    recorder.stop()
    for channel in read(tmp_path / "a.wav"):
        assert len(channel) == pytest.approx(4 * RATE, abs=RATE // 50)
        heard = [level(channel[int((second + 0.1) * RATE) : int((second + 0.9) * RATE)]) for second in range(4)]
        assert [loudness > 5000 for loudness in heard] == [True, False, True, False]
        assert heard[1] == heard[3] == 0


def test_a_silent_end_is_part_of_the_recording(tmp_path: Path) -> None:
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recording = recorder.new(tmp_path / "a.wav")
    record(clock, recording, tone(400, 1.0), None, Codec.PCMU)
    clock.now += 3.0
    recording.finish()
    recorder.stop()
    assert len(read(tmp_path / "a.wav")[1]) == 4 * RATE


def test_a_flood_does_not_run_ahead_of_time(tmp_path: Path) -> None:
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recording = recorder.new(tmp_path / "a.wav")
    for _ in range(2000):
        recording.said(bytes(160))
    clock.now += 1.0
    recording.finish()
    recorder.stop()
    assert len(read(tmp_path / "a.wav")[0]) == RATE


def test_a_recording_falls_silent_but_goes_on_when_the_writer_cannot_keep_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.media.recording._BACKLOG", 25)
    clock = Seconds()
    recorder = Recorder(clock)
    recording = recorder.new(tmp_path / "a.wav")
    record(clock, recording, tone(400, 1.0), None, Codec.PCMU)
    recording.finish()
    recorder.start()
    recorder.stop()
    left, _ = read(tmp_path / "a.wav")
    assert len(left) == RATE
    assert level(left[: RATE // 4]) > 5000
    assert level(left[-RATE // 4 :]) == 0


def test_what_a_killed_process_left_gets_its_name_with_the_next_recording(tmp_path: Path) -> None:
    left_behind = StereoFile(tmp_path / "killed.wav")
    left_behind.add(Piece(LEFT, 0.0, Codec.PCMU, bytes(8000)))
    left_behind.abandon()
    assert not (tmp_path / "killed.wav").exists()
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    recorder.new(tmp_path / "next.wav").finish()
    recorder.stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed.wav", "next.wav"]


def test_a_full_disk_ends_one_recording_and_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add, tried = StereoFile.add, []

    def full(file: StereoFile, piece: Piece) -> None:
        if "bad" in str(file.path):
            tried.append(piece)
            raise OSError(errno.ENOSPC, "no space left on device")
        add(file, piece)

    monkeypatch.setattr(StereoFile, "add", full)
    clock = Seconds()
    recorder = Recorder(clock)
    recorder.start()
    bad, good = recorder.new(tmp_path / "bad.wav"), recorder.new(tmp_path / "good.wav")
    for recording in (bad, good):
        record(clock, recording, tone(400, 1.0), None, Codec.G722)
    bad.finish()
    recorder.stop()  # the other one is not finished yet
    assert len(tried) == 1
    assert not (tmp_path / "bad.wav").exists()
    assert np.any(read(tmp_path / "good.wav")[0])
