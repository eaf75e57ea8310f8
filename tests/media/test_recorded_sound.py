"""An encrypted recording: never plain on the disk, playable from any place, readable after a crash."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.encryption import EncryptionFault, Key, Keyring
from ivr.media.codec import Codec, new_encoder
from ivr.media.recorded_sound import pieces_of_sound, size_of_sound
from ivr.media.stereo_file import LEFT, RIGHT, Piece, StereoFile, rescue
from ivr.media.wav import RATE
from tests.media.sounds import level, tone

KEY = Key(bytes(range(32)))
RING = Keyring((KEY,))


def record(path: Path, key: Key | None, seconds: int = 4) -> StereoFile:
    """Tones left and right by turns, a second each."""
    file = StereoFile(path, key)
    for second in range(seconds):
        coded = new_encoder(Codec.PCMU).encode(tone(400, 1.0, 8000))
        for start in range(0, len(coded), 160):
            file.add(Piece((LEFT, RIGHT)[second % 2], second + start / 8000, Codec.PCMU, coded[start : start + 160]))
    return file


def sound(path: Path, ring: Keyring = RING) -> bytes:
    return b"".join(pieces_of_sound(path, ring, 0, size_of_sound(path, ring)))


def test_it_sounds_as_one_that_is_not_encrypted(tmp_path: Path) -> None:
    record(tmp_path / "plain.wav", None).close(4.0)
    record(tmp_path / "sealed.wav", KEY).close(4.0)
    plain = (tmp_path / "plain.wav").read_bytes()
    assert sound(tmp_path / "sealed.wav") == sound(tmp_path / "plain.wav") == plain
    samples, rate = soundfile.read(io.BytesIO(plain), dtype="int16")
    assert rate == RATE
    assert [level(samples[int((n + 0.2) * RATE) : int((n + 0.8) * RATE), n % 2]) > 5000 for n in range(4)] == [True] * 4


def test_at_no_moment_is_a_sample_on_the_disk_as_it_was(tmp_path: Path) -> None:
    file = record(tmp_path / "a.wav", KEY, seconds=6)
    written = (tmp_path / "a.wav.part").read_bytes()
    assert len(written) > RATE * 4 * 3  # three seconds and more are there already
    loudest = np.abs(np.frombuffer(written[32 : 32 + 2 * RATE], dtype="<i2").astype(int))
    assert 0.4 < np.mean(loudest > 2**14) < 0.6  # as of noise
    file.close(6.0)
    record(tmp_path / "plain.wav", None, seconds=6).close(6.0)
    plain, sealed = (tmp_path / "plain.wav").read_bytes(), (tmp_path / "a.wav").read_bytes()
    assert plain[40_000:40_064] not in sealed
    assert b"RIFF" not in sealed[:64]


@pytest.mark.parametrize(("start", "end"), [(0, 1), (10, 60), (43, 45), (44, 48), (32_800, 99_999), (255_990, 256_044)])
def test_any_part_of_it_can_be_asked_for(tmp_path: Path, start: int, end: int) -> None:
    record(tmp_path / "a.wav", KEY).close(4.0)
    assert b"".join(pieces_of_sound(tmp_path / "a.wav", RING, start, end)) == sound(tmp_path / "a.wav")[start:end]


def test_after_a_crash_it_is_readable_up_to_its_last_chunk(tmp_path: Path) -> None:
    record(tmp_path / "a.wav", KEY, seconds=6).abandon()
    assert rescue(tmp_path) == [tmp_path / "a.wav"]
    samples, _ = soundfile.read(io.BytesIO(sound(tmp_path / "a.wav")), dtype="int16")
    assert 3 * RATE < len(samples) < 6 * RATE
    assert level(samples[int(0.2 * RATE) : int(0.8 * RATE), 0]) > 5000


@pytest.mark.parametrize("key", [KEY, None])
def test_a_recording_is_its_owners_alone(tmp_path: Path, key: Key | None) -> None:
    record(tmp_path / "a.wav", key).close(4.0)
    assert (tmp_path / "a.wav").stat().st_mode & 0o077 == 0


def test_without_its_key_it_is_a_fault_and_not_noise(tmp_path: Path) -> None:
    record(tmp_path / "a.wav", KEY).close(4.0)
    for ring in (Keyring(), Keyring((Key(bytes(32)),))):
        with pytest.raises(EncryptionFault, match=KEY.id.hex()):
            size_of_sound(tmp_path / "a.wav", ring)


def test_an_empty_recording_is_a_wav_file(tmp_path: Path) -> None:
    StereoFile(tmp_path / "a.wav", KEY).close(0.0)
    samples, _ = soundfile.read(io.BytesIO(sound(tmp_path / "a.wav")), dtype="int16")
    assert len(samples) == 0
